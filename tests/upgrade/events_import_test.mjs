// What a session of the adapter websocket takes along when it moves to another version, whatever it was
// doing at that moment.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { websocket } from './events.mjs';

async function start(t, config) {
  const plugins = new PluginDirectory(t);
  plugins.install(websocket('websocket-1'));
  const host = await Host.start(t, { plugins: plugins.path, config, args: ['--allow-downgrade'] });
  const upgrade = async (variant = 'websocket-2') => {
    plugins.install(websocket(variant));
    const report = await host.reload('websocket.so');
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    for (const shard of report.shards) assert.equal(shard.moved, shard.sessions);
    return report;
  };
  return { host, upgrade };
}

test('subscriptions keep their ids: they can be named, and not be taken again', async (t) => {
  const { host, upgrade } = await start(t);
  const client = await EventClient.open(host);
  const ids = [1, '1', 'ä"\\', 9007199254740991];
  for (const [i, id] of ids.entries()) {
    assert.equal((await client.ask({ op: 'subscribe', id, filters: [`topic/${i}`] })).op, 'subscribed');
  }
  const before = await client.ask({ op: 'cursor', id: 0, sub: 1 });
  await upgrade();
  assert.equal((await client.ask({ op: 'help', id: 9 })).adapter, 'websocket 1.1.0');
  assert.equal((await client.ask({ op: 'cursor', id: 0, sub: 1 })).cursor, before.cursor);
  for (const [i, id] of ids.entries()) {
    const again = await client.ask({ op: 'subscribe', id, filters: ['x'] });
    assert.equal(again.status, 'ALREADY_EXISTS');
    await client.publish(`topic/${i}`, i);
    assert.equal((await client.event()).data, i);
    const gone = await client.ask({ op: 'unsubscribe', id: 'u', sub: id });
    assert.deepEqual(gone, { op: 'unsubscribed', id: 'u', sub: id });
    await client.publish(`topic/${i}`, 'nobody is there');
  }
  assert.deepEqual(await client.drain(), []);
});

test('1,000 subscriptions of one session move, to and fro', async (t) => {
  const { host, upgrade } = await start(t);
  const client = await EventClient.open(host);
  for (let i = 0; i < 1000; i++) {
    client.send(JSON.stringify({ op: 'subscribe', id: i, filters: [`many/${i}/+`] }));
  }
  for (let i = 0; i < 1000; i++) assert.equal((await client.answer()).op, 'subscribed');
  await upgrade('websocket-2');
  await upgrade('websocket-1');
  for (const i of [0, 500, 999]) {
    await client.publish(`many/${i}/x`, i);
    assert.equal((await client.event()).data, i);
  }
  assert.equal((await client.ask({ op: 'unsubscribe', id: 'u', sub: 999 })).op, 'unsubscribed');
});

// Subscribes, publishes and unsubscribes without end, thirty requests at a time, and says what was
// answered to each.
async function requests(client, name, going) {
  const answers = new Map();
  for (let i = 0; going(); i += 30) {
    for (let id = i; id < i + 30; id += 3) {
      const topic = `${name}/${id}`;
      client.send(JSON.stringify({ op: 'subscribe', id, filters: [topic] }));
      client.send(JSON.stringify({ op: 'publish', id: id + 1, topic, data: id }));
      client.send(JSON.stringify({ op: 'unsubscribe', id: id + 2, sub: id }));
    }
    for (let count = 0; count < 30; count++) {
      const answer = await client.answer({ seconds: 60 });
      assert.ok(!answers.has(answer.id), `${answer.id} is answered once`);
      answers.set(answer.id, answer.status ?? answer.op);
    }
  }
  return answers;
}

