// Clients that do anything at all, while builds of the adapter replace each other under them. Only two
// things are asked: a client beside them that behaves misses nothing, and nothing is left in the end.
//   node events_chaos_test.mjs     with SLIPRING_SEED, SLIPRING_SECONDS
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { descriptorsAtRest, mappedObjects, threads } from '../clients/lib/process.mjs';
import { RawSocket, frame, opcode } from '../clients/lib/raw.mjs';
import { until } from '../clients/lib/wait.mjs';

const seed = Number(process.env.SLIPRING_SEED ?? Date.now() % 1_000_000);
const seconds = Number(process.env.SLIPRING_SECONDS ?? 10);

// mulberry32
function random(from) {
  let state = from;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  const below = (n) => Math.floor(next() * n);
  return { below, pick: (list) => list[below(list.length)] };
}

const topics = ['a', 'a/b', 'a/b/c', '/', 'passing/x', 'passing/y/z', 'ä/💡'];
const filters = ['#', '+', 'a/#', '+/b', '/', '+/+', 'passing/#', 'ä/+', 'a/#/b', ''];
const drops = ['newest', 'oldest', 'latest per key', 'priority', 'disconnect', 'none'];

const starts = [
  'now',
  'earliest',
  'retained',
  'last per topic',
  { last: 3 },
  { time: '2026-01-01T00:00:00Z' },
  { after: ['default@0000000000000001:1'] },
  { after: ['noise'] },
  'never',
];
const expectations = [{ sequence: 0 }, { sequence: 1 }, { stream_sequence: 5 }, {}];

const messages = [
  ({ below, pick }) => ({ op: 'subscribe', id: below(20), filters: [pick(filters)], drop: pick(drops) }),
  ({ below, pick }) => ({ op: 'subscribe', id: below(20), filters: [pick(filters), pick(filters)] }),
  ({ below, pick }) => ({
    op: 'subscribe',
    id: below(20),
    filters: [pick(filters)],
    start: pick(starts),
    cursors: below(2) === 0,
  }),
  ({ below, pick }) => ({ op: 'publish', id: below(9), topic: pick(topics), retain: true, data: below(9) }),
  ({ below, pick }) => ({ op: 'publish', topic: pick(topics), source: '/', dedup: `${below(99)}` }),
  ({ below, pick }) => ({ op: 'publish', id: below(9), topic: pick(topics), expect: pick(expectations) }),
  ({ below }) => ({ op: 'unsubscribe', id: below(9), sub: below(20) }),
  ({ below }) => ({ op: 'cursor', id: below(9), sub: below(20) }),
  ({ below, pick }) => ({ op: 'publish', topic: pick(topics), data: 'x'.repeat(below(20_000)) }),
  ({ below, pick }) => ({ op: 'publish', id: below(9), topic: pick(topics), key: pick(topics) }),
  ({ below, pick }) => ({ op: 'publish', topic: pick(filters), priority: below(11), ttl_ms: below(3) }),
  () => ({ op: 'help', id: 1 }),
];

const text = (dice) => JSON.stringify(dice.pick(messages)(dice));

// What a client does in its next moment.
const moments = {
  asks: (raw, dice) => raw.write(frame(opcode.text, text(dice))),
  asksMuch: (raw, dice) => {
    raw.write(Buffer.concat(Array.from({ length: 50 }, () => frame(opcode.text, text(dice)))));
  },
  asksInPieces: (raw, dice) => {
    const all = Buffer.from(text(dice));
    const cut = dice.below(all.length);
    raw.write(frame(opcode.text, all.subarray(0, cut), { fin: false }));
    raw.write(frame(opcode.continuation, all.subarray(cut)));
  },
  stopsReading: (raw) => raw.socket.pause(),
  reads: (raw) => raw.socket.resume(),
  mumbles: (raw, dice) => raw.write(frame(opcode.text, text(dice).slice(0, dice.below(40)))),
  sendsBinary: (raw, dice) => raw.write(frame(opcode.binary, text(dice))),
  pings: (raw) => raw.write(frame(opcode.ping, 'x')),
  saysGoodbye: (raw) => raw.write(frame(opcode.close, Buffer.of(3, 232))),
  breaksOff: (raw, dice) => {
    raw.write(frame(opcode.text, text(dice)).subarray(0, 20));
    raw.socket.resetAndDestroy();
  },
  sendsNoise: (raw, dice) => raw.write(Buffer.from(Array.from({ length: 30 }, () => dice.below(256)))),
};
const often = ['asks', 'asks', 'asks', 'asks', 'asks', 'asksMuch', 'asksInPieces', 'stopsReading', 'reads'];
const choices = [...often, ...often, ...often, ...Object.keys(moments)];

async function misbehave(host, dice, going) {
  while (going()) {
    const raw = await RawSocket.webSocket(host.port, '/ws');
    raw.socket.on('data', () => (raw.received = Buffer.alloc(0)));
    for (let i = dice.below(100); i > 0 && going() && !raw.socket.destroyed && !raw.ended; i--) {
      moments[dice.pick(choices)](raw, dice);
      await new Promise(dice.below(3) ? setImmediate : (done) => setTimeout(done, dice.below(20)));
    }
    if (!raw.socket.destroyed) dice.below(2) ? raw.socket.resetAndDestroy() : raw.destroy();
  }
}

// Publishes and reads back, and loses nothing.
async function behave(host, going) {
  const client = await EventClient.open(host);
  await client.subscribe('witness');
  let rounds = 0;
  for (let last = 0; going(); rounds++) {
    const position = await client.publish('witness', rounds);
    const event = await client.event();
    assert.deepEqual([event.op, event.data, event.position], ['event', rounds, position]);
    assert.ok(sequenceOf(position) > last);
    last = sequenceOf(position);
  }
  await client.close();
  return rounds;
}

test(`whatever clients do, others miss nothing and nothing is left (seed ${seed})`, async (t) => {
  const plugins = new PluginDirectory(t);
  const versions = ['websocket-3', 'websocket-next', 'websocket-1'].map((one) => `${testPlugins(one)}/websocket.so`);
  plugins.install(versions[0]);
  const config = `
ephemeral: ["passing/#"]
limits: { stall: 1s, queue_bytes: 64KiB, operations: 100, subscriptions: 10 }
upgrade: { slice: 20us, max_failed_moves: 0% }
`;
  const host = await Host.start(t, { plugins: plugins.path, config, args: ['--allow-downgrade'] });
  await (await EventClient.open(host)).close();
  await host.sessions(0);
  const held = async () => ({
    descriptors: await descriptorsAtRest(host.pid),
    threads: threads(host.pid),
    objects: mappedObjects(host.pid).length,
  });
  const before = await held();

  const end = performance.now() + seconds * 1000;
  const going = () => performance.now() < end;
  const witness = behave(host, going);
  const others = Array.from({ length: 40 }, (_, i) => misbehave(host, random(seed + i), going));
  let moved = 0;
  for (let i = 1; going(); i++) {
    plugins.install(versions[i % versions.length]);
    const report = await host.reload('websocket.so');
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    moved += report.shards.reduce((sum, shard) => sum + shard.moved, 0);
  }
  const rounds = await witness;
  await Promise.all(others);
  t.diagnostic(`${rounds} rounds of the witness, ${moved} sessions moved`);
  assert.ok(rounds > 0 && moved > 0);
  await host.sessions(0, { seconds: 20 });
  await until('nothing is left', async () => {
    assert.deepEqual(await held(), before);
    return true;
  });
  assert.equal(await host.counter('adapter_errors_total'), 0);
});
