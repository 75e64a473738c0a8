// A new version beside the old one: it gets its share of new sessions, is compared, and is promoted or
// stopped, and clients notice nothing of either.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until } from '../clients/lib/wait.mjs';
import { assertUnbroken, env, tally, underLoad } from './drive.mjs';

const inProbation = 'upgrade: { probation: 300s, slice: 5us }\n';
const settled = 'upgrade: { probation: 0s, slice: 5us }\n';

const running = async (host) =>
  (await host.plugin('tally')).map(({ version, state, sessions }) => `${version} ${state} ${sessions}`);
const ledger = async (host) =>
  (await host.json('plugins', 'ledger', 'tally')).upgrades;

async function command(host, ...args) {
  const { code, stdout, stderr } = await host.cli('--json', 'plugins', ...args);
  return { code, stderr, ...(stdout ? JSON.parse(stdout) : {}) };
}

async function serving(t, config, options = {}) {
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'));
  const host = await Host.start(t, { plugins: plugins.path, config, env, ...options });
  return { plugins, host };
}

const opened = (host, count) =>
  Promise.all(Array.from({ length: count }, () => Client.open(host.url('/tally'))));

async function ask(client, text) {
  return JSON.parse((await client.ask(text)).text);
}

// Of each shard: sessions by version.
async function byShard(host) {
  const { sessions } = await host.json('sessions', '--limit', '1000000');
  const shards = new Map();
  for (const { shard, version } of sessions) {
    const counts = shards.get(shard) ?? {};
    counts[version] = (counts[version] ?? 0) + 1;
    shards.set(shard, counts);
  }
  return shards;
}

test('a canary gets exactly its share of new sessions on each shard, and all once it is promoted', async (t) => {
  const old = 40;
  const { host, load, plugins } = await underLoad(t, { variant: 'tally-1', connections: old, config: inProbation });
  await load.ask('resume');
  plugins.install(tally('tally-2'));
  const begun = await command(host, 'canary', 'tally', '--share', '10%');
  assert.equal(begun.code, 0, begun.stderr);
  assert.equal(begun.reports[0].outcome, 'under way');
  assert.equal(begun.reports[0].stage, 'canary');
  assert.equal(begun.reports[0].message, 'tally 2.0.0 is in canary beside 1.0.0');
  assert.deepEqual(await running(host), [`1.0.0 serving ${old}`, '2.0.0 canary 0'], 'sessions that were there stay');

  const before = await byShard(host);
  const clients = await opened(host, 300);
  for (const [shard, counts] of await byShard(host)) {
    const fresh = (counts['1.0.0'] ?? 0) + (counts['2.0.0'] ?? 0) - (before.get(shard)['1.0.0'] ?? 0);
    assert.equal(counts['2.0.0'], Math.floor(fresh / 10), `of ${fresh} new sessions of shard ${shard}`);
  }
  const versions = await Promise.all(clients.map(async (client) => (await ask(client, 'a;')).v));
  const share = versions.filter((version) => version === '2.0.0').length;
  assert.deepEqual(await running(host), [`1.0.0 serving ${old + 300 - share}`, `2.0.0 canary ${share}`]);

  const [canary] = (await command(host, 'canary', 'tally')).canaries;
  assert.equal(canary.share, 0.1);
  assert.equal(canary.new.opened, share);
  assert.equal(canary.old.opened, 300 - share);
  assert.deepEqual([canary.new.failed, canary.old.failed, canary.new.ended_badly], [0, 0, 0]);
  assert.ok(canary.new.calls >= 2 * share && canary.old.calls > canary.new.calls, JSON.stringify(canary));

  const looked = await command(host, 'upgrade', 'tally');
  assert.equal(looked.reports[0].message, 'tally 2.0.0 stays in canary');
  const { plan } = await command(host, 'plan', 'tally');
  assert.equal(plan[0].message, 'tally 2.0.0 stays in canary');

  const more = await command(host, 'canary', 'tally', '--share', '100%');
  assert.equal(more.code, 1);
  assert.match(more.stderr, /share: found "100%", accepted: more than 0%, less than 100%/);
  assert.equal((await command(host, 'canary', 'tally', '--share', '50%')).code, 0);
  assert.equal((await command(host, 'canary')).canaries[0].share, 0.5);

  const promoted = await command(host, 'canary', 'tally', '--promote');
  assert.equal(promoted.code, 0, promoted.stderr);
  assert.equal(promoted.reports[0].stage, 'probation');
  const rest = old + 300 - share;
  assert.deepEqual(promoted.reports[0].sessions, {
    planned: rest, moved: rest, stayed: 0, ended: 0, drained: 0, cut: 0,
  });
  assert.ok(promoted.reports[0].stages_ms.canary < promoted.reports[0].stages_ms.moving);
  assert.match(promoted.reports[0].notes.at(-1), /promoted by command/);
  assert.deepEqual(await running(host), ['1.0.0 warm 0', `2.0.0 serving ${old + 300}`]);
  assert.equal((await command(host, 'canary', 'tally', '--promote')).code, 1, 'it is no canary any more');
  const again = await Promise.all(clients.map((client) => ask(client, 'b;')));
  again.forEach(({ n, v, text }) => assert.deepEqual({ n, v, text }, { n: 2, v: '2.0.0', text: 'b;' }));
  await load.serveAll();
  assertUnbroken(await load.finish());
  const upgrades = await ledger(host);
  assert.deepEqual(upgrades.map(({ outcome }) => outcome), ['installed', 'committed']);
});

