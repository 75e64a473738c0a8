// Other settings of an adapter: a new generation of the same build, moved like an upgrade. And what else of
// a configuration changes while the host runs, and what does not.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until } from '../clients/lib/wait.mjs';
import { assertUnbroken, env, tally, underLoad } from './drive.mjs';

const connections = 100;
const labelled = (label, more = 'upgrade: { probation: 0s, slice: 5us }') =>
  `adapters: { tally: { label: ${label} } }\n${more}\n`;
const inProbation = 'upgrade: { probation: 300s, slice: 5us }';
const build = (number) => tally(`tally-labelled-${number}`);

async function command(host, ...args) {
  const { code, stdout, stderr } = await host.cli('--json', 'plugins', ...args);
  return { code, stderr, ...(stdout ? JSON.parse(stdout) : {}) };
}

async function serving(host) {
  const all = await host.plugin('tally');
  return all.find(({ state }) => state === 'serving');
}

// A host that serves tally with the label, and a client of it.
async function start(t, label, { more, ...options } = {}) {
  const plugins = new PluginDirectory(t);
  plugins.install(build(1), 'tally.so');
  const host = await Host.start(t, { plugins: plugins.path, config: labelled(label, more), env, ...options });
  const client = await Client.open(host.url('/tally'));
  const labels = async () => JSON.parse((await client.ask('x;')).text).label;
  assert.equal(await labels(), label);
  return { host, plugins, client, labels };
}

test('settings change under load by SIGHUP, time and again, and nobody notices but by the answers', async (t) => {
  const { host, load } = await underLoad(t, {
    variant: 'tally-labelled-1', connections, config: labelled('white'),
  });
  await load.ask('resume');
  await load.serveAll();
  let before = await serving(host);
  for (const label of ['red', 'green', 'blue', 'red', 'white']) {
    await load.flow();
    host.configure(labelled(label));
    const report = await host.reload('tally.so');
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    assert.equal(report.changed, 'configuration');
    assert.equal(report.message, `tally 1.0.0 configured anew, ${connections} sessions moved`);
    assert.deepEqual(report.sessions, {
      planned: connections, moved: connections, stayed: 0, ended: 0, drained: 0, cut: 0,
    });
    assert.equal(report.unloaded, true);
    const now = await serving(host);
    assert.equal(now.build_id, before.build_id);
    assert.equal(now.mapped_build_id, now.build_id);
    assert.equal(report.from.settings, before.settings);
    assert.equal(report.to.settings, now.settings);
    assert.match(now.settings, /^[0-9a-f]{12}$/);
    assert.notEqual(now.settings, before.settings);
    before = now;
    await load.serveAll();
    assert.deepEqual(await load.ask('labels'), { [label]: connections });
  }
  const from = host.lines.length;
  host.process.kill('SIGHUP');
  await host.logged(/nothing changed/, { from });
  const { upgrades } = await host.json('plugins', 'ledger', 'tally');
  const changed = upgrades.map((one) => one.changed);
  assert.deepEqual(changed, ['build', ...Array(5).fill('configuration')]);
  const stats = await load.finish();
  assertUnbroken(stats);
  assert.equal(stats.open, connections);
});

test('settings that are not accepted are refused with their place, and the old ones serve on', async (t) => {
  const { host, client, labels } = await start(t, 'white');
  host.configure(labelled('123'));
  const planned = await command(host, 'plan', 'tally');
  assert.equal(planned.code, 1);
  assert.equal(planned.plan[0].action, 'refuse');
  const unfit = await host.reload('tally.so');
  assert.equal(unfit.outcome, 'rejected');
  assert.equal(unfit.check, 'settings');
  assert.match(unfit.found, /^settings\.label: .*\(\/.*\/slipring\.yaml:1:29\)$/);
  assert.equal(await labels(), 'white');

  host.configure(labelled('refused'));
  const refused = await command(host, 'upgrade', 'tally');
  assert.equal(refused.code, 1);
  assert.equal(refused.reports[0].check, 'rehearsal: create');
  assert.match(refused.reports[0].found, /not with this label/);
  assert.equal(await labels(), 'white');
  assert.deepEqual((await command(host, 'quarantine')).quarantine, []);

  host.configure('adapters: { tally: { label: red }\n');
  const from = host.lines.length;
  const broken = await command(host, 'upgrade');
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /slipring\.yaml:\d+:\d+: no YAML/);
  host.configure('shards: many\n');
  host.process.kill('SIGHUP');
  await host.logged(/error configuration not read, everything stays .*slipring\.yaml:1:9: .*many.*accepted: 1 to/, { from });
  assert.equal(await labels(), 'white');

  host.configure(labelled('red'));
  assert.equal((await command(host, 'upgrade')).code, 0);
  assert.equal(await labels(), 'red');
  await client.close();
});

