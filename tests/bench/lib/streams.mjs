// Streams that are kept: slipringd with each durability beside nats-server with JetStream in files, in turns.
//
// JetStream acknowledges what it has written and not synced: its fair counterpart is durability log;
// fsync is what slipringd does unless it is told otherwise.
import { Host } from '../../clients/lib/host.mjs';
import { startJetStream } from './brokers.mjs';
import { figure, median, table } from './figures.mjs';
import { pubsubLoad } from './programs.mjs';

const rounds = 3;
const kept = 1_000_000;
const missed = 1000;
const config = `
streams:
  - { name: fsynced, filters: ["fsync/#"], durability: fsync, retention: {} }
  - { name: logged, filters: ["log/#"], durability: log, retention: {} }
`;
const acknowledged = [1, 64, 1024].map((window) => ({
  title: `acknowledged publish, ${window} under way`,
  options: { subscribers: 0, acknowledged: true, window },
  column: 'acknowledged_per_second',
}));
const paced = {
  title: '1,000 msg/s to one subscriber', options: { subscribers: 1, acknowledged: true, rate: 1000 },
  column: 'p50_us', also: 'p99_us',
};

async function servers(t) {
  const host = await Host.start(t, { config });
  const own = (name, topic) => ({
    name, topic, dialect: 'slipring', path: '/ws', pid: host.pid, port: host.port, host,
  });
  const jetstream = await startJetStream(t, 'kept/topic');
  if (!jetstream) console.log('nats-server is not installed: left out');
  return [own('slipringd, fsync', 'fsync/topic'), own('slipringd, log', 'log/topic'), jetstream].filter(Boolean);
}

// Where a client begins that reads the last `count` of `kept`, as its dialect says it.
async function start({ dialect, host }, count) {
  const before = kept - count;
  if (dialect === 'jetstream') {
    return before === 0 ? '"deliver_policy":"all"' : `"deliver_policy":"by_start_sequence","opt_start_seq":${before + 1}`;
  }
  if (before === 0) return '"earliest"';
  const [{ name, epoch }] = (await host.status()).streams;
  return JSON.stringify({ after: [`${name}@${epoch}:${before}`] });
}

// One client after the other comes back to a million messages of one publisher, in servers of their own.
async function replays(t) {
  const host = await Host.start(t, { config: 'streams: [{ name: replayed, filters: ["replayed/#"], retention: {} }]\n' });
  const slipringd = {
    name: 'slipringd, fsync', topic: 'replayed/topic', dialect: 'slipring', path: '/ws', pid: host.pid,
    port: host.port, host,
  };
  const jetstream = await startJetStream(t, 'replayed/topic');
  const both = [slipringd, jetstream].filter(Boolean);
  const fill = { subscribers: 0, acknowledged: true, window: 1024, messages: kept, 'warm-up': 0, seconds: 60 };
  for (const server of both) await pubsubLoad(t, server, fill);
  const measured = [];
  for (const count of [kept, missed]) {
    const runs = Object.fromEntries(both.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of both) {
        const said = await pubsubLoad(t, server, { replay: count, start: await start(server, count) });
        runs[server.name].push({ ...said, milliseconds: said.seconds * 1000 });
      }
    }
    measured.push({
      title: `replay of ${count.toLocaleString('en-US')} to one client`, column: 'per_second', also: 'milliseconds', runs,
    });
  }
  return measured;
}

export async function streams(t) {
  const all = await servers(t);
  const measured = [];
  for (const { title, options, column, also } of [...acknowledged, paced]) {
    const runs = Object.fromEntries(all.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of all) {
        runs[server.name].push(await pubsubLoad(t, server, { ...options, 'warm-up': 0.4, seconds: 1.5 }));
      }
    }
    measured.push({ title, column, also, runs });
  }
  measured.push(...(await replays(t)));
  report(measured);
  return measured;
}

const names = {
  acknowledged_per_second: 'acks/s', per_second: 'messages/s', p50_us: 'p50 us', p99_us: 'p99 us', milliseconds: 'ms',
};

function report(measured) {
  const rows = measured.flatMap(({ title, column, also, runs }) => {
    const valid = (name) => runs[name]?.filter((run) => !run.void) ?? [];
    const peer = Object.keys(runs).find((name) => name.includes('JetStream'));
    return Object.keys(runs).map((name) => {
      const of = (field) => (field ? `${figure(median(valid(name).map((run) => run[field])))} ${names[field]}` : '');
      const ratios = valid(name)
        .map((run, i) => run[column] / valid(peer)[i]?.[column])
        .filter((ratio) => !Number.isNaN(ratio));
      const voided = runs[name].length - valid(name).length;
      return [title, voided ? `${name} (${voided} void)` : name, of(column), of(also),
        figure(median(valid(name).map((run) => run.cpu_us))), name === peer ? '' : figure(median(ratios))];
    });
  });
  table('Streams', ['load', 'server', '', '', 'CPU us a message', 'it : JetStream'], rows);
}
