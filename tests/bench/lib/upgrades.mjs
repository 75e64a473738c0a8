// What an upgrade of a stateful adapter costs at 10,000 sessions with traffic: the time of a move, the
// slices, and what clients notice of it.
//
// A client's gap is how long it waits for an answer, from when its message was due. Windows with and
// without an upgrade alternate: in those without, the same command runs and finds nothing changed,
// so that its own use of the processors is in both.
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Host, testPlugins } from '../../clients/lib/host.mjs';
import { PluginDirectory } from '../../clients/lib/plugins.mjs';
import { figure, median, table } from './figures.mjs';
import { steeredLoad } from './programs.mjs';

const connections = 10_000;
const rate = 5_000;
const pairs = 14;
const windowMs = 500;
const restMs = 150;

export async function upgrades(t) {
  const plugins = new PluginDirectory(t, ['lws.so']);
  const install = (version) => plugins.install(path.join(testPlugins(`tally-${version}`), 'tally.so'));
  install(1);
  const host = await Host.start(t, { plugins: plugins.path, args: ['--allow-downgrade'] });
  const server = { name: 'slipringd', pid: host.pid, port: host.port, path: '/tally' };
  const seconds = (2 * pairs * (windowMs + restMs) + 2000) / 1000;
  const load = await steeredLoad(t, server,
    { connections, pattern: 'paced', rate, 'warm-up': 1, seconds, timeline: 5 });
  const said = load.run();
  await pause(2000);

  const windows = [];
  for (let i = 0, version = 1; i < 2 * pairs; i++) {
    const upgrades = i % 2 === 1;
    if (upgrades) version = 3 - version;
    install(version);
    const begin = Date.now();
    const { reports } = await host.json('plugins', 'upgrade', 'tally');
    windows.push({ upgrades, begin, report: reports.find(({ plugin }) => plugin === 'tally') });
    await pause(begin + windowMs + restMs - Date.now());
  }
  const { timeline, ...run } = await said;
  for (const window of windows) window.longest_us = longest(timeline, window.begin, windowMs);
  const measured = { connections, run, windows, ...summary(windows) };
  report(measured);
  return measured;
}

// Of what was due in `forMs` milliseconds from `beginMs` on.
function longest({ begin, step_ms, longest_us }, beginMs, forMs) {
  const first = Math.max(0, Math.floor((beginMs - begin * 1000) / step_ms));
  return Math.max(...longest_us.slice(first, first + Math.ceil(forMs / step_ms)));
}

function summary(windows) {
  const committed = windows.filter(({ report }) => report?.outcome === 'committed');
  const shards = committed.flatMap(({ report }) => report.shards);
  const gap = (upgrades) =>
    median(windows.filter((window) => window.upgrades === upgrades).map((window) => window.longest_us));
  return {
    committed: committed.length,
    moved: shards.reduce((sum, shard) => sum + shard.moved, 0),
    stayed: shards.reduce((sum, shard) => sum + shard.stayed, 0),
    move_us: median(shards.map((shard) => shard.slices_total_us / shard.moved)),
    slices: median(shards.map((shard) => shard.slices)),
    slice_p99_us: median(shards.map((shard) => shard.slice_p99_us)),
    slice_longest_us: median(shards.map((shard) => shard.longest_slice_us)),
    slice_longest_of_all_us: Math.max(...shards.map((shard) => shard.longest_slice_us)),
    upgrade_ms: median(committed.map(({ report }) => report.milliseconds)),
    gap_with_us: gap(true),
    gap_without_us: gap(false),
    gap_added_us: gap(true) - gap(false),
  };
}

function report(measured) {
  const { run, committed, moved, stayed } = measured;
  const rows = [
    ['upgrades under load, sessions moved, stayed', `${committed}, ${figure(moved)}, ${stayed}`],
    ['lost, doubled, reordered, altered, closed',
      [run.lost, run.doubled, run.reordered, run.altered, run.closed].join(', ')],
    ['move of one session, us', figure(measured.move_us)],
    ['slices of one shard', figure(measured.slices)],
    ['slice p99 of one shard, us', figure(measured.slice_p99_us)],
    ['longest slice of one shard, median and of all, us',
      `${figure(measured.slice_longest_us)}, ${figure(measured.slice_longest_of_all_us)}`],
    ['whole upgrade, ms', figure(measured.upgrade_ms)],
    ['longest gap of a client with an upgrade, ms', figure(measured.gap_with_us / 1000)],
    ['the same without', figure(measured.gap_without_us / 1000)],
    ['added by the upgrade, ms', figure(measured.gap_added_us / 1000)],
  ];
  table('Upgrades at 10,000 sessions of /tally, 5,000 msg/s (medians)', ['what', 'measured'], rows);
}
