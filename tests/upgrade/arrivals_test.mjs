// What may come into the plugin directory, and what is noticed of it without a signal.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until } from '../clients/lib/wait.mjs';
import { env, tally } from './drive.mjs';

const build = (number) => tally(`tally-${number}`);

async function command(host, ...args) {
  const { code, stdout, stderr } = await host.cli('--json', 'plugins', ...args);
  return { code, stderr, ...(stdout ? JSON.parse(stdout) : {}) };
}

// A host that serves tally 1.0.0, and a client of it that asks which version answers.
async function start(t, config) {
  const plugins = new PluginDirectory(t);
  plugins.install(build(1), 'tally.so');
  const host = await Host.start(t, { plugins: plugins.path, config, env });
  const client = await Client.open(host.url('/tally'));
  const version = async () => JSON.parse((await client.ask('x;')).text).v;
  assert.equal(await version(), '1.0.0');
  return { host, plugins, client, version };
}

test('an allow-list keeps out what is not in it, before anything of it is looked at', async (t) => {
  const { host, plugins, client, version } = await start(t, '');
  const { stdout } = await host.cli('--json', 'plugins', 'inspect', build(2));
  const { sha256 } = JSON.parse(stdout);
  assert.match(sha256, /^[0-9a-f]{64}$/);
  plugins.install(build(2), 'tally.so');
  const only = (list) => `upgrade: { allow: ${list} }\n`;
  host.configure(only('[]'));
  const refused = await command(host, 'upgrade', 'tally');
  assert.equal(refused.code, 1);
  assert.equal(refused.reports[0].message,
    `hash: found SHA-256 ${sha256}, expected one that is allowed (upgrade.allow)`);
  assert.equal(refused.reports[0].stage, 'staged');
  plugins.write('tally.so', Buffer.from('no plugin at all'));
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].check, 'hash');

  plugins.install(build(2), 'tally.so');
  const file = path.join(temporaryDirectory(t), 'allowed');
  fs.writeFileSync(file, `${sha256}  tally.so\n`);
  host.configure(only(file));
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].outcome, 'committed');
  assert.equal(await version(), '2.0.0');
  const back = await command(host, 'rollback', 'tally');
  assert.equal(back.code, 1);
  assert.match(back.stderr, /hash: found SHA-256/, 'a copy of the build before is not allowed either');
  await client.close();
});

test('a directory that is watched needs no signal, and files being written say nothing', async (t) => {
  const { host, plugins, client, version } = await start(t, 'plugins: { watch: true }\n');
  plugins.install(build(2), 'tally.so');
  await until('the new version serves', async () => (await version()) === '2.0.0');
  const { upgrades } = await host.json('plugins', 'ledger', 'tally');
  assert.equal(upgrades.at(-1).who, 'watch');

  // In its place, as nobody should.
  const bytes = fs.readFileSync(build(1));
  const from = host.lines.length;
  const descriptor = fs.openSync(plugins.file('tally-1.so'), 'w', 0o644);
  fs.writeSync(descriptor, bytes.subarray(0, bytes.length / 2));
  assert.equal(await version(), '2.0.0');
  fs.writeSync(descriptor, bytes.subarray(bytes.length / 2));
  fs.closeSync(descriptor);
  await host.logged(/nothing changed/, { from });
  assert.ok(!host.lines.slice(from).some((line) => line.includes('rejected')), 'nobody has looked at half of it');
  assert.equal(await version(), '2.0.0', 'the higher version stays');
  await client.close();
});
