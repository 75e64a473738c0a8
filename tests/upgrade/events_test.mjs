// The adapter websocket is replaced under clients that publish and subscribe, to and fro, with builds in
// between that fail; they notice nothing.
//   node events_test.mjs     with SLIPRING_CONNECTIONS, SLIPRING_UPGRADES, SLIPRING_PROCESSES
import assert from 'node:assert/strict';
import test from 'node:test';
import { sanitized } from '../clients/lib/host.mjs';
import { assertMovedInFlight, heldAtRest, upgrades } from './drive.mjs';
import { assertAccounted, underEvents } from './events.mjs';

const connections = Number(process.env.SLIPRING_CONNECTIONS ?? 2000);
const count = Number(process.env.SLIPRING_UPGRADES ?? 50);
const processes = Number(process.env.SLIPRING_PROCESSES ?? 3);

// Shorter slices than usual: more rounds of each move in which traffic passes. One session that cannot
// move takes all back.
const config = 'upgrade: { slice: 5us, max_failed_moves: 0% }\n';

const variants = ['websocket-1', 'websocket-2'];

// What fails, how the report names it, and by which stage it was found.
const failing = [
  { variant: 'websocket-init-fails', outcome: 'rejected', found: /init/ },
  { variant: 'websocket-refuses-all', outcome: 'rejected', found: /rehearsal: import .*refused on purpose/ },
  { variant: 'websocket-refuses-one', outcome: 'rolled back', found: /refused on purpose/ },
  { variant: 'websocket-cannot-render', outcome: 'rolled back', found: /slipring\.render/ },
];

const serving = async (host) => (await host.plugin('websocket')).find((one) => one.state === 'serving');

async function fails({ host, plugins, build, load }, { variant, outcome, found }) {
  const before = await serving(host);
  await load.flow(0.1);
  plugins.install(build(variant));
  const report = await host.reload('websocket.so');
  assert.equal(report.outcome, outcome, JSON.stringify(report));
  assert.match(`${report.check} ${report.found}`, found);
  const after = await serving(host);
  assert.equal(after.build_id, before.build_id);
  assert.equal(after.sessions, connections + 1);
  return report;
}

// The version that serves cannot let its sessions go: it is put in place, the next upgrade fails.
async function failsToExport(it, next) {
  it.plugins.install(it.build('websocket-export-fails-once'));
  const report = await it.host.reload('websocket.so');
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  return fails(it, { variant: next, outcome: 'rolled back', found: /export_state answered INTERNAL/ });
}

// Upgrades and failing ones under load: everything is accounted for, and nothing but memory is held in the
// end that was not held after the first ones. Answers how much more private memory it was. More than `share`
// may be what a busy moment left behind: as many upgrades again must not add it once more.
async function upgradesUnderLoad(t, count, config, share = Infinity) {
  const it = await underEvents(t, { connections, processes, config });
  const warm = Math.min(10, Math.ceil(count / 2));
  const every = Math.max(1, Math.floor(count / (failing.length + 1)));
  const held = {};
  const failed = [];
  const reports = await upgrades(it, variants, count, async (number) => {
    if (number === warm || number === count) held[number] = await heldAtRest(it);
    if (number % every !== Math.floor(every / 2) || failed.length > failing.length) return;
    const next = failing[failed.length];
    failed.push(await (next ? fails(it, next) : failsToExport(it, variants[number % 2])));
  });
  let [before, now] = [held[warm].privateBytes, held[count].privateBytes];
  for (let again = 0; again < 2 && now > before * (1 + share); again++) {
    reports.push(...(await upgrades(it, variants, 2 * Math.ceil((count - warm) / 2))));
    [before, now] = [now, (await heldAtRest(it)).privateBytes];
    t.diagnostic(`held after ${reports.length}: ${now} bytes`);
  }
  await it.load.flow();
  const stats = await it.load.finish();

  const longest = Math.max(...reports.flatMap((one) => one.shards.map((shard) => shard.longest_slice_us)));
  const during = reports.map((one) => one.shards.reduce((sum, shard) => sum + shard.messages_during, 0));
  t.diagnostic(`published ${stats.published}, read ${stats.seenOwn} own and ${stats.seenAll} common`);
  t.diagnostic(`slowest ${stats.slowest.toFixed(0)} ms from a publish to its answer and its event`);
  t.diagnostic(`longest slice ${longest} us, messages during moves ${during.join(' ')}`);
  t.diagnostic(`held after ${warm}: ${JSON.stringify(held[warm])}`);
  t.diagnostic(`held after ${count}: ${JSON.stringify(held[count])}`);

  assertAccounted(stats);
  assert.equal(stats.open, connections + 1);
  assert.equal(failed.length, 5);
  assertMovedInFlight(reports, connections + 1);
  assert.ok(during.reduce((a, b) => a + b) > 0, 'messages came while sessions were moving');
  const { counters } = await it.host.status();
  assert.equal(counters.gaps_announced_total, 0);
  assert.equal(counters.events_sequenced_total, stats.published);

  for (const what of ['objects', 'threads', 'descriptors']) {
    assert.equal(held[count][what], held[warm][what], what);
  }
  return { bytes: now - before, share: now / before - 1 };
}

const MiB = 1 << 20;
const what = (count) => `${count} upgrades and 5 that fail under ${connections} clients`;

// The stream's latest events and what the log has not flushed are in memory, and how much that is changes.
test(`${what(count)}: no event lost, doubled or reordered`, async (t) => {
  const { bytes } = await upgradesUnderLoad(t, count, config);
  if (!sanitized) assert.ok(bytes < 40 * MiB, `private memory grew by ${bytes / MiB} MiB`);
});

const some = 2 * Math.ceil(count / 4);
test(`${what(some)}, on a stream in memory that is full: memory stays as it was`, async (t) => {
  const inMemory = 'streams: [{ name: default, durability: memory, retention: { bytes: 1MiB } }]\n';
  const { share } = await upgradesUnderLoad(t, some, config + inMemory, sanitized ? Infinity : 0.02);
  if (!sanitized) assert.ok(share <= 0.02, `private memory grew by ${(share * 100).toFixed(2)} %`);
});