test('requests under way are answered once each, whichever version they reach', async (t) => {
  const config = 'limits: { operations: 5 }\nupgrade: { slice: 5us }\n';
  const { host, upgrade } = await start(t, config);
  const clients = await Promise.all(Array.from({ length: 40 }, () => EventClient.open(host)));
  let going = true;
  const all = clients.map((client, c) => requests(client, `c${c}`, () => going));
  let inFlight = 0; // sessions that moved with input or output waiting, and messages meanwhile
  for (let i = 0; i < 8 || (inFlight === 0 && i < 400); i++) {
    const { shards } = await upgrade(i % 2 ? 'websocket-1' : 'websocket-2');
    for (const one of shards) inFlight += one.with_input + one.with_output + one.messages_during;
  }
  going = false;
  let count = 0;
  for (const answers of await Promise.all(all)) {
    count += answers.size;
    for (let i = 0; i < answers.size; i += 3) {
      assert.ok(['subscribed', 'CANCELLED'].includes(answers.get(i)), answers.get(i));
      assert.deepEqual([answers.get(i + 1), answers.get(i + 2)], ['published', 'unsubscribed']);
    }
  }
  t.diagnostic(`${count} requests, ${inFlight} in flight`);
  assert.ok(inFlight > 0, 'sessions moved while they had much to do');
});

const slowly = 'limits: { queue_bytes: 256KiB, stall: 60s }\nephemeral: ["live/#"]\n';
const data = 'x'.repeat(16 << 10);

test('a gap that is waiting is announced by the new version, and accounts for everything', async (t) => {
  const { host, upgrade } = await start(t, slowly);
  const [slow, writer] = [await EventClient.open(host), await EventClient.open(host)];
  const subs = {};
  for (const drop of ['oldest', 'newest']) {
    subs[`live/${drop}`] = (await slow.subscribe(`live/${drop}`, { drop })).sub;
  }
  slow.pause();
  const half = 400;
  const published = { 'live/oldest': 0, 'live/newest': 0 };
  const publish = async (topic) => {
    for (let i = 0; i < half; i++) await writer.publish(topic, data, { eid: `${published[topic]++}` });
  };
  await publish('live/oldest');
  await publish('live/newest');
  const { counters } = await host.status();
  assert.ok(counters.events_dropped_total > 0 && counters.gaps_announced_total === 0);
  await upgrade();
  await publish('live/newest');
  await upgrade('websocket-1');
  await publish('live/oldest');
  slow.socket.resume();
  const read = await slow.drain();
  for (const [topic, sub] of Object.entries(subs)) {
    let next = 0;
    let missed = 0;
    for (const one of read) {
      if (one.topic === topic) assert.equal(Number(one.eid), next++, 'in order, the gap in its place');
      if (one.sub !== sub) continue;
      next += one.count;
      missed += one.count;
    }
    assert.ok(missed > 0);
    assert.equal(next, 2 * half, topic);
  }
});

test('a reader that has fallen behind reads on through upgrades, from the log and live', async (t) => {
  const { host, upgrade } = await start(t, slowly);
  const [slow, writer] = [await EventClient.open(host), await EventClient.open(host)];
  await slow.subscribe('flow');
  slow.pause();
  let published = 0;
  const publish = async (count) => {
    for (let i = 0; i < count; i++) await writer.publish('flow', data, { eid: `${published++}` });
  };
  await publish(800);
  await upgrade();
  await publish(800);
  slow.socket.resume();
  let next = 0;
  const read = async (count) => {
    for (const end = next + count; next < end; next++) {
      const event = await slow.event();
      assert.deepEqual([event.op, event.eid, sequenceOf(event.position)], ['event', `${next}`, next + 1]);
    }
  };
  await read(100);
  await upgrade('websocket-1');
  await read(100);
  await publish(10);
  await read(published - next);
  await upgrade();
  await publish(10);
  await read(10);
  assert.deepEqual(await slow.drain(), []);
  const { counters } = await host.status();
  assert.deepEqual([counters.events_dropped_total, counters.gaps_announced_total], [0, 0]);
});

test('SIGTERM in the middle of an upgrade tells every client when to come back', async (t) => {
  const plugins = new PluginDirectory(t);
  plugins.install(websocket('websocket-1'));
  const config = 'upgrade: { slice: 5us }\n';
  const host = await Host.start(t, { plugins: plugins.path, config });
  const clients = await Promise.all(Array.from({ length: 300 }, () => EventClient.open(host)));
  for (const client of clients) await client.subscribe('#');
  plugins.install(websocket('websocket-2'));
  host.process.kill('SIGHUP');
  host.process.kill('SIGTERM');
  for (const client of clients) {
    assert.equal((await client.closed).code, 1012);
    assert.equal(client.closing?.op, 'closing');
  }
  assert.deepEqual(await host.exited, { code: 0, signal: null });
});
