// The adapter websocket goes from its first release to the newest and back under clients that replay, are
// behind, and come back with cursors: no connection is closed, no event lost, doubled or out of order.
//   node streams_test.mjs     with SLIPRING_UPGRADES, SLIPRING_SEED
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { account, caughtUp, nothingWrong } from '../clients/lib/account.mjs';
import { Host, sanitized } from '../clients/lib/host.mjs';
import { Publisher, Reader } from '../clients/lib/lasting.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until } from '../clients/lib/wait.mjs';
import { websocket } from './events.mjs';

const count = Number(process.env.SLIPRING_UPGRADES ?? (sanitized ? 10 : 40));
const [first, newest] = ['websocket-1', 'websocket-3'];

const config = `
limits: { queue_bytes: 128KiB, stall: 60s }
upgrade: { slice: 5us, max_failed_moves: 0% }
streams:
  - { name: written, filters: ["written/#"], durability: log, ring: 256KiB }
  - { name: default, ring: 256KiB }
`;

// Asks for cursors, and goes without where the first release does not know them.
class EitherWay extends Reader {
  leaves = 0;
  withCursors = 0;

  entered() {
    this.cursors = true;
    super.entered();
  }

  read(message) {
    if (message.op === 'error' && /cursors/.test(message.message)) {
      this.cursors = false;
      super.entered();
      return;
    }
    if (message.cursor && message.op === 'event') this.withCursors++;
    super.read(message);
  }

  leave() {
    this.leaves++;
    super.leave();
  }
}

// Reads from the beginning until it is level, again and again.
async function replay(where, publishers, going) {
  const done = [];
  while (going()) {
    const reader = new EitherWay(['#']).start(where);
    const sofar = publishers.map(({ acknowledged }) => ({ acknowledged: [...acknowledged] }));
    await caughtUp([reader], sofar);
    await reader.stop();
    done.push(reader);
  }
  return done;
}

async function standStillNowAndThen(reader, going) {
  while (going()) {
    reader.pause();
    await pause(1000 + Math.random() * 3000);
    reader.resume();
    await pause(Math.random() * 100);
  }
}

async function leaveNowAndThen(reader, going) {
  while (going()) {
    const { visits } = reader;
    reader.leave();
    await until('it is back', () => reader.visits > visits);
    await pause(Math.random() * 200);
  }
}

test(`${count} upgrades between 1.0.0 and 1.2.0 under clients that read from the log`, async (t) => {
  const plugins = new PluginDirectory(t);
  plugins.install(websocket(newest));
  const host = await Host.start(t, { plugins: plugins.path, config, args: ['--allow-downgrade'] });
  const where = async () => host.url('/ws');
  const publishers = ['written/a', 'a', 'b'].map((topic, id) => {
    // Large ones: what stands still has more to read than the kernel's buffers hold.
    const size = topic === 'b' ? 8000 : 200;
    return new Publisher(id, topic, { again: false, size, perSecond: 250 }).start(where);
  });
  const some = (number) => Array.from({ length: number }, () => new EitherWay(['#']).start(where));
  const [live, behind, coming] = [some(3), some(3), some(4)];
  const lasting = [...live, ...behind, ...coming];
  await until('all read', () => lasting.every((one) => one.count > 0));

  let going = true;
  const isGoing = () => going;
  const others = [
    ...behind.map((one) => standStillNowAndThen(one, isGoing)),
    ...coming.map((one) => leaveNowAndThen(one, isGoing)),
  ];
  const replays = [replay(where, publishers, isGoing), replay(where, publishers, isGoing)];
  let moved = 0;
  for (let i = 0; i < count; i++) {
    const before = publishers.map((one) => one.count);
    await until('publishing goes on', () => publishers.every((one, p) => one.count > before[p] + 20));
    plugins.install(websocket(i % 2 === 0 ? first : newest));
    const report = await host.reload('websocket.so');
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    for (const shard of report.shards) {
      assert.equal(shard.moved, shard.sessions);
      moved += shard.moved;
    }
  }
  going = false;
  await Promise.all(others);
  const replayed = (await Promise.all(replays)).flat();
  await Promise.all(publishers.map((one) => one.stop()));
  await caughtUp(lasting, publishers);

  const visits = coming.reduce((sum, one) => sum + one.visits, 0);
  t.diagnostic(`${publishers.map((one) => one.count)} acknowledged; ${moved} sessions moved`);
  t.diagnostic(`${replayed.length} replays; ${visits} connections of ${coming.length} that came and went`);
  for (const one of [...live, ...behind, ...publishers]) assert.equal(one.visits, 1, 'never closed');
  for (const one of coming) assert.equal(one.visits, one.leaves + 1, 'closed by itself alone');
  for (const one of lasting) {
    assert.deepEqual(account(one, publishers), nothingWrong);
    assert.ok(one.withCursors > 0 && one.withCursors < one.count, 'with both versions');
    for (const [name, { events }] of live[0].streams) {
      assert.deepEqual(one.streams.get(name).events, events);
    }
  }
  assert.ok(replayed.length > 4);
  for (const one of replayed) {
    assert.deepEqual(account(one, []), nothingWrong);
    assert.equal(one.visits, 1, 'never closed');
  }
  const { counters } = await host.status();
  assert.equal(counters.gaps_announced_total, 0);
  await Promise.all(lasting.map((one) => one.stop()));
});
