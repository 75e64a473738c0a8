// What an operator does with upgrades besides asking for them: looks before, takes back, pins, reads the
// ledger; and what the host does by itself when it ended in the middle of one.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, temporaryDirectory, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until } from '../clients/lib/wait.mjs';
import { assertUnbroken, env, tally, underLoad } from './drive.mjs';

const connections = 100;
const inProbation = 'upgrade: { probation: 300s, slice: 5us }\n';
const settled = 'upgrade: { probation: 0s, slice: 5us }\n';

const running = async (host, name = 'tally') =>
  (await host.plugin(name)).map(({ version, state, sessions }) => `${version} ${state} ${sessions}`);
const ledger = async (host) => (await host.json('plugins', 'ledger')).upgrades;

async function command(host, ...args) {
  const { code, stdout, stderr } = await host.cli('--json', 'plugins', ...args);
  return { code, stderr, ...(stdout ? JSON.parse(stdout) : {}) };
}

// One outcome for every session there was.
function assertAccounted({ sessions }) {
  const { planned, ...outcomes } = sessions;
  const sum = Object.values(outcomes).reduce((all, one) => all + one);
  assert.equal(planned, sum, JSON.stringify(sessions));
}

test('an upgrade is planned, made, and taken back out of its probation, with state', async (t) => {
  const it = await underLoad(t, { variant: 'tally-1', connections, downgrade: false, config: inProbation });
  const { host, plugins, load } = it;
  await load.ask('resume');
  await load.serveAll();
  plugins.install(tally('tally-2'));

  const { plan, code } = await command(host, 'plan', 'tally');
  assert.equal(code, 0);
  assert.equal(plan[0].action, 'upgrade');
  assert.deepEqual(plan[0].sessions, { with_state: connections, without_state: 0, stay: 0 });
  assert.match(plan[0].message, /^tally 1\.0\.0 will be replaced by 2\.0\.0, 100 sessions move with their state$/);
  assert.deepEqual(await running(host), [`1.0.0 serving ${connections}`], 'a plan changes nothing');

  const made = await command(host, 'upgrade', 'tally');
  assert.equal(made.reports[0].stage, 'probation');
  assert.deepEqual(made.reports[0].sessions, {
    planned: connections, moved: connections, stayed: 0, ended: 0, drained: 0, cut: 0,
  });
  assert.deepEqual(await running(host), ['1.0.0 warm 0', `2.0.0 serving ${connections}`]);
  await load.serveAll();

  const back = await command(host, 'rollback', 'tally');
  assert.equal(back.code, 0, back.stderr);
  assert.equal(back.reports[0].outcome, 'rolled back');
  assert.equal(back.reports[0].message, 'tally 1.0.0 serves again: rollback: found asked for by command');
  assert.deepEqual(await running(host), [`1.0.0 serving ${connections}`]);
  await load.serveAll();

  const again = await command(host, 'upgrade', 'tally');
  assert.equal(again.code, 1);
  assert.match(again.reports[0].message, /^quarantine: found 2\.0\.0 of build [0-9a-f]{12}: rollback: found asked for/);
  assert.equal((await command(host, 'quarantine')).quarantine[0].version, '2.0.0');
  assert.equal((await command(host, 'quarantine', '--release', 'tally')).released, 1);
  assert.equal((await command(host, 'quarantine', '--release', 'tally')).code, 1, 'nothing is left there');
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].outcome, 'committed');

  const upgrades = (await ledger(host)).filter(({ plugin }) => plugin === 'tally');
  assert.deepEqual(upgrades.map(({ outcome }) => outcome), ['installed', 'rolled back', 'rejected', 'committed']);
  assert.deepEqual(upgrades.map(({ who }) => who), ['start', 'command', 'command', 'command']);
  upgrades.forEach(assertAccounted);
  assert.ok(upgrades[1].stages_ms.moving > 0);
  const stats = await load.finish();
  assertUnbroken(stats);
  assert.equal(stats.open, connections);
});

