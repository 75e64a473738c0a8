// SIGTERM: each client is told when to come back before it is closed with 1012.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient } from '../clients/lib/events.mjs';
import { Host } from '../clients/lib/host.mjs';
import { within } from '../clients/lib/wait.mjs';

test('on SIGTERM 200 clients are told when to come back, each another moment', async (t) => {
  const reconnects = 100;
  const host = await Host.start(t, { config: `shutdown: { reconnects: ${reconnects} }\n` });
  const clients = await Promise.all(Array.from({ length: 200 }, () => EventClient.open(host)));
  for (const client of clients) await client.subscribe('#');
  await clients[0].publish('last', 'words');
  host.process.kill('SIGTERM');

  const hints = [];
  for (const client of clients) {
    const { code, reason } = await within('the connection to close', client.closed);
    assert.equal(code, 1012);
    const { retry_ms: retry, ...closing } = client.closing;
    assert.deepEqual(closing, { op: 'closing', reason: 'service restart' });
    assert.equal(reason, `service restart; retry in ${retry} ms`);
    assert.equal((await client.event()).data, 'words', 'what was queued came first');
    hints.push(retry);
  }
  assert.deepEqual(await host.exited, { code: 0, signal: null });

  assert.equal(new Set(hints).size, clients.length, 'no two of them come at once');
  hints.sort((a, b) => a - b);
  const span = (clients.length / reconnects) * 1000;
  assert.ok(hints[0] >= 0 && hints.at(-1) <= span * 1.5, `${hints[0]} to ${hints.at(-1)} ms`);
  for (let tenth = 1; tenth < 10; tenth++) {
    const expected = (span * tenth) / 10;
    const found = hints[(clients.length * tenth) / 10];
    assert.ok(Math.abs(found - expected) < span / 5, `${tenth} tenths of them come by ${found} ms`);
  }
});

test('what was published before SIGTERM and acknowledged has reached everybody', async (t) => {
  const host = await Host.start(t);
  const [reader, writer] = [await EventClient.open(host), await EventClient.open(host)];
  await reader.subscribe('#');
  const count = 3000;
  for (let i = 0; i < count; i++) writer.send(JSON.stringify({ op: 'publish', id: i, topic: 'n', data: i }));
  for (let i = 0; i < count; i++) assert.equal((await writer.answer()).id, i);
  host.process.kill('SIGTERM');
  assert.equal((await within('the reader to be closed', reader.closed)).code, 1012);
  for (let i = 0; i < count; i++) assert.equal((await reader.event()).data, i);
  assert.deepEqual(await host.exited, { code: 0, signal: null });
});
