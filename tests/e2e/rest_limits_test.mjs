// The adapter rest: what it tells of a topic's stream, and how often a client may publish
// (docs/protocols/rest.md).
import assert from 'node:assert/strict';
import test from 'node:test';
import { Host } from '../clients/lib/host.mjs';
import { until } from '../clients/lib/wait.mjs';

const streams = `
ephemeral: ["now/#"]
streams:
  - { name: scores, filters: ["scores/#"], durability: fsync, retention: { age: 1h, per_topic: 3 } }
  - { name: default, filters: ["#"], durability: log, retention: { age: 24h, bytes: 1GiB } }
`;

async function start(t, config, shards = 2) {
  const host = await Host.start(t, { config, shards });
  const base = `http://${host.endpoints[0].address}/topics/`;
  const post = (where, options) => fetch(base + where, { method: 'POST', body: '1', ...options });
  return { host, post, get: (where, options) => fetch(base + where, options) };
}

test('a topic tells which stream it is of, what that keeps and how far it is', async (t) => {
  const { host, post, get } = await start(t, streams);
  const about = async (topic) => (await get(`${topic}?about=stream`)).json();
  const { epoch, ...fresh } = await about('scores/1');
  assert.match(epoch, /^[0-9a-f]{16}$/);
  assert.deepEqual(fresh, {
    topic: 'scores/1', stream: 'scores', first: 1, last: 0, durability: 'fsync',
    retention: { age_seconds: 3600, per_topic: 3 },
  });
  const { position } = await (await post('a')).json();
  await post('a');
  const log = await about('b');
  assert.deepEqual([log.stream, log.first, log.last, log.durability], ['default', 1, 2, 'log']);
  assert.equal(position, `default@${log.epoch}:1`);
  await host.json('streams', 'purge', 'default', '--yes');
  const purged = await about('a');
  assert.deepEqual([purged.first, purged.last], [3, 2]);
});

test('what is known of a stream has an entity tag, and ephemeral topics have no stream', async (t) => {
  const { post, get } = await start(t, streams);
  const first = await get('a?about=stream');
  const etag = first.headers.get('etag');
  assert.equal((await get('a?about=stream', { headers: { 'if-none-match': etag } })).status, 304);
  await post('a');
  assert.equal((await get('a?about=stream', { headers: { 'if-none-match': etag } })).status, 200);
  const none = await get('now/a?about=stream');
  assert.deepEqual([none.status, (await none.json()).field], [404, 'topic']);
  const head = await get('a?about=stream', { method: 'HEAD' });
  assert.deepEqual([head.status, await head.text()], [200, '']);
});

test('a client that publishes too often is told when to come again', async (t) => {
  const limited = 'adapters: { rest: { rate_limit: { publishes: 2, window: 4 } } }\n';
  const { host, post, get } = await start(t, limited, 1);
  for (const left of [1, 0]) {
    const { status, headers } = await post('a');
    assert.equal(status, 201);
    assert.equal(headers.get('ratelimit-policy'), '"publish";q=2;w=4');
    assert.match(headers.get('ratelimit'), new RegExp(`^"publish";r=${left};t=[1-4]$`));
  }
  const refused = await post('a');
  assert.equal(refused.status, 429);
  assert.match(refused.headers.get('ratelimit'), /^"publish";r=0;t=[1-4]$/);
  assert.match(refused.headers.get('retry-after'), /^[12]$/);
  const { code, status } = await refused.json();
  assert.deepEqual([code, status], ['RESOURCE_EXHAUSTED', 429]);
  assert.equal((await get('a')).status, 200, 'reading is not counted');
  assert.equal((await get('a?about=stream')).status, 200);
  await until('there is a publish again', async () => (await post('a')).status === 201);
  assert.ok((await host.counter('rest_refused_total{rest}')) >= 1);
});

test('without a limit nothing is said of one', async (t) => {
  const { post } = await start(t, '');
  const { headers } = await post('a');
  assert.deepEqual([headers.get('ratelimit'), headers.get('ratelimit-policy')], [null, null]);
});