test('a canary that is stopped by somebody gives its sessions back, with state, and may come again', async (t) => {
  const { host, plugins } = await serving(t, settled);
  plugins.install(tally('tally-2'));
  assert.equal((await command(host, 'canary', 'tally', '--share', '50%')).code, 0);
  const clients = await opened(host, 40);
  const versions = await Promise.all(clients.map(async (client) => (await ask(client, 'a;')).v));
  assert.equal(versions.filter((version) => version === '2.0.0').length, 20);
  const metrics = async () => (await host.cli('status')).stdout;
  assert.match(await metrics(), /tally +2\.0\.0 +50\.0% .* 20 /);

  const stopped = await command(host, 'canary', 'tally', '--abort');
  assert.equal(stopped.code, 0, stopped.stderr);
  assert.equal(stopped.reports[0].outcome, 'rolled back');
  assert.equal(stopped.reports[0].message, 'tally 1.0.0 serves all again: canary: found stopped by command');
  await until('the canary has gone', async () => (await running(host)).join() === '1.0.0 serving 40');
  for (const client of clients) {
    const { n, v } = await ask(client, 'b;');
    assert.deepEqual({ n, v }, { n: 2, v: '1.0.0' });
  }
  assert.deepEqual((await command(host, 'quarantine')).quarantine, []);
  assert.equal((await command(host, 'canary', 'tally', '--share', '50%')).code, 0);
  host.process.kill('SIGUSR1');
  await until('the canary has gone', async () => (await running(host)).join() === '1.0.0 serving 40');
  assert.deepEqual((await command(host, 'quarantine')).quarantine, []);
  for (const client of clients) await client.close();
});

test('a canary whose calls fail more often is stopped by itself, and its build stays away', async (t) => {
  const { host, plugins } = await serving(t, `upgrade: { probation: 0s, canary: { share: 50%, time: 300s } }\n`);
  const before = await opened(host, 10);
  for (const client of before) await ask(client, 'a;');
  plugins.install(tally('tally-throws'));
  host.process.kill('SIGHUP');
  await until('the canary has begun', async () => (await running(host)).length === 2);
  const clients = await opened(host, 20);
  assert.deepEqual(await running(host), ['1.0.0 serving 20', '2.0.1 canary 10']);
  const sessions = (await host.json('sessions', '--limit', '1000')).sessions;
  const ports = new Set(sessions.filter(({ version }) => version === '2.0.1').map(({ peer }) => Number(peer.replace(/.*:/, ''))));
  const unlucky = clients.filter((client) => ports.has(client.socket._socket.localPort)).slice(0, 4);
  for (const client of unlucky) client.send('a;');
  for (const { closed } of unlucky) assert.equal((await closed).code, 1011);
  await until('the old version serves all', async () => (await running(host)).join() === '1.0.0 serving 26');

  const last = (await ledger(host)).at(-1);
  assert.equal(last.outcome, 'rolled back');
  assert.equal(last.stage, 'canary');
  assert.equal(last.check, 'errors');
  assert.match(last.found, /^4 calls failed, .* of 1000; of the old version 0$/);
  assert.match(last.notes[1], /2\.0\.1 had 10 sessions, of which 4 ended badly/);
  const lucky = clients.filter((client) => !unlucky.includes(client));
  for (const client of [...before, ...lucky]) assert.equal((await ask(client, 'b;')).v, '1.0.0');
  const refused = await command(host, 'upgrade', 'tally');
  assert.match(refused.reports[0].message, /^quarantine: found 2\.0\.1 of build [0-9a-f]{12}: errors: found 4 calls/);
});

for (const config of ['probation: 300s, canary: { share: 50% }', 'probation: 300s']) {
  const where = config.includes('canary') ? 'canary' : 'probation';
  test(`a version that is not well goes back in its ${where}, and nobody is cut off`, async (t) => {
    const { host, plugins } = await serving(t, `upgrade: { ${config} }\n`);
    plugins.install(tally('tally-unwell'));
    await command(host, 'upgrade', 'tally');
    const clients = await opened(host, 20);
    for (let i = 0; i < 20; i++) for (const client of clients) await ask(client, `${i};`);
    await until('the old version serves all', async () => (await running(host)).join() === '1.0.0 serving 20');
    const last = (await ledger(host)).at(-1);
    assert.equal(last.stage, where);
    assert.equal(last.check, 'health');
    assert.match(last.found, /^shard \d+ answered UNAVAILABLE: a cold$/);
    for (const client of clients) {
      const { n, v } = await ask(client, 'x;');
      assert.deepEqual({ n, v }, { n: 21, v: '1.0.0' });
      await client.close();
    }
    assert.equal((await command(host, 'quarantine')).quarantine[0].version, '2.0.1');
  });
}

