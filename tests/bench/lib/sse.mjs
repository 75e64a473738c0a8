// The same events over HTTP: server-sent events fanned out, and publishing by POST, slipringd beside nginx with
// nchan, in turns.
//
// Fan-out is fed over WebSocket, as in the part `pubsub`: what is compared is how events leave. A publish
// counts when it has been answered 2xx; each connection has one request under way.
import { startNchan } from './brokers.mjs';
import { figure, median, table } from './figures.mjs';
import { pubsubLoad } from './programs.mjs';
import { startSlipringd } from './slipringd.mjs';

const rounds = 3;
const time = { 'warm-up': 0.4, seconds: 1.2 };
const cells = [
  { title: '1 to 1,000', dialect: 'sse', options: { subscribers: 1000, window: 256 } },
  { title: '200 msg/s to 1,000', dialect: 'sse', options: { subscribers: 1000, rate: 200 } },
  {
    title: '50 connections, a topic each', dialect: 'rest',
    options: { subscribers: 0, publishers: 50, topics: 50, acknowledged: true, window: 1 },
  },
];

// Each speaks the dialects `sse` and `rest` in its way. On the stream in memory only publishing differs from
// topics that keep nothing.
async function servers(t) {
  const nchan = await startNchan(t);
  if (!nchan) console.log('nginx with nchan is not installed: left out');
  const memory = 'streams: [{ name: memory, filters: ["memory/#"], durability: memory }]\n';
  const [ephemeral, durable] = await startSlipringd(t, { config: `ephemeral: ["bench/#"]\n${memory}` });
  const inMemory = { ...ephemeral, name: 'slipringd, memory stream', topic: 'memory/topic', dialects: ['rest'] };
  return [ephemeral, inMemory, durable, nchan].filter(Boolean);
}

export async function sse(t) {
  const all = await servers(t);
  const measured = [];
  for (const { title, dialect, options } of cells) {
    const fitting = all.filter(({ dialects }) => dialects?.includes(dialect) ?? true);
    const runs = Object.fromEntries(fitting.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of fitting) {
        const its = { ...server, dialect: `${server.dialect}-${dialect}` };
        runs[server.name].push(await pubsubLoad(t, its, { ...options, ...time }));
      }
    }
    measured.push({ title, dialect, runs });
  }
  report(measured);
  return measured;
}

// 0 is a latency of which there was none: nothing that was sent while it was measured came in that time.
const said = (run, column) => run[column] || undefined;

// Of each round what slipringd did to what this one did, on topics that keep nothing.
function compared(column, name, { slipringd, ...others }) {
  if (name === 'slipringd') return '';
  const both = slipringd.map((own, i) => [own, others[name][i]]).filter((pair) => !pair.some((run) => run.void));
  return figure(median(both.map(([own, other]) => said(own, column) / said(other, column))));
}

function report(measured) {
  const rows = (dialect, columns, ratios) => measured.filter((one) => one.dialect === dialect).flatMap(({ title, runs }) =>
    Object.entries(runs).map(([name, all]) => {
      const valid = all.filter((run) => !run.void);
      return [title, valid.length === all.length ? name : `${name} (${all.length - valid.length} void)`,
        ...columns.map((column) => figure(median(valid.map((run) => said(run, column))))),
        ...ratios.map((column) => compared(column, name, runs))];
    }));
  table('Server-sent events', ['load', 'server', 'deliveries/s', 'CPU us', 'p50 us', 'p99 us',
    'slipringd : it, deliveries/s', 'slipringd : it, CPU', 'slipringd : it, p99'],
  rows('sse', ['per_second', 'cpu_us', 'p50_us', 'p99_us'], ['per_second', 'cpu_us', 'p99_us']));
  table('Publishing by POST', ['load', 'server', 'answers/s', 'slipringd : it'],
    rows('rest', ['acknowledged_per_second'], ['acknowledged_per_second']));
}
