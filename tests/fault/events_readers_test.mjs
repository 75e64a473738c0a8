// Subscribers that do not keep up. Each costs a bounded queue. Of a stream they read everything later; of
// an ephemeral topic they miss what their policy says, counted and announced. Everybody else gets everything.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host, sanitized } from '../clients/lib/host.mjs';
import { residentBytes } from '../clients/lib/process.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const MiB = 1 << 20;
const queue = 256 << 10;
const ephemeral = 'ephemeral: ["live/#"]\n';
const config = `limits: { queue_bytes: 256KiB, stall: 60s }\n${ephemeral}`;

// Well over what the kernel's buffers of a connection hold.
const count = 1500;
const data = 'x'.repeat(16 << 10);

// Publishes while `beside` reads; `options(i)`: further members of the i-th.
async function publishAll(topic, writer, beside, options = () => ({})) {
  for (let i = 0; i < count; i++) {
    await writer.publish(topic, data, { eid: `${i}`, ...options(i) });
    assert.equal((await beside.event()).eid, `${i}`, 'who reads gets everything in order');
  }
}

// A reader with a policy that does not read while all is published, and one beside it that does.
async function slowReader(t, topic, { drop, options } = {}) {
  const host = await Host.start(t, { config });
  const [slow, beside, writer] = await Promise.all(
    Array.from({ length: 3 }, () => EventClient.open(host)),
  );
  const { sub } = await slow.subscribe(topic, { drop });
  await beside.subscribe(topic);
  slow.pause();
  await publishAll(topic, writer, beside, options);
  const { sessions } = await host.json('sessions');
  const queued = Math.max(...sessions.map((session) => session.queued_bytes));
  assert.ok(queued > queue / 4 && queued <= queue + data.length * 2, `${queued} bytes are queued`);
  return { host, slow, beside, writer, sub };
}

// What it reads at last of an ephemeral topic: events in order, and gaps that account for all others.
async function readAtLast(slow, sub) {
  slow.socket.resume();
  const read = await slow.drain();
  const gaps = read.filter((one) => one.op === 'gap');
  const events = read.filter((one) => one.op === 'event');
  const got = numbers(events);
  got.forEach((number, i) => assert.ok(i === 0 || number > got[i - 1], 'in order'));
  assert.ok(gaps.length > 0, 'a gap is announced');
  for (const gap of gaps) {
    assert.deepEqual(gap, { op: 'gap', sub, count: gap.count, reason: 'slow reader' });
  }
  const missed = gaps.reduce((sum, gap) => sum + gap.count, 0);
  assert.equal(events.length + missed, count, 'received and missed are all that was published');
  return { read, events, gaps, missed };
}

// The gaps are exactly the events that were not received, each in its place.
function assertInPlace(read) {
  let next = 0;
  for (const one of read) {
    if (one.op === 'event') assert.equal(Number(one.eid), next);
    next += one.op === 'gap' ? one.count : 1;
  }
  assert.equal(next, count);
}

const numbers = (events) => events.map((one) => Number(one.eid));

for (const drop of ['newest', 'oldest', 'latest per key', 'priority', 'disconnect']) {
  test(`of a stream a slow reader misses nothing, whatever its policy: "${drop}"`, async (t) => {
    const options = (i) => ({ key: `k${i % 7}`, priority: i % 5 });
    const { host, slow, beside, writer } = await slowReader(t, 'flow', { drop, options });
    slow.socket.resume();
    for (let i = 0; i < count; i++) {
      const event = await slow.event();
      assert.deepEqual([event.op, event.eid, sequenceOf(event.position)], ['event', `${i}`, i + 1]);
    }
    await writer.publish('flow', 'afterwards');
    for (const client of [slow, beside]) assert.equal((await client.event()).data, 'afterwards');
    assert.deepEqual(await slow.drain(), []);
    const { counters } = await host.status();
    assert.equal(counters.events_dropped_total, 0);
    assert.equal(counters.gaps_announced_total, 0);
  });
}

test('"newest": what came first is kept, the rest is a gap; then it goes on', async (t) => {
  const { host, slow, beside, writer, sub } = await slowReader(t, 'live/flow', { drop: 'newest' });
  const { read, events, missed } = await readAtLast(slow, sub);
  assertInPlace(read);
  assert.deepEqual(numbers(events), Array.from({ length: events.length }, (_, i) => i));
  const { counters } = await host.status();
  assert.equal(counters.events_dropped_total, missed);
  assert.equal(counters.gaps_announced_total, 1);
  await writer.publish('live/flow', 'afterwards');
  for (const client of [slow, beside]) assert.equal((await client.event()).data, 'afterwards');
});

test('"oldest": what came last is kept, and the gap stands before it', async (t) => {
  const { slow, sub } = await slowReader(t, 'live/flow', { drop: 'oldest' });
  const { read, events } = await readAtLast(slow, sub);
  assertInPlace(read);
  assert.equal(events.at(-1).eid, `${count - 1}`);
});

test('"latest per key": the last event of each key is kept', async (t) => {
  const { slow, sub } = await slowReader(t, 'live/flow', {
    drop: 'latest per key',
    options: (i) => ({ key: `k${(i * i) % 7}` }),
  });
  const { events } = await readAtLast(slow, sub);
  for (let key = 0; key < 7; key++) {
    const last = Array.from({ length: count }, (_, i) => i).findLast((i) => (i * i) % 7 === key);
    if (last !== undefined) assert.ok(numbers(events).includes(last), `the last event of k${key}`);
  }
});

