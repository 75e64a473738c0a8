// Connections are spread over shards; how many cores there are does not matter.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host } from '../clients/lib/host.mjs';

async function talkOnEveryShard(host, shards) {
  const clients = await Promise.all(
    Array.from({ length: shards * 8 }, () => Client.open(host.url())),
  );
  const answers = await Promise.all(clients.map((client, i) => client.ask(`from ${i}`)));
  answers.forEach(({ text }, i) => assert.equal(text, `from ${i}`));
  const { sessions } = await host.json('sessions');
  const used = new Set(sessions.map((session) => session.shard));
  assert.deepEqual([...used].sort(), Array.from({ length: shards }, (_, i) => i));
  for (const client of clients) client.terminate();
}

test('one shard serves everybody', async (t) => {
  await talkOnEveryShard(await Host.start(t, { shards: 1 }), 1);
});

test('two shards share the connections', async (t) => {
  await talkOnEveryShard(await Host.start(t, { shards: 2 }), 2);
});

test('four shards on one core share the connections', async (t) => {
  const host = await Host.start(t, { shards: 4, command: ['taskset', '-c', '0'] });
  await talkOnEveryShard(host, 4);
  const [echo] = await host.plugin('echo');
  assert.deepEqual(echo.answering_on_shards, [0, 1, 2, 3]);
});

test('without being told, the host starts at least one shard', async (t) => {
  const host = await Host.start(t, { shards: null });
  const { shards } = (await host.status()).host;
  assert.ok(shards >= 1, `${shards} shards`);
  await talkOnEveryShard(host, shards);
});
