// The host is killed again and again while clients publish at full speed and others read. What was
// acknowledged is there when it is back, once and in its place, whoever asks; readers go on where they were.
//   node streams_kill_test.mjs     with SLIPRING_SEED, SLIPRING_ROUNDS
import assert from 'node:assert/strict';
import test from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { account, caughtUp, nothingWrong } from '../clients/lib/account.mjs';
import { Host, sanitized, temporaryDirectory } from '../clients/lib/host.mjs';
import { Publisher, Reader } from '../clients/lib/lasting.mjs';
import { until } from '../clients/lib/wait.mjs';

const seed = Number(process.env.SLIPRING_SEED ?? Date.now() % 1_000_000);
const rounds = Number(process.env.SLIPRING_ROUNDS ?? (sanitized ? 20 : 100));

const config = `
streams:
  - { name: written, filters: ["written/#"], durability: log }
  - { name: default, durability: fsync }
`;

// mulberry32
function random(from) {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

// A host that dies and comes back, in one place.
class Lives {
  #host = null;

  constructor(t) {
    this.t = t;
    this.options = { config, state: temporaryDirectory(t, 'slipring-state-') };
  }

  async begin() {
    const host = await Host.start(this.t, this.options);
    this.options.listen = host.endpoints[0].address;
    this.#host = host;
    return host;
  }

  // Killed before it has got as far as serving.
  async beginInVain(after) {
    const host = new Host(this.t, this.options);
    await pause(after);
    await host.kill();
  }

  async kill() {
    const host = this.#host;
    this.#host = null;
    await host.kill();
  }

  where = async () => {
    await until('the host is back', () => this.#host !== null, { seconds: 60 });
    return this.#host.url('/ws');
  };
}

test(`${rounds} kills: nothing acknowledged is lost, nothing comes twice (seed ${seed})`, async (t) => {
  const dice = random(seed);
  const lives = new Lives(t);
  await lives.begin();
  const publishers = ['written/a', 'written/b', 'a', 'b'].map((topic, id) => {
    return new Publisher(id, topic, { again: id % 2 === 0, size: 100 }).start(lives.where);
  });
  const written = publishers.slice(0, 2);
  // What each reads, and of whom.
  const readers = [
    { reader: new Reader(['#']), of: publishers },
    { reader: new Reader(['#'], { cursors: false }), of: publishers },
    { reader: new Reader(['written/#']), of: written },
    { reader: new Reader(['written/a'], { whole: false }), of: written.slice(0, 1) },
  ];
  for (const { reader } of readers) reader.start(lives.where);

  for (let round = 1; round <= rounds; round++) {
    const before = publishers.map((one) => one.count);
    await until('publishing goes on', () => publishers.every((one, i) => one.count > before[i]));
    await pause(dice() * 150);
    await lives.kill();
    if (round % 10 === 0) await lives.beginInVain(dice() * 60);
    await lives.begin();
  }
  await Promise.all(publishers.map((one) => one.stop()));
  const last = new Reader(['#']).start(lives.where);
  const all = [...readers, { reader: last, of: publishers }];
  for (const { reader, of } of all) await caughtUp([reader], of);
  await Promise.all(all.map(({ reader }) => reader.stop()));

  const sum = (of) => publishers.reduce((all, one) => all + of(one), 0);
  const each = (what) => readers.map(({ reader }) => reader[what]).join(' ');
  t.diagnostic(`${sum((one) => one.published)} published, ${sum((one) => one.count)} acknowledged`);
  t.diagnostic(`${sum((one) => one.duplicates)} had been taken before their publisher knew`);
  t.diagnostic(`readers connected ${each('visits')} times, read ${each('count')}`);

  for (const { reader, of } of all) assert.deepEqual(account(reader, of), nothingWrong);
  for (const [name, { events, epochs }] of last.streams) {
    assert.equal(epochs.size, 1, `history of ${name} was not lost`);
    for (const { reader } of readers.filter((one) => one.reader.whole)) {
      if (!reader.streams.has(name)) continue;
      assert.deepEqual(reader.streams.get(name).events, events, 'nobody read what was not kept');
    }
  }
  assert.ok(readers.every(({ reader }) => reader.visits > rounds), 'readers came back each time');
});