test('"priority": the urgent ones are kept', async (t) => {
  const isUrgent = (i) => i % 200 === 199;
  const priority = (i) => ({ priority: isUrgent(i) ? 9 : i % 5 });
  const { slow, sub } = await slowReader(t, 'live/flow', { drop: 'priority', options: priority });
  const { events } = await readAtLast(slow, sub);
  const urgent = numbers(events).filter(isUrgent);
  assert.equal(urgent.length, Math.floor(count / 200));
});

test('"disconnect": it is closed with 1008, the others are not', async (t) => {
  const host = await Host.start(t, { config });
  const [slow, beside, writer] = await Promise.all(
    Array.from({ length: 3 }, () => EventClient.open(host)),
  );
  await slow.subscribe('live/flow', { drop: 'disconnect' });
  await beside.subscribe('live/flow');
  slow.pause();
  await publishAll('live/flow', writer, beside);
  slow.socket.resume();
  const { code, reason } = await within('the slow one to be closed', slow.closed);
  assert.deepEqual([code, reason], [1008, 'not reading']);
  await host.sessions(2);
  await writer.publish('live/flow', 'afterwards');
  assert.equal((await beside.event()).data, 'afterwards');
});

test('without a policy of its own a subscription has the configured one', async (t) => {
  const host = await Host.start(t, {
    config: `limits: { queue_bytes: 256KiB, stall: 60s, drop: oldest }\n${ephemeral}`,
  });
  const [slow, beside, writer] = await Promise.all(
    Array.from({ length: 3 }, () => EventClient.open(host)),
  );
  const { sub } = await slow.subscribe('live/flow');
  await beside.subscribe('live/flow');
  slow.pause();
  await publishAll('live/flow', writer, beside);
  const { events } = await readAtLast(slow, sub);
  assert.equal(events.at(-1).eid, `${count - 1}`);
});

test('two subscriptions of a slow reader: each misses what its policy says', async (t) => {
  const host = await Host.start(t, { config });
  const [slow, beside, writer] = await Promise.all(
    Array.from({ length: 3 }, () => EventClient.open(host)),
  );
  const first = await slow.subscribe('live/flow', { drop: 'oldest' });
  const second = await slow.subscribe('live/rare', { drop: 'newest' });
  await beside.subscribe('live/flow');
  await writer.publish('live/rare', 'before');
  slow.pause();
  await publishAll('live/flow', writer, beside);
  for (let i = 0; i < 3; i++) await writer.publish('live/rare', i);
  slow.socket.resume();
  const read = await slow.drain();
  const missed = { [first.sub]: 0, [second.sub]: 0 };
  for (const one of read) if (one.op === 'gap') missed[one.sub] += one.count;
  const got = (topic) => read.filter((one) => one.topic === topic).length;
  assert.equal(got('live/flow') + missed[first.sub], count);
  assert.equal(got('live/rare') + missed[second.sub], 4);
});

test('a slow reader of a stream and of an ephemeral topic misses of the latter alone', async (t) => {
  const { slow, beside, writer, sub } = await slowReader(t, 'live/flow', { drop: 'oldest' });
  slow.socket.resume();
  await slow.drain();
  await slow.subscribe('flow', { drop: 'oldest' });
  slow.pause();
  for (let i = 0; i < count; i++) {
    await writer.publish('flow', data, { eid: `${i}` });
    await writer.publish('live/flow', data, { eid: `${i}` });
    assert.equal((await beside.event()).eid, `${i}`);
  }
  slow.socket.resume();
  const read = [];
  while (read.at(-1)?.eid !== `${count - 1}` || read.at(-1).topic !== 'flow') {
    read.push(await slow.event());
  }
  read.push(...(await slow.drain()));
  assert.deepEqual(
    numbers(read.filter((one) => one.topic === 'flow')),
    Array.from({ length: count }, (_, i) => i),
  );
  const gaps = read.filter((one) => one.op === 'gap');
  const missed = gaps.reduce((sum, gap) => sum + gap.count, 0);
  assert.ok(missed > 0 && gaps.every((gap) => gap.sub === sub && gap.reason === 'slow reader'));
  assert.equal(read.filter((one) => one.topic === 'live/flow').length + missed, count);
});

test('who never reads is closed after limits.stall and costs no more than its queue', async (t) => {
  const host = await Host.start(t, {
    config: `limits: { queue_bytes: 256KiB, stall: 2s }\n${ephemeral}`,
  });
  const [beside, writer] = [await EventClient.open(host), await EventClient.open(host)];
  await beside.subscribe('live/flow');
  const lazy = await Promise.all(Array.from({ length: 20 }, () => EventClient.open(host)));
  for (const client of lazy) {
    await client.subscribe('live/flow', { drop: 'oldest' });
    client.pause();
  }
  const before = residentBytes(host.pid);
  await publishAll('live/flow', writer, beside);
  const each = (residentBytes(host.pid) - before) / lazy.length;
  t.diagnostic(`${(each / MiB).toFixed(2)} MiB for each of them`);
  assert.ok(sanitized || each < 2 * (queue + data.length), `${(each / MiB).toFixed(2)} MiB each`);
  await until('all of them are given up', async () => {
    return (await host.counter('sessions_stalled_total')) === lazy.length;
  });
  await writer.publish('live/flow', 'afterwards');
  assert.equal((await beside.event()).data, 'afterwards');
  // Those that read again while the close is under way are told; the others are gone.
  const late = lazy.splice(10);
  for (const client of lazy) client.socket.resume();
  for (const client of lazy) {
    const how = await within('it to be closed', client.closed);
    assert.deepEqual(how, { code: 1008, reason: 'not reading' });
  }
  await host.sessions(2, { seconds: 20 });
  for (const client of late) client.socket.resume();
  for (const client of late) {
    assert.equal((await within('it to notice', client.closed)).code, 1006);
  }
});
