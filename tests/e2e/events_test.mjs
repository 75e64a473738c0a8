// Events over WebSocket, slipring.json.v1: who publishes what, who gets it, where it stands.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host } from '../clients/lib/host.mjs';

test('an event reaches those whose filters match, and nobody else', async (t) => {
  const host = await Host.start(t);
  const [plus, hash, other, publisher] = await Promise.all(
    Array.from({ length: 4 }, () => EventClient.open(host)),
  );
  await plus.subscribe('game/+/move');
  await hash.subscribe('game/#');
  await other.subscribe(['game/43/move', 'game/42', 'game/+', 'Game/42/move', '+']);
  const position = await publisher.publish('game/42/move', { move: 'e4' }, { type: 'game.move' });
  assert.match(position, /^default@[0-9a-f]{16}:1$/);
  for (const client of [plus, hash]) {
    const { time, ...event } = await client.event();
    assert.match(time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
    assert.deepEqual(event, {
      op: 'event',
      topic: 'game/42/move',
      type: 'game.move',
      position,
      data: { move: 'e4' },
    });
  }
  for (const client of [plus, hash, other, publisher]) assert.deepEqual(await client.drain(), []);
});

test('a publisher that is subscribed gets its own event, with the position it was told', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  await client.subscribe('mine');
  const position = await client.publish('mine', 1);
  assert.equal((await client.event()).position, position);
});

test('every member of an event comes through as it was published', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  await client.subscribe('#');
  const members = {
    topic: 'a//b c/ä/💡',
    type: 'a.b',
    eid: 'e-1',
    source: '/here',
    time: '2026-11-21T09:30:00.5Z',
    key: 'k',
  };
  await client.ask({ op: 'publish', id: 'two', ...members, priority: 9, ttl_ms: 60000, data: [1, null] });
  const { op, position, time, ...event } = await client.event();
  assert.equal(op, 'event');
  assert.ok(position);
  assert.equal(new Date(time).getTime(), new Date(members.time).getTime());
  assert.deepEqual({ ...event, time: members.time }, { ...members, data: [1, null] });
});

test('data comes byte for byte, bytes as base64 with their content type', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  await client.subscribe('raw');
  const texts = [];
  client.socket.on('message', (text) => texts.push(text.toString()));
  const data = '{"b":1.0,"a":123456789012345678901234567890,"c":"\\u00e4"}';
  await client.ask(`{"op":"publish","id":1,"topic":"raw","data":${data}}`);
  await client.event();
  assert.ok(texts.some((text) => text.endsWith(`,"data":${data}}`)), texts.join('\n'));

  await client.ask({ op: 'publish', id: 2, topic: 'raw', data_base64: 'AP+A', content_type: 'image/x' });
  const event = await client.event();
  assert.deepEqual([event.data, event.data_base64, event.content_type], [undefined, 'AP+A', 'image/x']);

  await client.ask({ op: 'publish', id: 3, topic: 'raw' });
  assert.equal('data' in (await client.event()), false);
});

test('ids come back as they were written, and what has none is not answered', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  for (const id of [0, 9007199254740991, 'x', 'ä"', 'y'.repeat(60)]) {
    assert.deepEqual((await client.ask({ op: 'publish', id, topic: 't' })).id, id);
  }
  await client.subscribe('t');
  client.send('{"op":"publish","topic":"t","data":"silent"}');
  assert.equal((await client.event()).data, 'silent');
  assert.equal((await client.ask({ op: 'publish', id: 'next', topic: 't' })).id, 'next');
});

test('overlapping subscriptions of a client deliver an event once', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  await client.subscribe(['a/b', 'a/+', 'a/#', 'a/b']);
  await client.subscribe('#');
  const { sub } = await client.subscribe('+/b');
  for (let i = 0; i < 10; i++) await client.publish('a/b', i);
  assert.deepEqual((await client.drain()).map((one) => one.data), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await client.ask({ op: 'unsubscribe', id: 1, sub });
  await client.publish('a/b', 'still');
  assert.deepEqual((await client.drain()).map((one) => one.data), ['still']);
});

