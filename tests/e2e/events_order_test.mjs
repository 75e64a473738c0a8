// Where a subscription begins and ends among events that never stop: with its answers, to the event.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host } from '../clients/lib/host.mjs';

// Publishes consecutive numbers, several under way, until told to stop.
async function tick(host, topic, going) {
  const client = await EventClient.open(host);
  let number = 0;
  for (let under = 0; going() || under > 0; under--) {
    for (; going() && under < 8; under++) {
      client.send(JSON.stringify({ op: 'publish', id: number, topic, data: number }));
      number++;
    }
    assert.equal((await client.answer()).op, 'published');
  }
}

// In a cursor of the default stream alone: behind version, length and name, and the epoch.
const sequenceIn = (cursor) =>
  Number(Buffer.from(cursor, 'base64url').readBigUInt64LE(2 + 'default'.length + 8));

function ask(client, message) {
  client.send(JSON.stringify(message));
}

const read = async (client) => JSON.parse((await client.next()).text);

// Subscribes, reads `some` events and unsubscribes, `rounds` times. Whatever comes, comes in one row.
async function comeAndGo(host, topic, rounds, some, isStream) {
  const client = await Client.open(host.url('/ws'));
  for (let round = 0; round < rounds; round++) {
    ask(client, { op: 'subscribe', id: round, filters: [topic] });
    const made = await read(client);
    assert.equal(made.op, 'subscribed', 'nothing comes before the answer');
    let next = isStream ? sequenceIn(made.cursor) : null;
    const check = ({ op, data, position }) => {
      assert.equal(op, 'event');
      if (isStream) assert.equal(sequenceOf(position), data + 1);
      if (next !== null) assert.equal(data, next);
      next = data + 1;
    };
    for (let i = 0; i < some; i++) check(await read(client));
    ask(client, { op: 'unsubscribe', id: 'gone', sub: round });
    let message = await read(client);
    for (; message.op === 'event'; message = await read(client)) check(message);
    assert.equal(message.op, 'unsubscribed');
    ask(client, { op: 'cursor', id: 'none', sub: round });
    assert.equal((await read(client)).status, 'NOT_FOUND', 'nothing comes behind the answer');
  }
  await client.close();
}

for (const [what, isStream] of Object.entries({ 'a stream': true, 'an ephemeral topic': false })) {
  test(`subscriptions of ${what} begin and end exactly with their answers`, async (t) => {
    const host = await Host.start(t, { shards: 3, config: 'ephemeral: ["passing/#"]\n' });
    const topic = isStream ? 'kept/tick' : 'passing/tick';
    let going = true;
    const ticking = tick(host, topic, () => going);
    await Promise.all(
      Array.from({ length: 24 }, (_, c) => comeAndGo(host, topic, 20, (c * 7) % 11, isStream)),
    );
    going = false;
    await ticking;
    const { counters } = await host.status();
    assert.equal(counters.gaps_announced_total, 0);
    assert.equal(counters.events_dropped_total, 0);
  });
}

test('one subscription takes the place of another and every event comes once', async (t) => {
  const host = await Host.start(t, { shards: 3 });
  let going = true;
  const ticking = tick(host, 'a/tick', () => going);
  const filters = ['#', 'a/+', 'a/tick', '+/tick', 'a/#'];
  const change = async () => {
    const client = await EventClient.open(host);
    let { sub, cursor } = await client.subscribe('#');
    let next = sequenceIn(cursor) + 1;
    for (let round = 0; round < 30; round++) {
      const made = await client.subscribe(filters[round % filters.length]);
      assert.equal((await client.ask({ op: 'unsubscribe', id: 'u', sub })).op, 'unsubscribed');
      sub = made.sub;
      for (let i = 0; i < 10; i++) assert.equal(sequenceOf((await client.event()).position), next++);
    }
    await client.close();
  };
  await Promise.all(Array.from({ length: 12 }, change));
  going = false;
  await ticking;
});
