// slipring_bench_pubsub works with every server there is, and finds what a server does wrong. No figure
// is looked at: sanitizers and other tests may be running.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startJetStream, startNats, startNchan } from './lib/brokers.mjs';
import { pubsubLoad, startLimit, startPubsubLimit, steeredPubsubLoad } from './lib/programs.mjs';
import { startSlipringd } from './lib/slipringd.mjs';

const brief = { 'warm-up': 0.05, seconds: 0.2 };
const patterns = {
  'one publisher, ten subscribers': { subscribers: 10, window: 16 },
  'ten pairs': { topics: 10, subscribers: 10, publishers: 10, window: 16 },
  'three publishers of one topic': { subscribers: 4, publishers: 3, window: 16 },
  'paced messages': { subscribers: 10, rate: 500 },
};
const acknowledging = {
  'one publisher of ten topics': { topics: 10, subscribers: 20, window: 16 },
  'acknowledged messages': { subscribers: 10, acknowledged: true, window: 16 },
  'acknowledged messages that nobody reads': { subscribers: 0, acknowledged: true, window: 16 },
};
const mistakes = ['lost', 'doubled', 'reordered', 'altered', 'closed', 'refused'];

function assertMeasured(said) {
  for (const mistake of mistakes) assert.equal(said[mistake], 0, JSON.stringify(said));
  assert.equal(said.void, false);
  assert.ok(said.messages > 0 || said.acknowledged_per_second > 0, JSON.stringify(said));
  assert.ok(said.p99_us >= said.p50_us && said.longest_us >= said.p99_us);
}

async function assertEachWorks(t, servers, wanted) {
  for (const server of servers) {
    for (const pattern of Object.values(wanted)) {
      assertMeasured(await pubsubLoad(t, server, { ...brief, ...pattern }));
    }
  }
}

test('the limit of the machine delivers every pattern', async (t) => {
  await assertEachWorks(t, [await startPubsubLimit(t)], { ...patterns, ...acknowledging });
});

test('slipringd delivers every pattern, on topics that keep nothing and on the default stream', async (t) => {
  await assertEachWorks(t, await startSlipringd(t), { ...patterns, ...acknowledging });
});

const brokers = { 'nats-server': startNats, 'nginx with nchan': (t) => startNchan(t, 1) };
for (const [name, start] of Object.entries(brokers)) {
  test(`${name} delivers what NATS core and nchan have`, async (t) => {
    const server = await start(t);
    if (server) await assertEachWorks(t, [server], patterns);
    else t.skip('not installed');
  });
}

// Fills, and reads what was kept.
async function assertReplays(t, server, start) {
  assertMeasured(await pubsubLoad(t, server, { ...brief, ...acknowledging['acknowledged messages'] }));
  const topic = 'kept/again';
  const fill = { subscribers: 0, acknowledged: true, window: 16, messages: 500, 'warm-up': 0, seconds: 10 };
  await pubsubLoad(t, { ...server, topic }, fill);
  const said = await pubsubLoad(t, { ...server, topic }, { replay: 500, start });
  for (const mistake of mistakes) assert.equal(said[mistake], 0, JSON.stringify(said));
  assert.equal(said.messages, 500);
}

test('slipringd replays what it kept', async (t) => {
  const [, kept] = await startSlipringd(t);
  await assertReplays(t, kept, '"earliest"');
});

test('JetStream replays what it kept', async (t) => {
  const server = await startJetStream(t, 'kept');
  if (server) await assertReplays(t, { ...server, topic: 'kept/topic' }, '"deliver_policy":"all"');
  else t.skip('not installed');
});

// Over HTTP: `sse` is published to over WebSocket, `rest` by POST.
const answering = { 'POST, ten connections': { ...acknowledging['acknowledged messages that nobody reads'],
  topics: 10, publishers: 10, window: 1 } };

test('slipringd delivers every pattern over HTTP', async (t) => {
  for (const server of await startSlipringd(t)) {
    await assertEachWorks(t, [{ ...server, dialect: 'slipring-sse' }], { ...patterns, ...acknowledging });
    await assertEachWorks(t, [{ ...server, dialect: 'slipring-rest' }],
      { ...patterns, ...acknowledging, ...answering });
  }
});

test('nginx with nchan delivers over HTTP what it has', async (t) => {
  const server = await startNchan(t, 1);
  if (!server) return t.skip('not installed');
  await assertEachWorks(t, [{ ...server, dialect: 'nchan-sse' }], patterns);
  await assertEachWorks(t, [{ ...server, dialect: 'nchan-rest' }], { ...patterns, ...answering });
});

test('connections stay between steered runs', async (t) => {
  const steered = await steeredPubsubLoad(t, await startPubsubLimit(t), { ...brief, subscribers: 10 });
  for (let run = 0; run < 2; run++) assertMeasured(await steered.run());
});

const faults = { lose: 'lost', double: 'doubled', reorder: 'reordered', alter: 'altered' };
for (const [fault, count] of Object.entries(faults)) {
  test(`a server that is made to ${fault} messages makes the figures void`, async (t) => {
    const said = await pubsubLoad(t, await startPubsubLimit(t, fault), { ...brief, subscribers: 3, window: 256 });
    assert.ok(said[count] > 0, JSON.stringify(said));
    assert.equal(said.void, true);
  });
}

test('a stream of events that is refused is not measured', async (t) => {
  const [server] = await startSlipringd(t);
  const refused = { ...server, topic: 'bench/+no+filter', dialect: 'slipring-sse' };
  await assert.rejects(pubsubLoad(t, refused, brief), /no load/);
});

test('a server that answers something else is not measured', async (t) => {
  const echo = { ...(await startLimit(t)), dialect: 'slipring' };
  await assert.rejects(pubsubLoad(t, echo, brief), /no load/);
});
