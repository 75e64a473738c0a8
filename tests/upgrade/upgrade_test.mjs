// An adapter with state is replaced under live clients, to and fro, and they notice nothing.
//   node upgrade_test.mjs     with SLIPRING_CONNECTIONS, SLIPRING_UPGRADES, SLIPRING_RATE
import assert from 'node:assert/strict';
import test from 'node:test';
import { sanitized } from '../clients/lib/host.mjs';
import {
  assertMovedInFlight,
  assertUnbroken,
  heldAtRest,
  underLoad,
  upgrades,
} from './drive.mjs';

const connections = Number(process.env.SLIPRING_CONNECTIONS ?? 2000);
const count = Number(process.env.SLIPRING_UPGRADES ?? 50);
const rate = Number(process.env.SLIPRING_RATE ?? 3);

// Shorter slices than usual: more rounds of each move in which traffic passes.
const config = 'upgrade: { slice: 5us }\n';

const title = `${count} upgrades under ${connections} connections: nothing closed, lost, doubled or reordered`;

test(title, async (t) => {
  const it = await underLoad(t, { variant: 'tally-1', connections, rate, config });
  const warm = Math.min(10, Math.ceil(count / 2));
  const held = {};
  const reports = await upgrades(it, ['tally-1', 'tally-2'], count, async (number) => {
    if (number === warm || number === count) held[number] = await heldAtRest(it);
  });
  await it.load.flow();
  const stats = await it.load.finish();

  const longest = Math.max(...reports.flatMap((one) => one.shards.map((shard) => shard.longest_slice_us)));
  const during = reports.map((one) => one.shards.reduce((sum, shard) => sum + shard.messages_during, 0));
  t.diagnostic(`answers ${stats.answered}, slowest ${stats.slowest.toFixed(0)} ms`);
  t.diagnostic(`longest slice ${longest} us, messages during moves ${during.join(' ')}`);
  t.diagnostic(`held after ${warm}: ${JSON.stringify(held[warm])}`);
  t.diagnostic(`held after ${count}: ${JSON.stringify(held[count])}`);

  assertUnbroken(stats);
  assertMovedInFlight(reports, connections);
  assert.ok(during.reduce((a, b) => a + b) > 0, 'messages came while sessions were moving');
  assert.equal(stats.open, connections);
  const seen = stats.versions.map((versions) => versions.length);
  assert.ok(Math.min(...seen) >= 2, 'every client saw at least two versions');

  for (const what of ['objects', 'threads', 'descriptors']) {
    assert.equal(held[count][what], held[warm][what], what);
  }
  if (!sanitized) {
    const grown = held[count].privateBytes / held[warm].privateBytes - 1;
    assert.ok(grown <= 0.02, `private memory grew by ${(grown * 100).toFixed(2)} %`);
  }
});
