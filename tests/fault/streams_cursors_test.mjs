// Cursors and positions that are damaged, foreign, too old or of the future: each is answered with words that
// help or with the gap it means, and costs nobody anything.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host } from '../clients/lib/host.mjs';
import { until } from '../clients/lib/wait.mjs';

function crc32(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return (sum ^ 0xffffffff) >>> 0;
}

// As the host makes them: version, then name, epoch and sequence of each position, then a checksum.
function cursorOf(positions, version = 1) {
  const parts = [Buffer.of(version)];
  for (const [name, epoch, sequence] of positions) {
    const numbers = Buffer.alloc(16);
    numbers.writeBigUInt64LE(BigInt(`0x${epoch}`), 0);
    numbers.writeBigUInt64LE(BigInt(sequence), 8);
    parts.push(Buffer.of(name.length), Buffer.from(name), numbers);
  }
  const sum = Buffer.alloc(4);
  sum.writeUInt32LE(crc32(Buffer.concat(parts)));
  return Buffer.concat([...parts, sum]).toString('base64url');
}

const epochIn = (position) => position.slice(position.indexOf('@') + 1, position.lastIndexOf(':'));

const subscribe = (client, after, filters = ['#']) => {
  return client.ask({ op: 'subscribe', id: 'again', filters, start: { after } });
};

// A host with ten events on its stream.
async function start(t, config) {
  const host = await Host.start(t, { config });
  const client = await EventClient.open(host);
  const { cursor } = await client.subscribe('#');
  const positions = [];
  for (let i = 0; i < 10; i++) {
    positions.push(await client.publish('a', i));
    await client.event();
  }
  await client.close();
  return { host, client: await EventClient.open(host), cursor, positions };
}

// Nothing of it has been subscribed, and the connection goes on.
async function assertRefused(client, answer, status, words) {
  assert.deepEqual([answer.op, answer.status, answer.id], ['error', status, 'again'], JSON.stringify(answer));
  assert.match(answer.message, words);
  assert.equal((await client.ask({ op: 'unsubscribe', id: 1, sub: 'again' })).status, 'NOT_FOUND');
}

test('a cursor that was changed in any place is refused', async (t) => {
  const { client, cursor, positions } = await start(t);
  assert.equal(cursorOf([['default', epochIn(positions[0]), 0]]), cursor, 'this test makes them as the host');
  for (let i = 0; i < cursor.length; i++) {
    const other = cursor[i] === 'Q' ? 'g' : 'Q';
    const changed = cursor.slice(0, i) + other + cursor.slice(i + 1);
    await assertRefused(client, await subscribe(client, [changed]), 'INVALID_ARGUMENT', /^cursor: is damaged/);
    const cut = cursor.slice(0, i);
    await assertRefused(client, await subscribe(client, [cut]), 'INVALID_ARGUMENT', /cursor|position/);
  }
  assert.equal((await subscribe(client, [cursor])).op, 'subscribed');
});

test('what is no cursor and no position of this host is refused with words that help', async (t) => {
  const { client, cursor, positions } = await start(t);
  const epoch = epochIn(positions[0]);
  const wrong = [
    [[`${cursor}=`], /damaged/],
    [[cursor + cursor], /damaged/],
    [['Q'.repeat(70_000)], /70000 characters, accepted are up to/],
    [['default@1:1'], /epoch of 16 digits/],
    [['default@5f3a9c1e00000001'], /no : behind/],
    [[`default@${epoch}:x`], /no decimal number/],
    [[`default@${epoch}:18446744073709551616`], /below 2\^64/],
    [[`Default@${epoch}:1`], /name of a stream/],
    [[`other@${epoch}:1`], /no stream "other"/],
    [[cursorOf([['other', epoch, 1]])], /no stream "other"/],
    [[cursorOf([['default', epoch, 1]], 2)], /version 2, accepted is version 1/],
    [[cursorOf([])], /damaged/],
    [[cursorOf(Array(2).fill(['default', epoch, 1]))], /twice/],
    [[cursor, 'noise'], /damaged/],
    [Array(65).fill(cursor), /"after"/],
  ];
  for (const [after, words] of wrong) {
    await assertRefused(client, await subscribe(client, after), 'INVALID_ARGUMENT', words);
  }
  assert.equal((await subscribe(client, Array(64).fill(cursor))).op, 'subscribed');
  for (let i = 0; i < 10; i++) assert.equal((await client.event()).data, i);
});