test('a canary of which nothing bad was seen is promoted when its time is over', async (t) => {
  const { host, plugins } = await serving(t, 'upgrade: { probation: 0s, canary: { share: 20%, time: 500ms } }\n');
  const clients = await opened(host, 10);
  plugins.install(tally('tally-2'));
  const { plan } = await command(host, 'plan', 'tally');
  assert.match(plan[0].message, /^tally 1\.0\.0 will be replaced by 2\.0\.0 after a canary with 20%, 10 sessions/);
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].stage, 'canary');
  await until('it is promoted', async () => (await running(host)).join() === '2.0.0 serving 10');
  assert.match((await ledger(host)).at(-1).notes.at(-1), /promoted by its time/);
  for (const client of clients) assert.equal((await ask(client, 'a;')).v, '2.0.0');
});

test('a newer build ends a canary and is taken itself; the old one in its place ends it too', async (t) => {
  const { host, plugins } = await serving(t, settled, { args: ['--allow-downgrade'] });
  const clients = await opened(host, 10);
  plugins.install(tally('tally-unwell'));
  assert.equal((await command(host, 'canary', 'tally', '--share', '50%')).code, 0);
  clients.push(...(await opened(host, 10)));
  plugins.write('tally.so', Buffer.from('no plugin at all'));
  assert.equal((await command(host, 'upgrade', 'tally')).code, 1);
  assert.equal((await command(host, 'canary')).canaries.length, 1, 'what is refused ends nothing');
  plugins.install(tally('tally-1'));
  assert.equal((await command(host, 'upgrade', 'tally')).reports[0].outcome, 'unchanged');
  await until('all are back', async () => (await running(host)).join() === '1.0.0 serving 20');

  plugins.install(tally('tally-unwell'));
  assert.equal((await command(host, 'canary', 'tally', '--share', '50%')).code, 0);
  plugins.install(tally('tally-2'));
  const made = await command(host, 'upgrade', 'tally');
  assert.equal(made.reports[0].outcome, 'committed', made.reports[0].message);
  await until('all are on the newer one', async () => (await running(host)).join() === '2.0.0 serving 20');
  const outcomes = (await ledger(host)).map(({ outcome, found }) => `${outcome} ${found}`.trim());
  assert.equal(outcomes[1], 'rolled back the directory has 1.0.0 again');
  assert.ok(outcomes.includes('rolled back 2.0.0 has come'), outcomes.join());
  for (const client of clients) assert.equal((await ask(client, 'a;')).v, '2.0.0');
});

test('killed in a canary, the next start serves what was committed; stopped in one, nothing is held against it', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const { host, plugins } = await serving(t, settled, { state });
  plugins.install(tally('tally-2'));
  assert.equal((await command(host, 'canary', 'tally', '--share', '50%')).code, 0);
  await host.kill();
  const next = await Host.start(t, { plugins: plugins.path, state, config: settled, env });
  assert.deepEqual(await running(next), ['1.0.0 serving 0']);
  await next.logged(/upgrade interrupted .*plugin=tally to=2\.0\.0 stage=canary/);
  await next.logged(/plugin in quarantine .*version=2\.0\.0 .*the host ended during its upgrade/);
  assert.equal((await command(next, 'quarantine', '--release', 'tally')).released, 1);
  assert.equal((await command(next, 'canary', 'tally', '--share', '50%')).code, 0);
  await next.stop();
  const lines = fs.readFileSync(path.join(state, 'upgrades', 'ledger.jsonl'), 'utf8').trim().split('\n');
  const { outcome, stage, found } = JSON.parse(lines.at(-1));
  assert.deepEqual({ outcome, stage, found }, { outcome: 'rolled back', stage: 'canary', found: 'the host was stopped' });
  const last = await Host.start(t, { plugins: plugins.path, state, config: settled, env });
  assert.deepEqual(await running(last), ['2.0.0 serving 0'], 'what lies in the directory');
  assert.deepEqual((await command(last, 'quarantine')).quarantine, []);
});

test('what cannot be shared out is refused by command', async (t) => {
  const { host } = await serving(t, settled, { admin: '127.0.0.1:0' });
  const nothing = await command(host, 'canary', 'tally', '--share', '10%');
  assert.equal(nothing.code, 1);
  assert.equal(nothing.reports[0].outcome, 'unchanged');
  assert.equal((await command(host, 'canary', 'nobody', '--share', '10%')).code, 1);
  assert.equal((await command(host, 'canary', 'tally', '--abort')).code, 1);
  assert.equal((await command(host, 'canary', 'tally', '--share', '10%', '--abort')).code, 2);
  assert.deepEqual((await command(host, 'canary')).canaries, []);
  const { canaries } = await (await host.admin('/v1/plugins/canaries', { token: true })).json();
  assert.deepEqual(canaries, []);
  assert.match(await (await host.admin('/metrics')).text(), /slipring_generation_calls_total\{[^}]*plugin="tally"/);
});
