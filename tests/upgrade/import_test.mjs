// What a session takes along to a new version; one that cannot be taken over goes on with the old one.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { assertUnbroken, tally, underLoad, upgrades } from './drive.mjs';
import { until } from '../clients/lib/wait.mjs';

const connections = 40;

// With samples the rehearsal finds what the move is to find here.
const noSamples = 'upgrade: { rehearsal: { samples: 0 } }\n';

test('one session that cannot be imported stays with the old version and status says why', async (t) => {
  const it = await underLoad(t, { variant: 'tally-1', connections, rate: 10, config: 'upgrade: { drain: 10min }\n' });
  const [report] = await upgrades(it, ['tally-1', 'tally-refuses-one'], 1);
  const sum = (field) => report.shards.reduce((all, shard) => all + shard[field], 0);
  assert.equal(sum('stayed'), 1, JSON.stringify(report));
  assert.equal(sum('moved'), connections - 1);
  assert.ok(report.stayed_because[0], 'the report gives the reason');

  const generations = await it.host.plugin('tally');
  const serving = generations.find((one) => one.state === 'serving');
  const draining = generations.find((one) => one.state === 'draining');
  assert.equal(serving.sessions, connections - 1);
  assert.equal(draining.sessions, 1);
  assert.equal(draining.mapped, true);
  assert.match(draining.cause, /1 session/);

  await it.load.flow(5);
  const stats = await it.load.finish();
  assertUnbroken(stats);
  const newVersion = report.to.version;
  const stayed = stats.versions.flatMap((seen, index) => (seen.includes(newVersion) ? [] : [index]));
  assert.equal(stayed.length, 1, 'one client never saw the new version');

  await it.load.ask('close', { index: stayed[0] });
  await until('the old version is gone with its last session', async () => {
    const left = await it.host.plugin('tally');
    return left.length === 1 && left[0].state === 'serving';
  });
});

test('a session that stays with the old version is ended when its time is over', async (t) => {
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'));
  const host = await Host.start(t, { plugins: plugins.path, config: 'upgrade: { drain: 300ms }\n' });
  const clients = await Promise.all(Array.from({ length: 10 }, () => Client.open(host.url('/tally'))));
  for (const client of clients) await client.ask('a;');
  plugins.install(tally('tally-refuses-one'));
  await host.json('plugins', 'upgrade', 'tally');
  const { code, reason } = await Promise.race(clients.map(({ closed }) => closed));
  assert.deepEqual([code, reason], [1012, 'tally 1.0.0 was replaced; retry in 1 ms']);
  await until('the old version is gone', async () => (await host.plugin('tally')).length === 1);
  const { upgrades: all } = await host.json('plugins', 'ledger', 'tally');
  const { sessions, stage } = all.at(-1);
  assert.deepEqual(sessions, { planned: 10, moved: 9, stayed: 0, ended: 0, drained: 0, cut: 1 });
  assert.equal(stage, 'unloaded');
  const open = clients.filter(({ socket }) => socket.readyState === socket.OPEN);
  assert.equal(open.length, 9);
  for (const client of open) assert.equal(JSON.parse((await client.ask('b;')).text).n, 2);
});

test('when no session can be imported all go on with the old version', async (t) => {
  const it = await underLoad(t, { variant: 'tally-1', connections, rate: 10, config: noSamples });
  const [before] = await it.host.plugin('tally');
  const [report] = await upgrades(it, ['tally-1', 'tally-refuses-all'], 1);
  assert.equal(report.outcome, 'rolled back', JSON.stringify(report));
  assert.ok(report.stayed_because[0], 'the report gives the reason');

  const generations = await it.host.plugin('tally');
  assert.deepEqual(
    generations.map((one) => [one.build_id, one.state, one.sessions]),
    [[before.build_id, 'serving', connections]],
  );
  await it.load.flow(5);
  const stats = await it.load.finish();
  assertUnbroken(stats);
  for (const seen of stats.versions) assert.equal(seen.length, 1);

  const [next] = await upgrades(it, ['tally-1', 'tally-2'], 1);
  assert.equal(next.outcome, 'committed', 'a good version is not held back by a bad one');
});

test('half-collected parts and the count move with a session', async (t) => {
  const plugins = new PluginDirectory(t);
  plugins.install(tally('tally-1'));
  const host = await Host.start(t, { plugins: plugins.path });
  const client = await Client.open(host.url('/tally'));
  await client.ask('first;');
  client.send('second, ');
  client.send('in a ', { fin: false });
  plugins.install(tally('tally-2'));
  const report = await host.reload('tally.so');
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  const { n, v, text } = JSON.parse((await client.ask('fragment;', { fin: true })).text);
  assert.deepEqual({ n, v, text }, { n: 2, v: '2.0.0', text: 'second, in a fragment;' });
});

test('SIGTERM in the middle of an upgrade, or while an old version drains, ends the host in order', async (t) => {
  const config = 'upgrade: { slice: 5us, max_failed_moves: 100%, rehearsal: { samples: 0 } }\n';
  for (const moment of ['at once', 'while draining']) {
    const it = await underLoad(t, { variant: 'tally-1', connections: 100, rate: 10, config });
    await it.load.flow();
    if (moment === 'while draining') {
      await upgrades(it, ['tally-1', 'tally-refuses-all'], 1);
      const states = (await it.host.plugin('tally')).map((one) => one.state);
      assert.ok(states.includes('draining'), JSON.stringify(states));
    } else {
      it.plugins.install(tally('tally-2'));
      it.host.process.kill('SIGHUP');
    }
    await it.host.stop();
  }
});