test('after an unsubscribe nothing more comes, and the id may be used again', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  const subscribe = { op: 'subscribe', id: 7, filters: ['a'] };
  assert.equal((await client.ask(subscribe)).op, 'subscribed');
  await client.publish('a', 1);
  assert.equal((await client.event()).data, 1);
  assert.deepEqual(await client.ask({ op: 'unsubscribe', id: 8, sub: 7 }), {
    op: 'unsubscribed',
    id: 8,
    sub: 7,
  });
  await client.publish('a', 2);
  assert.deepEqual(await client.drain(), []);
  assert.equal((await client.ask(subscribe)).op, 'subscribed');
  await client.publish('a', 3);
  assert.equal((await client.event()).data, 3);
});

test('clients on all shards read one sequence in one order', async (t) => {
  const host = await Host.start(t, { shards: 3 });
  const clients = await Promise.all(Array.from({ length: 12 }, () => EventClient.open(host)));
  for (const client of clients) await client.subscribe('race/#');
  const each = 50;
  await Promise.all(
    clients.map(async (client, c) => {
      for (let i = 0; i < each; i++) await client.publish(`race/${c}`, i);
    }),
  );
  const read = [];
  for (const client of clients) {
    const events = [];
    while (events.length < clients.length * each) events.push(await client.event());
    read.push(events);
    const sequences = events.map((event) => sequenceOf(event.position));
    sequences.forEach((sequence, i) => assert.equal(sequence, i + 1));
    for (let c = 0; c < clients.length; c++) {
      const own = events.filter((event) => event.topic === `race/${c}`).map((event) => event.data);
      assert.deepEqual(own, Array.from({ length: each }, (_, i) => i));
    }
    assert.deepEqual(await client.drain(), []);
  }
  for (const events of read) assert.deepEqual(events, read[0]);
  const { sessions } = await host.json('sessions');
  assert.deepEqual([...new Set(sessions.map(({ shard }) => shard))].sort(), [0, 1, 2]);
  const { counters } = await host.status();
  assert.equal(counters.events_dropped_total, 0);
  assert.equal(counters.gaps_announced_total, 0);
});

test('ephemeral topics have an order each and no positions', async (t) => {
  const host = await Host.start(t, { shards: 3, config: 'ephemeral: ["cursor/#"]\n' });
  const reader = await EventClient.open(host);
  const made = await reader.subscribe('cursor/#');
  assert.equal('cursor' in made, false, 'there is no way back');
  const writer = await EventClient.open(host);
  for (let i = 0; i < 30; i++) {
    assert.equal(await writer.publish(`cursor/${i % 3}`, i), undefined);
  }
  const seen = [[], [], []];
  for (let i = 0; i < 30; i++) {
    const { topic, data, position } = await reader.event();
    assert.equal(position, undefined);
    seen[Number(topic.slice(-1))].push(data);
  }
  seen.forEach((numbers, c) => assert.deepEqual(numbers, Array.from({ length: 10 }, (_, i) => 3 * i + c)));
  const status = await host.status();
  assert.deepEqual(status.ephemeral, ['cursor/#']);
});

test('a cursor stands behind what was read, and status says that the stream is synced', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  const { sub, cursor } = await client.subscribe('a');
  await client.publish('a', 1);
  await client.event();
  const later = await client.ask({ op: 'cursor', id: 4, sub });
  assert.deepEqual([later.op, later.id, later.sub], ['cursor', 4, sub]);
  assert.match(later.cursor, /^[A-Za-z0-9_-]+$/);
  assert.notEqual(later.cursor, cursor);
  const { streams } = await host.status();
  assert.deepEqual(streams.map((one) => [one.name, one.durability, one.filters]), [
    ['default', 'fsync', ['#']],
  ]);
});

test('the subprotocol is the default and chosen when offered; a foreign one alone is refused', async (t) => {
  const host = await Host.start(t);
  const plain = await EventClient.open(host);
  assert.equal(plain.socket.protocol, '');
  const named = await EventClient.open(host, { protocols: ['foreign', 'slipring.json.v1'] });
  assert.equal(named.socket.protocol, 'slipring.json.v1');
  await assert.rejects(EventClient.open(host, { protocols: ['foreign'] }), { statusCode: 400 });
  for (const client of [plain, named]) await client.publish('a', 1);
});