test('a rollback brings the old settings back, and those it leaves stay away', async (t) => {
  const { host, client, labels } = await start(t, 'white', { more: inProbation });
  const digest = (await serving(host)).settings;
  host.configure(labelled('red', inProbation));
  const { plan } = await command(host, 'plan', 'tally');
  assert.equal(plan[0].action, 'configure');
  assert.equal(plan[0].message, 'tally 1.0.0 will be configured anew, 1 sessions move with their state');
  assert.equal((await command(host, 'upgrade')).reports.find(({ plugin }) => plugin === 'tally').stage, 'probation');
  assert.equal(await labels(), 'red');
  const bad = (await serving(host)).settings;

  const back = await command(host, 'rollback', 'tally');
  assert.equal(back.reports[0].message,
    'tally 1.0.0 serves again with the settings before: rollback: found asked for by command');
  assert.equal(await labels(), 'white');
  const again = await command(host, 'upgrade', 'tally');
  assert.match(again.reports[0].message,
    new RegExp(`^quarantine: found settings ${bad} of 1\\.0\\.0: rollback: .*, expected other settings, or`));
  assert.equal((await command(host, 'quarantine')).quarantine[0].settings, bad);

  // Others are let in, and out of their probation too the way back is that of settings.
  const settled = 'upgrade: { probation: 0s }';
  host.configure(labelled('green', settled));
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].unloaded, true);
  assert.equal(await labels(), 'green');
  host.process.kill('SIGUSR1');
  await until('the old settings serve', async () => (await serving(host)).settings === digest);
  assert.equal(await labels(), 'white');
  await client.close();
});

test('a new build and new settings are one upgrade', async (t) => {
  const { host, plugins, client, labels } = await start(t, 'white');
  plugins.install(build(2), 'tally.so');
  host.configure(labelled('red'));
  const { plan } = await command(host, 'plan', 'tally');
  assert.equal(plan[0].message,
    'tally 1.0.0 will be replaced by 2.0.0, configured anew, 1 sessions move with their state');
  const { reports } = await command(host, 'upgrade', 'tally');
  assert.equal(reports.length, 1);
  assert.equal(reports[0].changed, 'build and configuration');
  assert.equal(reports[0].message, 'tally 1.0.0 replaced by 2.0.0 configured anew, 1 sessions moved');
  assert.equal(await labels(), 'red');
  await client.close();
});

test('what serves is configured anew though its file is broken or gone', async (t) => {
  const { host, plugins, client, labels } = await start(t, 'white');
  plugins.write('tally.so', Buffer.from('no plugin at all'));
  host.configure(labelled('red'));
  const { reports } = await command(host, 'upgrade', 'tally');
  assert.deepEqual(reports.map(({ outcome }) => outcome), ['rejected', 'committed']);
  assert.equal(await labels(), 'red');
  plugins.remove('tally.so');
  host.configure(labelled('green'));
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].outcome, 'committed');
  assert.equal(await labels(), 'green');
  await client.close();
});

test('killed in the probation of new settings, the next start serves with the old ones', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const { host, plugins } = await start(t, 'white', { state, more: inProbation });
  host.configure(labelled('red', inProbation));
  await command(host, 'upgrade', 'tally');
  await host.kill();
  const next = await Host.start(t, { plugins: plugins.path, state, config: labelled('red', inProbation), env });
  await next.logged(/plugin in quarantine .*version=1\.0\.0 .*the host ended during its upgrade/);
  const client = await Client.open(next.url('/tally'));
  assert.equal(JSON.parse((await client.ask('x;')).text).label, 'white');
  await client.close();
});

test('mounts change for those who come; what cannot change is said, and stays', async (t) => {
  const { host, client, labels } = await start(t, 'white');
  const more = 'mounts: [{ path: /elsewhere, adapter: tally }]\nlimits: { stall: 7s }\nwatchdog: { restart: 0s }';
  host.configure(labelled('white', more));
  const from = host.lines.length;
  const answer = await command(host, 'upgrade');
  assert.deepEqual(answer.needs_restart, ['limits', 'watchdog']);
  await host.logged(/warn +configuration needs a restart part=limits/, { from });
  const { stdout } = await host.cli('plugins', 'plan');
  assert.match(stdout, /^limits: changed in the configuration, needs a restart of slipringd$/m);
  await assert.rejects(Client.open(host.url('/tally')), { statusCode: 404 });
  const other = await Client.open(host.url('/elsewhere'));
  assert.equal(JSON.parse((await other.ask('y;')).text).label, 'white');
  assert.equal(await labels(), 'white', 'who is there stays');
  await other.close();
  await client.close();
});

test('what is known of upgrades is read over HTTP too', async (t) => {
  const { host, client } = await start(t, 'white', { admin: '127.0.0.1:0' });
  const read = async (where) => (await host.admin(`/v1/plugins/${where}`, { token: true })).json();
  assert.equal((await read('plan?plugins=tally')).plan[0].message, 'tally 1.0.0 stays as it is');
  assert.equal((await read('ledger?plugin=tally')).upgrades[0].outcome, 'installed');
  assert.deepEqual((await read('quarantine')).quarantine, []);
  assert.equal((await read('status')).plugins.find(({ name }) => name === 'tally').settings.length, 12);
  assert.equal((await host.admin('/v1/quarantine?release=tally', { token: true })).status, 405);
  await client.close();
});
