// What an upgrade of a stateful adapter costs at 10,000 sessions with traffic: the time of a move, the
// slices, and what clients notice of it.
//
// A client's gap is how long it waits for an answer, from when its message was due. Windows with and
// without an upgrade alternate: each begins with SIGHUP, which in those without finds the same build
// again. A second host moves all sessions of a shard in one slice: there the method has to see a
// longer gap, or the machine is too busy for it to see anything.
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Host, testPlugins } from '../../clients/lib/host.mjs';
import { PluginDirectory } from '../../clients/lib/plugins.mjs';
import { difference, figure, median, table } from './figures.mjs';
import { steeredLoad } from './programs.mjs';

const connections = 10_000;
const rate = 5_000;
const windowMs = 60;
const restMs = 90;

export async function upgrades(t) {
  const measured = {
    sliced: await measure(t, { pairs: 30 }),
    'in one slice': await measure(t, { pairs: 12, config: 'upgrade: { slice: 1s }\n' }),
  };
  report(measured);
  return measured;
}

async function measure(t, { pairs, config }) {
  const plugins = new PluginDirectory(t);
  const install = (version) => plugins.install(path.join(testPlugins(`tally-${version}`), 'tally.so'));
  install(1);
  const host = await Host.start(t, { plugins: plugins.path, args: ['--allow-downgrade'], config });
  const server = { name: 'slipringd', pid: host.pid, port: host.port, path: '/tally' };
  const each = windowMs + restMs;
  const load = await steeredLoad(t, server, {
    connections, pattern: 'paced', rate, timeline: 5, 'warm-up': 0.5, seconds: 2 + (pairs * 2 * each * 1.7) / 1000,
  });
  const said = load.run();
  await pause(1000);

  const windows = [];
  for (let i = 0, version = 1; i < 2 * pairs; i++) {
    const upgrades = i % 2 === 1;
    if (upgrades) version = 3 - version;
    install(version);
    const before = upgrades ? await host.reports() : undefined;
    await pause(restMs);
    const begin = Date.now();
    host.process.kill('SIGHUP');
    await pause(windowMs);
    const report = upgrades ? await host.report('tally.so', { after: before }) : undefined;
    windows.push({ upgrades, begin, report });
  }
  const { timeline, ...run } = await said;
  await load.stop();
  await host.stop();
  const end = timeline.begin * 1000 + timeline.longest_us.length * timeline.step_ms;
  const seen = windows.filter(({ begin }) => begin + windowMs < end);
  for (const window of seen) window.longest_us = longest(timeline, window.begin);
  return { connections, run, windows: seen, ...summary(seen) };
}

// Of what was due in the window that began at `beginMs`.
function longest({ begin, step_ms, longest_us }, beginMs) {
  const first = Math.max(0, Math.floor((beginMs - begin * 1000) / step_ms));
  return Math.max(...longest_us.slice(first, first + Math.ceil(windowMs / step_ms)));
}

function summary(windows) {
  const committed = windows.filter(({ report }) => report?.outcome === 'committed');
  const shards = committed.flatMap(({ report }) => report.shards);
  const gaps = (upgrades) =>
    windows.filter((window) => window.upgrades === upgrades).map((window) => window.longest_us);
  const total = (what) => shards.reduce((sum, shard) => sum + shard[what], 0);
  return {
    committed: committed.length,
    moved: total('moved'),
    stayed: total('stayed'),
    move_us: median(shards.map((shard) => shard.slices_total_us / shard.moved)),
    slices: median(shards.map((shard) => shard.slices)),
    slice_p99_us: median(shards.map((shard) => shard.slice_p99_us)),
    slice_longest_us: Math.max(...shards.map((shard) => shard.longest_slice_us)),
    upgrade_ms: median(committed.map(({ report }) => report.milliseconds)),
    gap_with_us: median(gaps(true)),
    gap_without_us: median(gaps(false)),
    gap_added_us: difference(gaps(true), gaps(false)),
  };
}

function report(measured) {
  const lines = {
    'upgrades under load': (one) => one.committed,
    'sessions moved, stayed': (one) => `${figure(one.moved)}, ${one.stayed}`,
    'lost, doubled, reordered, altered, closed': ({ run }) =>
      [run.lost, run.doubled, run.reordered, run.altered, run.closed].join(', '),
    'move of one session, us': (one) => figure(one.move_us),
    'slices of one shard': (one) => figure(one.slices),
    'slice p99 of one shard, us': (one) => figure(one.slice_p99_us),
    'longest slice of all, us': (one) => figure(one.slice_longest_us),
    'whole upgrade, ms': (one) => figure(one.upgrade_ms),
    'longest gap of a client with an upgrade, ms': (one) => figure(one.gap_with_us / 1000),
    'the same without, ms': (one) => figure(one.gap_without_us / 1000),
    'added by the upgrade, ms (nine of ten resamplings)': ({ gap_added_us: { value, low, high } }) =>
      `${figure(value / 1000)} (${figure(low / 1000)} to ${figure(high / 1000)})`,
  };
  const rows = Object.entries(lines).map(([what, of]) => [what, ...Object.values(measured).map(of)]);
  table('Upgrades at 10,000 sessions of /tally, 5,000 msg/s (medians)', ['what', ...Object.keys(measured)], rows);
}