test('a version whose calls fail is sent back while it is in probation, and stays away', async (t) => {
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'));
  const host = await Host.start(t, { plugins: plugins.path, config: inProbation, env });
  const clients = await Promise.all(Array.from({ length: 10 }, () => Client.open(host.url('/tally'))));
  for (const client of clients) assert.equal(JSON.parse((await client.ask('a;')).text).n, 1);
  plugins.install(tally('tally-throws'));
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].stage, 'probation');
  const unlucky = clients.slice(0, 4);
  for (const client of unlucky) client.send('b;');
  for (const { closed } of unlucky) assert.equal((await closed).code, 1011);
  await until('the old version serves again', async () => (await running(host)).join() === '1.0.0 serving 6');
  for (const client of clients.slice(4)) {
    assert.deepEqual(JSON.parse((await client.ask('c;')).text).n, 2, 'with its state');
    await client.close();
  }
  const last = (await ledger(host)).at(-1);
  assert.equal(last.outcome, 'rolled back');
  assert.match(last.message, /tally 1\.0\.0 serves again: errors: found 4 calls failed, expected at most 3 /);
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].check, 'quarantine');
});

test('SIGUSR1 takes back an upgrade whose old version is long gone', async (t) => {
  const { host, plugins, load } = await underLoad(t, {
    variant: 'tally-1', connections, downgrade: false, config: settled,
  });
  await load.ask('resume');
  plugins.install(tally('tally-2'));
  await host.reload('tally.so');
  assert.deepEqual(await running(host), [`2.0.0 serving ${connections}`]);
  host.process.kill('SIGUSR1');
  await until('the version before serves', async () =>
    (await running(host)).join() === `1.0.0 serving ${connections}`);
  await load.serveAll();
  const last = (await ledger(host)).at(-1);
  assert.equal(last.who, 'SIGUSR1');
  assertAccounted(last);
  host.process.kill('SIGUSR1');
  await host.logged(/no rollback .*there is no version of tally before this one/);
  assertUnbroken(await load.finish());
});

test('a version is pinned, also a lower one, and the directory may have several', async (t) => {
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'), 'tally-1.so');
  plugins.install(tally('tally-2'), 'tally-2.so');
  const host = await Host.start(t, { plugins: plugins.path, env });
  assert.deepEqual(await running(host), ['2.0.0 serving 0']);
  assert.deepEqual((await command(host, 'pin', 'tally', '1.0.0')).pins, { tally: '1.0.0' });
  assert.equal((await command(host, 'pin', 'tally')).code, 2);
  assert.equal((await command(host, 'upgrade')).code, 0);
  assert.deepEqual(await running(host), ['1.0.0 serving 0']);
  plugins.remove('tally-1.so');
  const refused = await command(host, 'upgrade', 'tally');
  assert.match(refused.reports[0].message, /^pin: found 2\.0\.0, expected 1\.0\.0, to which tally is pinned/);
  assert.deepEqual((await command(host, 'pin', '--release', 'tally')).pins, {});
  assert.equal((await command(host, 'upgrade')).code, 0);
  assert.deepEqual(await running(host), ['2.0.0 serving 0']);
});

test('two plugins are upgraded side by side, and one upgrade settles the one before it', async (t) => {
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'));
  plugins.install(path.join(testPlugins('websocket-1'), 'websocket.so'));
  const host = await Host.start(t, { plugins: plugins.path, config: inProbation, args: ['--allow-downgrade'], env });
  const clients = [await Client.open(host.url('/tally')), await Client.open(host.url('/ws'))];
  for (const variant of ['2', '1', '2']) {
    plugins.install(tally(`tally-${variant}`));
    plugins.install(path.join(testPlugins(`websocket-${variant}`), 'websocket.so'));
    const made = await Promise.all([command(host, 'upgrade', 'tally'), command(host, 'upgrade', 'websocket')]);
    assert.deepEqual(made.map(({ code }) => code), [0, 0]);
  }
  for (const name of ['tally', 'websocket']) {
    const states = (await host.plugin(name)).map(({ state }) => state);
    assert.deepEqual(states, ['warm', 'serving'], name);
  }
  const { text } = await clients[0].ask('x;');
  assert.equal(JSON.parse(text).text, 'x;');
  for (const client of clients) await client.close();
});

// Asks for an upgrade and kills the host as soon as the ledger says that it has come to `stage`.
async function killedIn(stage, { host, state }) {
  const file = path.join(state, 'upgrades', 'ledger.jsonl');
  const before = fs.readFileSync(file, 'utf8').length;
  host.process.kill('SIGHUP');
  await until(`the ledger says ${stage}`, () =>
    fs.readFileSync(file, 'utf8').slice(before).includes(`"stage":"${stage}"`), { everyMs: 0 });
  await host.kill();
}

