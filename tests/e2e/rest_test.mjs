// Publishing by HTTP requests (docs/protocols/rest.md), with fetch; CloudEvents in the forms that the npm
// package `cloudevents` writes.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient } from '../clients/lib/events.mjs';
import { Host } from '../clients/lib/host.mjs';

test('what is posted reaches who subscribes', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  await client.subscribe('game/+/move');
  const response = await fetch(`http://${host.endpoints[0].address}/topics/game/42/move`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"move":"e4"}',
  });
  assert.equal(response.status, 201);
  const { topic, position } = await response.json();
  assert.equal(topic, 'game/42/move');
  const event = await client.event();
  assert.deepEqual([event.topic, event.data, event.position], [topic, { move: 'e4' }, position]);
});
