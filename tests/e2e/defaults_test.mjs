// Without a configuration file and without options: port 8080 on all interfaces, 9180 on loopback.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host } from '../clients/lib/host.mjs';

test('slipringd alone serves on port 8080 and, by libwebsockets, on 8081, over IPv4 and IPv6', async (t) => {
  const host = await Host.start(t, { listen: null, shards: null, admin: null });
  for (const address of ['127.0.0.1', '[::1]', 'localhost']) {
    for (const port of [8080, 8081]) {
      const client = await Client.open(`ws://${address}:${port}/echo`);
      assert.equal((await client.ask('hello')).text, 'hello');
      await client.close();
    }
    const page = await fetch(`http://${address}:8080/`);
    assert.match(await page.text(), /Slipring/);
  }
  const endpoints = host.endpoints.map(({ address, transport }) => [address.replace(/.*:/, ''), transport]);
  assert.deepEqual(endpoints, [['8080', 'web'], ['8081', 'lws']]);
  const { admin } = (await host.status()).host;
  assert.equal(admin, '127.0.0.1:9180');
  assert.equal(await (await fetch(`http://${admin}/healthz`)).text(), 'ok\n');
});

test('the state directory is taken from the environment', async (t) => {
  const host = await Host.start(t, { stateInEnvironment: true });
  assert.equal((await host.status()).host.pid, host.pid);
});
