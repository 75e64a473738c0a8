// Readers of a stream that stand still or fall behind under a flood: they cost the host bounded memory, hold up
// nobody, and catch up with nothing missing.
//   node streams_flood_test.mjs     SLIPRING_LONG=1: a minute each instead of seconds
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { account, caughtUp, nothingWrong } from '../clients/lib/account.mjs';
import { Host, sanitized } from '../clients/lib/host.mjs';
import { Publisher, Reader } from '../clients/lib/lasting.mjs';
import { PeakMemory } from '../clients/lib/process.mjs';
import { Remote } from '../clients/lib/remote.mjs';
import { until } from '../clients/lib/wait.mjs';

const MiB = 1 << 20;
const long = Boolean(process.env.SLIPRING_LONG);
const seconds = long ? 60 : 5;

const ring = 8;
const queue = 1;
const config = `
limits: { queue_bytes: ${queue}MiB, stall: 10min }
streams: [{ name: default, ring: ${ring}MiB, retention: { age: 1h } }]
`;

// What the log holds besides: events that are not flushed, its block cache, and what its two reader threads
// take while somebody reads far back.
const log = 16 + 4 + 2 * 8;

// What the host may have in memory with so many readers, in MiB, by its configuration.
const limit = (readers) => ring + log + readers * queue;

function assertBounded(t, memory, readers) {
  const before = memory.before / MiB;
  const peak = memory.bytes / MiB;
  const most = (before + limit(readers)) * 1.1;
  t.diagnostic(`${before.toFixed(1)} MiB before, ${peak.toFixed(1)} at most, ${most.toFixed(1)} allowed`);
  assert.ok(sanitized || peak <= most, `${peak} MiB, allowed ${most}`);
}

test(`a stopped process and a client that does not read, ${seconds} s of flood`, async (t) => {
  const host = await Host.start(t, { config });
  const where = async () => host.url('/ws');
  const some = { window: 128, size: 1000, again: false };
  const publishers = [0, 1].map((id) => new Publisher(id, `t/${id}`, some));
  const [beside, still] = [new Reader(['#']).start(where), new Reader(['#']).start(where)];
  const stopped = new Remote(t, new URL('../clients/reader.mjs', import.meta.url));
  await stopped.ask('start', { url: host.url('/ws'), filters: ['#'] });
  for (const one of publishers) one.start(where);
  const reads = async () => still.count > 0 && (await stopped.ask('stats')).count > 0;
  await until('everybody reads', reads);

  const memory = new PeakMemory(t, host.pid);
  still.pause();
  stopped.process.kill('SIGSTOP');
  const atStop = still.count;
  await pause(seconds * 1000);
  await Promise.all(publishers.map((one) => one.stop()));
  await caughtUp([beside], publishers);
  assert.equal(still.count, atStop);
  const flood = beside.count - atStop;

  still.resume();
  stopped.process.kill('SIGCONT');
  await caughtUp([still], publishers, { seconds: 120 });
  const last = { default: beside.streams.get('default').last };
  const level = async () => (await stopped.ask('stats')).last.default === last.default;
  await until('the process that was stopped has everything', level, { seconds: 120, everyMs: 50 });
  const found = await stopped.ask('stats');

  t.diagnostic(`${flood} events while they stood still`);
  assertBounded(t, memory, 3);
  for (const reader of [beside, still]) {
    assert.deepEqual(account(reader, publishers), nothingWrong);
    assert.equal(reader.visits, 1, 'nobody was closed');
  }
  const { streams } = await stopped.ask('events');
  assert.deepEqual(found, { ...found, visits: 1, doubled: 0, missing: 0, gaps: [], errors: [], last });
  const had = JSON.stringify(streams[0][1]);
  assert.equal(had, JSON.stringify(beside.streams.get('default').events));
  await Promise.all([beside.stop(), still.stop()]);
});

// Uses no more than `perSecond`, in portions; meanwhile it does not read.
class Consumer extends Reader {
  constructor(filters, perSecond) {
    super(filters);
    this.portion = perSecond / 20;
  }

  seen() {
    if (this.count % this.portion !== 0) return;
    this.pause();
    setTimeout(() => this.resume(), 50);
  }
}

test(`ten times the usual rate for ${seconds} s with a consumer who is slow: it drains`, async (t) => {
  const usual = 400;
  const host = await Host.start(t, { config });
  const where = async () => host.url('/ws');
  const some = { window: 512, size: 500, perSecond: usual, again: false };
  const publisher = new Publisher(0, 'orders', some);
  publisher.start(where);
  const [consumer, beside] = [new Consumer(['#'], 6 * usual), new Reader(['#'])];
  for (const one of [consumer, beside]) one.start(where);
  const backlog = () => publisher.count - consumer.count;
  await until('it keeps up', () => consumer.count > usual / 2 && backlog() < usual / 4);

  const memory = new PeakMemory(t, host.pid);
  publisher.setRate(10 * usual);
  const before = publisher.count;
  await pause(seconds * 1000);
  publisher.setRate(usual);
  const most = backlog();
  const burst = publisher.count - before;
  await until('the backlog drains', () => backlog() < usual / 4, { seconds: 4 * seconds + 10 });
  await publisher.stop();
  await caughtUp([consumer, beside], [publisher]);

  t.diagnostic(`${burst} events in ${seconds} s, backlog ${most}`);
  assert.ok(most > usual, 'it fell behind');
  assertBounded(t, memory, 2);
  for (const reader of [consumer, beside]) {
    assert.deepEqual(account(reader, [publisher]), nothingWrong);
    assert.equal(reader.visits, 1, 'nobody was closed');
    await reader.stop();
  }
});
