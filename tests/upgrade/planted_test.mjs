// The harness itself is tested: adapters that lose, double or reorder on purpose turn it red.
import assert from 'node:assert/strict';
import test from 'node:test';
import { assertUnbroken, underLoad, upgrades } from './drive.mjs';

const planted = { 'tally-loses': 'lost', 'tally-doubles': 'doubled', 'tally-reorders': 'reordered' };

for (const [variant, fault] of Object.entries(planted)) {
  test(`an adapter that has answers ${fault} is found out`, async (t) => {
    const it = await underLoad(t, { variant: 'tally-1', connections: 60, rate: 10 });
    await upgrades(it, ['tally-1', variant], 4);
    await it.load.flow(5);
    const stats = await it.load.finish();
    assert.throws(() => assertUnbroken(stats), { code: 'ERR_ASSERTION' });
    assert.ok(stats[fault] > 0, `${fault}: ${JSON.stringify({ ...stats, versions: null })}`);
  });
}

test('the same run with an adapter that does nothing wrong is green', async (t) => {
  const it = await underLoad(t, { variant: 'tally-1', connections: 60, rate: 10 });
  await upgrades(it, ['tally-1', 'tally-2'], 4);
  await it.load.flow(5);
  assertUnbroken(await it.load.finish());
});
