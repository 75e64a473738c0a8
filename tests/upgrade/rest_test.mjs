// Builds of the adapter rest replace each other while clients post and read: requests whose body is still
// coming, and those that wait for an acknowledgement or an event, go on with the new one. Each is answered
// once, each event is there once.
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { sequenceOf } from '../clients/lib/events.mjs';
import { Host, testPlugins, defaultPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { Pool } from '../clients/lib/undici.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const builds = [path.join(defaultPlugins, 'rest.so'), path.join(testPlugins('rest-next'), 'rest.so')];
const upgradeCount = 6;

async function start(t) {
  const plugins = new PluginDirectory(t);
  plugins.install(builds[0]);
  const host = await Host.start(t, { plugins: plugins.path, args: ['--allow-downgrade'] });
  const upgrade = async (number) => {
    plugins.install(builds[number % builds.length]);
    const report = await host.reload('rest.so');
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    assert.equal(report.unloaded, true, JSON.stringify(report));
    for (const shard of report.shards) assert.equal(shard.stayed, 0, JSON.stringify(report));
    return report.shards.reduce((sum, shard) => sum + shard.moved, 0);
  };
  return { host, upgrade, address: host.endpoints[0].address };
}

async function published(host) {
  const { stdout } = await host.cli('replay', '--filter', '#', '--to-file', '-');
  return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

// A POST whose body has come in part: `finish` sends the rest, and resolves to the status.
async function halfSent(t, { host, address }, id) {
  const before = await host.counter('http_body_bytes_received_total');
  const request = http.request(`http://${address}/topics/half?type=half`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `"${id}"` },
    agent: false,
  });
  t.after(() => request.destroy());
  const status = new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => resolve(response.resume().statusCode));
  });
  request.write(`{"id":"${id}",`);
  await until('half a body is there', async () => (await host.counter('http_body_bytes_received_total')) > before);
  return () => {
    request.end('"rest":1}');
    return within(`an answer to ${id}`, status);
  };
}

test('posts under way are answered once, and their events are there once', async (t) => {
  const { upgrade, address } = await start(t);
  const pool = new Pool(`http://${address}`, { connections: 32, pipelining: 1 });
  t.after(() => pool.close());
  const headers = { 'content-type': 'application/octet-stream' };
  const body = Buffer.alloc(100_000, 1); // so large that acknowledgements take their time
  const sequences = [];
  const post = async () => {
    const { statusCode, body: answer } = await pool.request({ path: '/topics/load', method: 'POST', headers, body });
    const { position, duplicate } = await answer.json();
    assert.deepEqual([statusCode, duplicate], [201, undefined]);
    sequences.push(sequenceOf(position));
  };
  let running = true;
  const workers = Array.from({ length: 32 }, async () => {
    while (running) await post();
  });
  let moved = 0;
  for (let i = 1; i <= upgradeCount; i++) {
    const enough = sequences.length + 32;
    await until('answers flow', () => sequences.length >= enough);
    moved += await upgrade(i);
  }
  running = false;
  await within('the last answers', Promise.all(workers));
  await post();
  t.diagnostic(`${sequences.length} posts, ${upgradeCount} upgrades, ${moved} requests moved`);
  assert.ok(moved > 0, 'requests were under way when versions changed');
  // The stream has nothing else: sequences without a hole or a double are events without them.
  sequences.sort((one, other) => one - other);
  assert.deepEqual(sequences, Array.from(sequences, (_, i) => i + 1));
});

test('who waits for an event is answered by the version that then serves', async (t) => {
  const setup = await start(t);
  const { host, upgrade, address } = setup;
  const polls = Array.from({ length: 6 }, (_, i) =>
    fetch(`http://${address}/topics/poll/${i}?start=now&wait=60&limit=9`, { headers: { accept: 'application/json' } }));
  await host.sessions(polls.length);
  let moved = 0;
  for (let i = 1; i <= 3; i++) moved += await upgrade(i);
  assert.equal(moved, 3 * polls.length);
  for (const [i, poll] of polls.entries()) {
    await fetch(`http://${address}/topics/poll/${i}`, { method: 'POST', body: String(i) });
    const response = await within('an answer', poll);
    assert.equal(response.headers.get('content-type'), 'application/json');
    assert.match(response.headers.get('link'), /&limit=9&wait=60>/);
    assert.deepEqual((await response.json()).map(({ data }) => data), [String(i)]);
  }
});

test('a body that is still coming is read by the version that then serves', async (t) => {
  const setup = await start(t);
  const finish = [];
  for (let i = 0; i < 4; i++) finish.push(await halfSent(t, setup, `half-${i}`));
  let moved = 0;
  for (let i = 1; i <= 3; i++) moved += await setup.upgrade(i);
  assert.equal(moved, 3 * 4);
  for (const one of finish) assert.equal(await one(), 201);
  const events = await published(setup.host);
  assert.deepEqual(events.map(({ data, type, sliprdedup }) => [data.id, data.rest, type, sliprdedup]).sort(),
    [0, 1, 2, 3].map((i) => [`half-${i}`, 1, 'half', `half-${i}`]));
});
