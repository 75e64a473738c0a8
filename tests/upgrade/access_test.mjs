// Adapters and transport are replaced under sessions that brought credentials: they go on and stay whose they
// are, and who comes next still has to bring one.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { TokenFile, bearer, configuration } from '../clients/lib/access.mjs';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { Client } from '../clients/lib/client.mjs';
import { Host, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { EventStream } from '../clients/lib/sse.mjs';
import { until } from '../clients/lib/wait.mjs';

const plugins = ['web', 'lws', 'page', 'websocket', 'sse', 'rest', 'ticket'].map((name) => `${name}.so`);

test('identities stay over upgrades of adapter and transport, and so does the gate', async (t) => {
  const file = new TokenFile(t, ['alice', 'bob']);
  const directory = new PluginDirectory(t, plugins);
  // Longer than the test: what stays with the old transport is not cut.
  const config = configuration(file, { more: 'upgrade: { drain: 5min }\n' });
  const host = await Host.start(t, { plugins: directory.path, config, listen: null });
  const { address } = host.endpoints[0];
  const refused = async () => {
    await assert.rejects(Client.open(host.url('/ws')), { statusCode: 401 });
    assert.equal((await fetch(`http://${address}/events?topic=a`)).status, 401);
  };
  const ticket = async () => {
    const answer = await fetch(`http://${address}/ticket`, { method: 'POST', headers: bearer(file.tokens.alice) });
    return (await answer.json()).ticket;
  };
  const stream = await EventStream.open(address, `?topic=a&ticket=${await ticket()}`);
  cleanup(t, () => stream.close());
  await stream.begun();
  const bob = await Client.open(host.url('/ws'), { headers: bearer(file.tokens.bob) });
  const bought = await ticket();
  const sessions = async () =>
    (await host.json('sessions')).sessions.map(({ id, identity }) => `${id} ${identity}`).sort();
  const before = await sessions();
  assert.deepEqual(before.map((one) => one.split(' ')[1]).sort(), ['alice', 'bob']);

  for (const [name, variant] of [['sse', 'sse-next'], ['web', 'web-2']]) {
    directory.install(path.join(testPlugins(variant), `${name}.so`));
    const made = await host.json('plugins', 'upgrade', name);
    assert.equal(made.reports[0].outcome, 'committed', JSON.stringify(made));
    assert.deepEqual(await sessions(), before, `after an upgrade of ${name}`);
    await refused();
  }
  assert.equal(JSON.parse((await bob.ask('{"op":"publish","id":1,"topic":"a","data":7}')).text).op, 'published');
  assert.deepEqual((await stream.messages(1)).map(({ data }) => data.data ?? data), [7]);
  // What was bought before is good for those that serve now.
  const late = await EventStream.open(address, `?topic=a&ticket=${bought}`);
  cleanup(t, () => late.close());
  assert.equal(late.status, 200);
  await until('three are here', async () => (await sessions()).length === 3);
});
