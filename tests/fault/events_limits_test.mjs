// Clients of slipring.json.v1 that want too much: what is bounded is refused, and a client beside them
// goes on publishing and reading as if nothing was.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host, sanitized } from '../clients/lib/host.mjs';
import { residentBytes } from '../clients/lib/process.mjs';
import { RawSocket, frame, opcode } from '../clients/lib/raw.mjs';
import { patience, until } from '../clients/lib/wait.mjs';

const MiB = 1 << 20;
const allowance = sanitized ? Infinity : 1; // a sanitizer keeps freed memory back on purpose

// Publishes and reads back until told to stop; remembers the slowest round.
class Witness {
  rounds = 0;
  slowest = 0; // milliseconds

  static async start(host) {
    const witness = new Witness();
    const client = await EventClient.open(host);
    await client.subscribe('witness');
    witness.done = witness.#run(client);
    witness.done.catch(() => {});
    await until('the witness is at it', () => witness.rounds > 20);
    witness.slowest = 0;
    return witness;
  }

  async #run(client) {
    while (!this.stopping) {
      const begun = performance.now();
      await client.publish('witness', this.rounds);
      assert.equal((await client.event()).data, this.rounds);
      this.slowest = Math.max(this.slowest, performance.now() - begun);
      this.rounds++;
    }
  }

  async stop() {
    this.stopping = true;
    await this.done;
  }
}

const asked = (i) => JSON.stringify({ op: 'subscribe', id: i, filters: [`many/${i}/+/x`] });

test('of 10,000 subscriptions of a session 1,000 are made, the others are refused', async (t) => {
  const host = await Host.start(t);
  const witness = await Witness.start(host);
  const before = residentBytes(host.pid);
  const client = await EventClient.open(host);
  const count = 10_000;
  for (let i = 0; i < count; i++) client.send(asked(i));
  const answers = [];
  for (let i = 0; i < count; i++) answers.push(await client.answer());
  const peak = residentBytes(host.pid) - before;
  await witness.stop();

  const made = answers.filter((one) => one.op === 'subscribed').map((one) => one.id);
  const refused = answers.filter((one) => one.status === 'RESOURCE_EXHAUSTED');
  assert.deepEqual(made, Array.from({ length: 1000 }, (_, i) => i));
  assert.equal(refused.length, count - made.length);
  assert.match(refused[0].message, /1000 subscriptions/);
  assert.equal(await host.counter('websocket_refused_total{websocket}'), refused.length);
  t.diagnostic(`${(peak / MiB).toFixed(1)} MiB, the witness's slowest round ${witness.slowest.toFixed()} ms`);
  assert.ok(peak < 16 * MiB * allowance, `${(peak / MiB).toFixed(1)} MiB for 1,000 subscriptions`);
  assert.ok(witness.slowest < 2000 * patience, `the witness waited ${witness.slowest} ms`);

  await client.publish('many/999/a/x', 'the last one works');
  assert.equal((await client.event()).data, 'the last one works');
  const gone = await client.ask({ op: 'unsubscribe', id: 'a', sub: 500 });
  assert.equal(gone.op, 'unsubscribed');
  assert.equal((await client.ask(asked(5000))).op, 'subscribed', 'there is room for one again');
  assert.equal((await client.ask(asked(5001))).status, 'RESOURCE_EXHAUSTED');
});

test('filters are counted over all subscriptions of a session', async (t) => {
  const host = await Host.start(t, { config: 'limits: { filters: 100 }\n' });
  const client = await EventClient.open(host);
  const filters = (from) => Array.from({ length: 60 }, (_, i) => `f/${from + i}`);
  await client.subscribe(filters(0));
  const refused = await client.ask({ op: 'subscribe', id: 1, filters: filters(60) });
  assert.equal(refused.status, 'RESOURCE_EXHAUSTED');
  await client.subscribe(filters(60).slice(0, 40));
});

test('subscriptions of clients that vanish leave nothing behind', async (t) => {
  const host = await Host.start(t);
  const round = async () => {
    const clients = await Promise.all(Array.from({ length: 10 }, () => EventClient.open(host)));
    for (const client of clients) {
      for (let i = 0; i < 500; i++) client.send(asked(i));
      for (let i = 0; i < 500; i++) await client.answer();
    }
    // Half of them in the middle of asking for more.
    clients.forEach((client, c) => {
      for (let i = 500; c % 2 && i < 900; i++) client.send(asked(i));
      client.terminate();
    });
    await host.sessions(0);
  };
  for (let i = 0; i < 3; i++) await round();
  const before = residentBytes(host.pid);
  for (let i = 0; i < 5; i++) await round();
  const grown = residentBytes(host.pid) - before;
  assert.ok(grown < 4 * MiB * allowance, `${(grown / MiB).toFixed(1)} MiB after 25,000 subscriptions`);
  const client = await EventClient.open(host);
  await client.publish('many/1/a/x', 'to nobody');
  assert.equal(await host.counter('events_queued_total'), 0);
});

