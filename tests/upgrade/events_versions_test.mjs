// Sessions of the adapter websocket's first release go to the newest one and back, whose state has more
// in it: what the older one does not know stays behind, everything else moves.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient } from '../clients/lib/events.mjs';
import { Host } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { websocket } from './events.mjs';

const [first, newest] = ['websocket-1', 'websocket-3'];

async function start(t, variant) {
  const plugins = new PluginDirectory(t);
  plugins.install(websocket(variant));
  const host = await Host.start(t, { plugins: plugins.path, args: ['--allow-downgrade'] });
  const move = async (to) => {
    plugins.install(websocket(to));
    const report = await host.reload('websocket.so');
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    for (const shard of report.shards) assert.equal(shard.moved, shard.sessions);
  };
  return { move, client: await EventClient.open(host) };
}

const cursors = (id, filter) => ({ op: 'subscribe', id, filters: [filter], cursors: true });

// The next event of a publish to `topic`.
async function eventOf(client, topic) {
  await client.publish(topic, 1);
  const event = await client.event();
  assert.equal(event.topic, topic);
  return event;
}

test('a session of the first release has what the newest brings once it has moved', async (t) => {
  const { client, move } = await start(t, first);
  await client.subscribe('plain');
  const refused = await client.ask(cursors(1, 'a'));
  assert.deepEqual([refused.status, refused.id], ['INVALID_ARGUMENT', 1]);
  assert.match((await client.ask({ op: 'help', id: 2 })).status, /UNIMPLEMENTED/);

  await move(newest);
  assert.equal((await client.ask({ op: 'help', id: 2 })).adapter, 'websocket 1.2.0');
  assert.equal((await client.ask(cursors(1, 'a'))).op, 'subscribed');
  assert.equal(typeof (await eventOf(client, 'a')).cursor, 'string');
  assert.equal((await eventOf(client, 'plain')).cursor, undefined);
});

test('the cursor in an event is the one that the subscription tells', async (t) => {
  const { client } = await start(t, newest);
  await client.ask(cursors(1, 'a'));
  for (let i = 0; i < 3; i++) {
    const { cursor } = await eventOf(client, 'a');
    assert.equal(cursor, (await client.ask({ op: 'cursor', id: 2, sub: 1 })).cursor);
  }
});

test('on the way back to the first release events lose their cursors, and nothing else', async (t) => {
  const { client, move } = await start(t, newest);
  await client.ask(cursors(1, 'a'));
  assert.equal(typeof (await eventOf(client, 'a')).cursor, 'string');

  await move(first);
  assert.equal((await eventOf(client, 'a')).cursor, undefined);
  assert.equal((await client.ask({ op: 'subscribe', id: 1, filters: ['b'] })).status, 'ALREADY_EXISTS');

  await move(newest);
  assert.equal((await eventOf(client, 'a')).cursor, undefined);
  assert.equal((await client.ask({ op: 'unsubscribe', id: 3, sub: 1 })).op, 'unsubscribed');
  assert.equal((await client.ask(cursors(1, 'a'))).op, 'subscribed');
  assert.equal(typeof (await eventOf(client, 'a')).cursor, 'string');
});

test('between builds of the newest one cursors stay', async (t) => {
  const { client, move } = await start(t, newest);
  await client.ask(cursors(1, 'a'));
  await move('websocket-next');
  assert.equal(typeof (await eventOf(client, 'a')).cursor, 'string');
  const second = await client.ask(cursors(2, 'b'));
  assert.deepEqual([second.status, second.id], ['FAILED_PRECONDITION', 2]);
});
