// Without a configuration file and without options: port 8080 on all interfaces.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host } from '../clients/lib/host.mjs';

test('slipringd alone serves /echo on port 8080, over IPv4 and IPv6', async (t) => {
  const host = await Host.start(t, { listen: null, shards: null });
  for (const address of ['127.0.0.1', '[::1]', 'localhost']) {
    const client = await Client.open(`ws://${address}:8080/echo`);
    assert.equal((await client.ask('hello')).text, 'hello');
    await client.close();
  }
  assert.match(host.endpoints[0].address, /:8080$/);
});

test('the state directory is taken from the environment', async (t) => {
  const host = await Host.start(t, { stateInEnvironment: true });
  assert.equal((await host.status()).host.pid, host.pid);
});