test('a publish over limits.message closes its client with 1009, and nobody gets any of it', async (t) => {
  const host = await Host.start(t, { config: 'limits: { message: 64KiB }\n' });
  const [reader, big] = [await EventClient.open(host), await EventClient.open(host)];
  await reader.subscribe('#');
  await big.publish('a', 'x'.repeat(60 << 10));
  assert.equal((await reader.event()).data.length, 60 << 10);
  big.send(JSON.stringify({ op: 'publish', id: 1, topic: 'a', data: 'x'.repeat(70 << 10) }));
  assert.equal((await big.closed).code, 1009);
  assert.deepEqual(await reader.drain(), []);
  assert.equal(await host.counter('messages_too_big_total'), 1);
});

test('an event over limits.message is refused, though the message that carries it just fits', async (t) => {
  const host = await Host.start(t, { config: 'limits: { message: 64KiB }\n' });
  const client = await EventClient.open(host);
  const publish = (data) => JSON.stringify({ op: 'publish', id: 1, topic: 'a', data });
  const refused = await client.ask(publish('x'.repeat((64 << 10) - publish('').length)));
  assert.deepEqual([refused.op, refused.id, refused.status], ['error', 1, 'INVALID_ARGUMENT']);
  assert.match(refused.message, /65536/);
  await client.publish('a', 'x'.repeat(65_000));
});

test('publishes faster than they are sequenced wait: all are answered in order, none refused', async (t) => {
  const host = await Host.start(t, { config: 'limits: { operations: 50 }\n' });
  const witness = await Witness.start(host);
  const [reader, writer] = [await EventClient.open(host), await EventClient.open(host)];
  await reader.subscribe('flood');
  const count = 20_000;
  for (let i = 0; i < count; i++) {
    writer.send(JSON.stringify({ op: 'publish', id: i, topic: 'flood', data: i }));
  }
  let last = 0;
  for (let i = 0; i < count; i++) {
    const answer = await writer.answer();
    assert.deepEqual([answer.op, answer.id], ['published', i]);
    const event = await reader.event();
    assert.equal(event.data, i);
    assert.equal(event.position, answer.position);
    assert.ok(sequenceOf(event.position) > last);
    last = sequenceOf(event.position);
  }
  await witness.stop();
  t.diagnostic(`the witness's slowest round ${witness.slowest.toFixed()} ms`);
  assert.equal(await host.counter('events_dropped_total'), 0);
});

// The host holds the latest events of a stream in memory, and what the log has not yet flushed.
async function fillStream(host) {
  const client = await EventClient.open(host);
  for (let i = 0; i < 100; i++) await client.publish('fill', 'x'.repeat(MiB / 2));
  await client.close();
}

// Publishers that read none of their answers, until the host has closed them all.
async function publishAndNeverRead(t, topic, limits) {
  const config = `limits: { ${limits} }\nephemeral: ["live/#"]\n`;
  const host = await Host.start(t, { config });
  await fillStream(host);
  const witness = await Witness.start(host);
  const before = residentBytes(host.pid);
  const publish = frame(opcode.text, JSON.stringify({ op: 'publish', id: 1, topic }));
  const some = Buffer.concat(Array(1000).fill(publish));
  const lazy = await Promise.all(
    Array.from({ length: 10 }, () => RawSocket.webSocket(host.port, '/ws')),
  );
  let peak = 0;
  for (const raw of lazy) {
    raw.socket.pause();
    const more = () => {
      while (!raw.socket.destroyed && raw.socket.write(some));
    };
    raw.socket.on('drain', more);
    more();
  }
  const closed = async () => {
    peak = Math.max(peak, residentBytes(host.pid) - before);
    return (await host.status()).host.sessions === 1;
  };
  await until('all of them are closed', closed, { seconds: 60 });
  for (const raw of lazy) raw.destroy();
  await witness.stop();
  const each = peak / lazy.length;
  t.diagnostic(`${(each / MiB).toFixed(2)} MiB each, the witness's slowest round ${witness.slowest.toFixed()} ms`);
  assert.ok(each < 3 * MiB * allowance, `${(each / MiB).toFixed(2)} MiB for each of them`);
  const { counters } = await host.status();
  assert.equal(counters.adapter_errors_total, 0, 'it is no fault of the adapter');
  return { count: lazy.length, stalled: counters.sessions_stalled_total };
}

for (const topic of ['a', 'live/a']) {
  for (const [what, limits] of [
    ['', ''],
    [', though more is under way than their queues hold', ', queue_bytes: 64KiB, operations: 10000'],
  ]) {
    const title = `publishers to ${topic} that read no answers are closed after limits.stall${what}`;
    test(title, async (t) => {
      const { count, stalled } = await publishAndNeverRead(t, topic, `stall: 2s${limits}`);
      assert.equal(stalled, count);
    });
  }
}
