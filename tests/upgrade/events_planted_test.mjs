// The harness for events itself is tested: adapters that lose, double or reorder events, or forget
// answers, on purpose turn it red.
import assert from 'node:assert/strict';
import test from 'node:test';
import { upgrades } from './drive.mjs';
import { assertAccounted, underEvents } from './events.mjs';

const planted = {
  'websocket-loses': 'lost',
  'websocket-doubles': 'doubled',
  'websocket-reorders': 'reordered',
  'websocket-forgets-answers': 'unanswered',
};
const load = { connections: 60, rate: 10 };

for (const [variant, fault] of Object.entries(planted)) {
  test(`an adapter that has events ${fault} is found out`, async (t) => {
    const it = await underEvents(t, load);
    await upgrades(it, ['websocket-1', variant], 3);
    await it.load.flow(20);
    const stats = await it.load.finish();
    assert.throws(() => assertAccounted(stats), { code: 'ERR_ASSERTION' });
    assert.ok(stats[fault] > 0, `${fault}: ${JSON.stringify({ ...stats, sequences: null })}`);
  });
}

test('the same run with an adapter that does nothing wrong is green', async (t) => {
  const it = await underEvents(t, { ...load, processes: 2 });
  await upgrades(it, ['websocket-1', 'websocket-2'], 3);
  await it.load.flow(20);
  assertAccounted(await it.load.finish());
});
