// New versions whose code misbehaves once it runs. The host contains what can be contained.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, transportFile } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { within } from '../clients/lib/wait.mjs';
import { tally } from '../upgrade/drive.mjs';

async function serving(t, variant) {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  plugins.install(tally(variant));
  const host = await Host.start(t, { plugins: plugins.path });
  return { plugins, host, client: await Client.open(host.url('/tally')) };
}

test('a version whose init fails is refused and the old one serves on', async (t) => {
  const { plugins, host, client } = await serving(t, 'tally-1');
  client.send('half ');
  plugins.install(tally('tally-init-fails'));
  const report = await host.reload('tally.so');
  assert.equal(report.outcome, 'rejected', JSON.stringify(report));
  assert.match(report.found, /init/);
  const { n, v, text } = JSON.parse((await client.ask('whole;')).text);
  assert.deepEqual({ n, v, text }, { n: 1, v: '1.0.0', text: 'half whole;' });
  assert.equal((await host.plugin('tally')).length, 1);
});

test('an exception that leaves an adapter ends its session with 1011 and nothing else', async (t) => {
  const { host, client } = await serving(t, 'tally-throws');
  const beside = await Client.open(host.url('/echo'));
  client.send('anything;');
  assert.equal((await within('the close', client.closed)).code, 1011);
  assert.equal((await beside.ask('still here')).text, 'still here');
  await host.sessions(1);
});

test('half-collected parts and the count move with a session', async (t) => {
  const { plugins, host, client } = await serving(t, 'tally-1');
  await client.ask('first;');
  client.send('second, ');
  client.send('in a ', { fin: false });
  plugins.install(tally('tally-2'));
  const report = await host.reload('tally.so');
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  const { n, v, text } = JSON.parse((await client.ask('fragment;', { fin: true })).text);
  assert.deepEqual({ n, v, text }, { n: 2, v: '2.0.0', text: 'second, in a fragment;' });
});
