// A log that the host cannot have, and streams that are configured differently from start to start: clear
// words, and nothing is given up silently.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { epochOf, streamOf } from '../clients/lib/lasting.mjs';
import { notAllowed, seeing } from '../clients/lib/namespace.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const streams = (...list) => `streams:\n${list.map((one) => `  - ${one}\n`).join('')}`;

// Runs a host that is to fail, to its end: what it said.
async function fails(t, options) {
  const host = new Host(t, options);
  const how = await within('slipringd to give up', host.exited);
  host.killed = true;
  assert.deepEqual(how, { code: 1, signal: null }, host.lines.join('\n'));
  return host.lines.join('\n');
}

// A host with events: its state directory once it has ended.
async function lived(t, topics = ['a'], config = '') {
  const host = await Host.start(t, { config });
  const client = await EventClient.open(host);
  const positions = [];
  for (const topic of topics) positions.push(await client.publish(topic, topic));
  await host.stop();
  return { state: host.state, positions };
}

async function startAgain(t, state, config = '') {
  const host = await Host.start(t, { state, config });
  return { host, client: await EventClient.open(host) };
}

async function readAll(client, count, filters = ['#']) {
  const { from } = await client.subscribe(filters, { start: 'earliest' });
  assert.ok(!from.gap, JSON.stringify(from));
  const events = [];
  while (events.length < count) events.push(await client.event());
  return events;
}

test('a log that cannot be written to ends the start, and names what to do', { skip: notAllowed() }, async (t) => {
  const { state } = await lived(t);
  const log = path.join(state, 'log');
  const command = seeing(`mount --bind ${log} ${log} && mount -o remount,bind,ro ${log}`);
  const said = await fails(t, { state, command });
  assert.match(said, /log.*cannot be written to.*read-only/i);
  assert.ok(said.includes(log), said);
  const { client } = await startAgain(t, state);
  assert.equal((await readAll(client, 1))[0].data, 'a');
});

test("another machine's log is not touched until it is adopted", { skip: notAllowed() }, async (t) => {
  const { state, positions } = await lived(t);
  const other = path.join(temporaryDirectory(t), 'machine-id');
  fs.writeFileSync(other, '00000000000000000000000000000001\n');
  const command = seeing(`mount --bind ${other} /etc/machine-id`);
  const said = await fails(t, { state, command });
  assert.match(said, /belongs to machine [0-9a-f]{32}, this is 0{31}1.*--adopt-log/);
  const adopted = await Host.start(t, { state, command, args: ['--adopt-log'] });
  const client = await EventClient.open(adopted);
  assert.equal((await readAll(client, 1))[0].position, positions[0]);
  await adopted.stop();
  assert.match(await fails(t, { state }), /belongs to machine 0{31}1/);
});

test('a log that another host has open is refused, and that host goes on', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  const first = await client.publish('a', 1);
  assert.match(await fails(t, { state: host.state }), /state directory.*(in use|process \d+)/);
  const state = temporaryDirectory(t);
  fs.symlinkSync(path.join(host.state, 'log'), path.join(state, 'log'));
  assert.match(await fails(t, { state }), /open elsewhere: one process at a time/);
  const second = await client.publish('a', 2);
  assert.equal(sequenceOf(second), sequenceOf(first) + 1);
  assert.equal((await readAll(client, 2)).length, 2);
});

test('a file where the log is to be ends the start', async (t) => {
  const state = temporaryDirectory(t);
  fs.writeFileSync(path.join(state, 'log'), 'not a directory');
  assert.match(await fails(t, { state }), /log.*(cannot be made|cannot be written|directory)/i);
  assert.equal(fs.readFileSync(path.join(state, 'log'), 'utf8'), 'not a directory');
});

test('durability goes from fsync to log and back, and history stays', async (t) => {
  const { state, positions } = await lived(t);
  for (const durability of ['log', 'fsync']) {
    const config = streams(`{ name: default, durability: ${durability} }`);
    const { host, client } = await startAgain(t, state, config);
    assert.equal((await host.status()).streams[0].durability, durability);
    positions.push(await client.publish('a', durability));
    const events = await readAll(client, positions.length);
    assert.deepEqual(events.map((one) => one.position), positions);
    await host.stop();
  }
  assert.equal(new Set(positions.map(epochOf)).size, 1);
});