test('a place of the future is refused, and says how far the stream is', async (t) => {
  const { client, positions } = await start(t);
  const epoch = epochIn(positions[0]);
  for (const sequence of ['11', '1000000', '18446744073709551615']) {
    for (const place of [`default@${epoch}:${sequence}`, cursorOf([['default', epoch, sequence]])]) {
      const answer = await subscribe(client, [place]);
      await assertRefused(client, answer, 'OUT_OF_RANGE', /its last is 10$/);
    }
  }
  assert.equal((await subscribe(client, [positions[9]])).from, 'live');
});

test("another host's cursor of the same stream: a gap says so, then comes all there is", async (t) => {
  const [here, there] = [await start(t), await start(t)];
  for (const place of [there.positions[3], there.cursor]) {
    const answer = await subscribe(here.client, [place], ['a']);
    assert.equal(answer.op, 'subscribed', JSON.stringify(answer));
    assert.match(answer.from.gap.reason, /another history/);
    for (let i = 0; i < 10; i++) assert.equal((await here.client.event()).data, i);
    assert.deepEqual(await here.client.drain(), []);
    await here.client.ask({ op: 'unsubscribe', id: 1, sub: 'again' });
  }
});

test('what retention has removed is a gap, and the rest comes once and live', async (t) => {
  const config = 'streams: [{ name: default, durability: log, retention: { events: 500 }, ring: 64KiB }]\n';
  const { host, client, cursor, positions } = await start(t, config);
  const writer = await EventClient.open(host);
  const count = 20_000;
  for (let i = 10; i < count; i++) {
    writer.send(JSON.stringify({ op: 'publish', topic: 'a', data: i }));
  }
  await writer.publish('a', count);
  const stream = async () => (await host.status()).streams[0];
  const { last } = await stream();
  assert.equal(last, count + 1);
  await until('retention has removed most', async () => (await stream()).first > count / 2);
  const { first } = await stream();
  assert.ok(last - first + 1 >= 500, 'what is to be kept is kept');
  for (const place of [positions[3], cursor]) {
    const answer = await subscribe(client, [place]);
    assert.equal(sequenceOf(answer.from.gap.from), place === cursor ? 1 : 5, JSON.stringify(answer));
    assert.equal(sequenceOf(answer.from.gap.to), first - 1);
    assert.equal(answer.from.gap.reason, 'retention');
    for (let sequence = first; sequence <= last; sequence++) {
      assert.equal(sequenceOf((await client.event()).position), sequence);
    }
    await client.ask({ op: 'unsubscribe', id: 1, sub: 'again' });
  }
});

test('a subscription that reaches more than 8 streams is refused, 8 are read together', async (t) => {
  const names = Array.from({ length: 9 }, (_, i) => `s${i}`);
  const streams = names.map((name) => `  - { name: ${name}, filters: ["${name}/#"], durability: log }\n`);
  const host = await Host.start(t, { config: `streams:\n${streams.join('')}` });
  const client = await EventClient.open(host);
  for (const name of names) await client.publish(`${name}/a`, name);
  const start = (filters) => client.ask({ op: 'subscribe', id: 'again', filters, start: 'earliest' });
  await assertRefused(client, await start(['#']), 'RESOURCE_EXHAUSTED', /8/);
  await assertRefused(client, await start(['+/a']), 'RESOURCE_EXHAUSTED', /8/);
  const some = names.slice(0, 8);
  assert.equal((await start(some.map((name) => `${name}/a`))).op, 'subscribed');
  const read = [];
  for (const _ of some) read.push((await client.event()).data);
  assert.deepEqual(read.sort(), some);
});
