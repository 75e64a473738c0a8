// Builds of the adapter rest replace each other while clients post: requests whose body is still coming, and
// those that wait for their acknowledgement, go on with the new one. Each is answered once, each event is
// there once.
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { Host, testPlugins, defaultPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { Pool } from '../clients/lib/undici.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const builds = [path.join(defaultPlugins, 'rest.so'), path.join(testPlugins('rest-next'), 'rest.so')];
const upgradeCount = 8;

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
  const { host, upgrade, address } = await start(t);
  const pool = new Pool(`http://${address}`, { connections: 24, pipelining: 1 });
  t.after(() => pool.close());
  const answers = [];
  let running = true;
  let next = 0;
  const worker = async () => {
    while (running) {
      const number = next++;
      const { statusCode, body } = await pool.request({
        path: `/topics/load/${number % 7}`,
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: String(number),
      });
      const { position, duplicate } = await body.json();
      answers.push({ number, statusCode, position, duplicate });
    }
  };
  const workers = Array.from({ length: 24 }, worker);
  let moved = 0;
  for (let i = 1; i <= upgradeCount; i++) {
    const enough = answers.length + 100;
    await until('answers flow', () => answers.length >= enough);
    moved += await upgrade(i);
  }
  running = false;
  await within('the last answers', Promise.all(workers));
  assert.ok(moved > 0, 'requests were under way when versions changed');
  t.diagnostic(`${answers.length} posts, ${upgradeCount} upgrades, ${moved} requests moved`);

  assert.equal(answers.length, next);
  for (const answer of answers) assert.deepEqual([answer.statusCode, answer.duplicate], [201, undefined]);
  const events = await published(host);
  assert.equal(events.length, next);
  const seen = new Map(events.map(({ data, sliprposition }) => [data, sliprposition]));
  for (const { number, position } of answers) assert.equal(seen.get(number), position, `${number}`);
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