test('durability memory would give up what the log has: the host does not start, and says so', async (t) => {
  const { state } = await lived(t, ['a', 'a']);
  const config = streams('{ name: default, durability: memory }');
  const said = await fails(t, { state, config });
  assert.match(said, /stream default: the log has 2 events of it.*memory would give them up/);
  const { client } = await startAgain(t, state);
  assert.equal((await readAll(client, 2)).length, 2);
});

test('a stream that is configured no more stays where it is, and is there when it is again', async (t) => {
  const games = streams('{ name: games, filters: ["game/#"] }');
  const { state, positions } = await lived(t, ['game/1', 'a', 'game/2'], games);
  assert.deepEqual(positions.map(streamOf), ['games', 'default', 'games']);

  const without = await startAgain(t, state);
  assert.ok(without.host.lines.some((line) => /stream not configured.*games.*2/.test(line)));
  const position = await without.client.publish('game/3', 'elsewhere');
  assert.equal(streamOf(position), 'default');
  const refused = await without.client.ask({
    op: 'subscribe',
    id: 1,
    filters: ['game/#'],
    start: { after: [positions[0]] },
  });
  assert.deepEqual([refused.op, refused.status], ['error', 'INVALID_ARGUMENT']);
  assert.match(refused.message, /no stream "games"/);
  await without.host.stop();

  const { client } = await startAgain(t, state, games);
  await client.subscribe('game/#', { start: { after: [positions[0]] } });
  assert.equal((await client.event()).position, positions[2]);
  const next = await client.publish('game/4', 'again');
  assert.deepEqual([epochOf(next), sequenceOf(next)], [epochOf(positions[2]), 3]);
  assert.equal((await client.event()).position, next);
});

test('a retention that was shrunk removes what it says and no more, and a reader is told', async (t) => {
  const count = 20_000;
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  for (let i = 1; i < count; i++) client.send(JSON.stringify({ op: 'publish', topic: 'a', data: i }));
  const last = await client.publish('a', count);
  await host.stop();

  const shrunk = streams('{ name: default, retention: { events: 1000 } }');
  const again = await startAgain(t, host.state, shrunk);
  const stream = async () => (await again.host.status()).streams[0];
  await until('most is removed', async () => (await stream()).first > count / 2);
  const { first } = await stream();
  assert.ok(count - first + 1 >= 1000, `${first} is the first`);
  const place = `${epochOf(last)}:10`;
  const { from } = await again.client.subscribe('a', { start: { after: [place] } });
  assert.deepEqual(from.gap, {
    from: `${epochOf(last)}:11`,
    to: `${epochOf(last)}:${first - 1}`,
    reason: 'retention',
  });
  for (let i = first; i <= count; i++) assert.equal((await again.client.event()).data, i);
});

test('of streams that overlap the first has the topic, and the host says which', async (t) => {
  const config = streams(
    '{ name: moves, filters: ["game/+/move"] }',
    '{ name: final, filters: ["game/42/#"], durability: log }',
    '{ name: games, filters: ["game/#"] }',
  );
  const host = await Host.start(t, { config });
  const overlaps = host.lines.filter((line) => line.includes('streams overlap'));
  assert.equal(overlaps.length, 1, 'what a wider one leaves to those before it is as it is meant');
  assert.match(overlaps[0], /moves.*game\/\+\/move.*final.*game\/42\/#/);
  const client = await EventClient.open(host);
  const topics = ['game/42/move', 'game/42/end', 'game/1/end', 'a'];
  const positions = [];
  for (const topic of topics) positions.push(await client.publish(topic, topic));
  assert.deepEqual(positions.map(streamOf), ['moves', 'final', 'games', 'default']);
  const events = await readAll(client, topics.length);
  assert.deepEqual(events.map((one) => one.position).sort(), [...positions].sort());
});