for (const stage of ['verified', 'loaded', 'moving', 'probation']) {
  test(`killed in the middle of an upgrade that was in ${stage}, the next start serves what was committed`, async (t) => {
    const state = temporaryDirectory(t, 'slipring-state-');
    const plugins = new PluginDirectory(t);
    plugins.install(tally('tally-1'));
    const options = { plugins: plugins.path, state, config: inProbation, env };
    const host = await Host.start(t, options);
    const clients = await Promise.all(Array.from({ length: connections }, () => Client.open(host.url('/tally'))));
    plugins.install(tally('tally-2'));
    await killedIn(stage, { host, state });
    await Promise.all(clients.map(({ closed }) => closed));

    const next = await Host.start(t, options);
    assert.deepEqual(await running(next), ['1.0.0 serving 0']);
    await next.logged(/upgrade interrupted .*plugin=tally to=2\.0\.0/);
    await next.logged(/plugin in quarantine .*version=2\.0\.0 .*the host ended during its upgrade/);
    await next.logged(/serving the last committed build .*version=1\.0\.0/);
    assert.ok((await ledger(next)).some(({ outcome, plugin }) => outcome === 'interrupted' && plugin === 'tally'));
    assert.equal((await command(next, 'quarantine', '--release', 'tally')).released, 1);
    assert.equal((await command(next, 'upgrade', 'tally')).code, 0);
    await next.stop();
    const last = await Host.start(t, options);
    assert.deepEqual(await running(last), ['2.0.0 serving 0'], 'an orderly end in probation is no crash');
  });
}

for (const stage of ['loaded', 'probation']) {
  test(`killed in ${stage} of a second upgrade, while the first was in probation, the first one serves`, async (t) => {
    const state = temporaryDirectory(t, 'slipring-state-');
    const plugins = new PluginDirectory(t);
    plugins.install(tally('tally-1'));
    const options = { plugins: plugins.path, state, config: inProbation, env };
    const host = await Host.start(t, options);
    plugins.install(tally('tally-2'));
    assert.equal((await command(host, 'upgrade', 'tally')).reports[0].stage, 'probation');
    plugins.install(tally('tally-throws'));
    await killedIn(stage, { host, state });

    const next = await Host.start(t, options);
    assert.deepEqual(await running(next), ['2.0.0 serving 0']);
    await next.logged(/plugin in quarantine .*version=2\.0\.1 .*the host ended during its upgrade/);
    const outcomes = (await ledger(next)).map(({ to, outcome }) => `${to.version} ${outcome}`);
    assert.ok(outcomes.includes('2.0.0 committed') && outcomes.includes('2.0.1 interrupted'), outcomes.join());
  });
}

test('where a file is broken at the start, the build that was committed last serves', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'));
  const options = { plugins: plugins.path, state, env };
  await (await Host.start(t, options)).stop();
  plugins.write('tally.so', Buffer.from('no plugin at all'));
  const host = await Host.start(t, options);
  assert.deepEqual(await running(host), ['1.0.0 serving 0']);
  const client = await Client.open(host.url('/tally'));
  assert.equal(JSON.parse((await client.ask('y;')).text).text, 'y;');
  await client.close();
  await host.stop();

  plugins.remove('tally.so');
  const without = await Host.start(t, options);
  assert.deepEqual(await running(without), [], 'a file that was taken away is not wished any more');
});

test('records that are damaged are set aside, with a warning', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'));
  const options = { plugins: plugins.path, state, env };
  await (await Host.start(t, options)).stop();
  const file = path.join(state, 'upgrades', 'standing.json');
  fs.writeFileSync(file, '{"committed":');
  fs.appendFileSync(path.join(state, 'upgrades', 'ledger.jsonl'), '{"upgrade":9,"torn');
  const host = await Host.start(t, options);
  assert.deepEqual(await running(host), ['1.0.0 serving 0']);
  await host.logged(/upgrade records damaged/);
  assert.equal(fs.readFileSync(`${file}.damaged`, 'utf8'), '{"committed":');
});
