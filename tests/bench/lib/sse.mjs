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
const connections = 50;
const publish = { subscribers: 0, publishers: connections, acknowledged: true, window: 1 };
const cells = [
  { title: 'server-sent events 1 to 100', dialect: 'sse', options: { subscribers: 100, window: 256 } },
  { title: 'server-sent events 1 to 1,000', dialect: 'sse', options: { subscribers: 1000, window: 256 } },
  { title: '200 msg/s to 1,000', dialect: 'sse', options: { subscribers: 1000, rate: 200 } },
  { title: `POST, ${connections} connections, one topic`, dialect: 'rest', options: publish },
  {
    title: `POST, ${connections} connections, a topic each`, dialect: 'rest',
    options: { ...publish, topics: connections },
  },
];

// Each speaks the dialects `sse` and `rest` in its way.
async function servers(t) {
  const nchan = await startNchan(t);
  if (!nchan) console.log('nginx with nchan is not installed: left out');
  const memory = 'streams: [{ name: memory, filters: ["memory/#"], durability: memory }]\n';
  const [ephemeral, durable] = await startSlipringd(t, { config: `ephemeral: ["bench/#"]\n${memory}` });
  return [ephemeral, { ...ephemeral, name: 'slipringd, memory stream', topic: 'memory/topic' }, durable, nchan]
    .filter(Boolean);
}

export async function sse(t) {
  const all = await servers(t);
  const measured = [];
  for (const { title, dialect, options } of cells) {
    const runs = Object.fromEntries(all.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of all) {
        const its = { ...server, dialect: `${server.dialect}-${dialect}` };
        runs[server.name].push(await pubsubLoad(t, its, { ...options, ...time }));
      }
    }
    measured.push({ title, dialect, runs });
  }
  report(measured);
  return measured;
}

// Of each round what slipringd did to what this one did, on topics that keep nothing.
function compared(column, name, { slipringd, ...others }) {
  if (name === 'slipringd') return '';
  const both = slipringd.map((own, i) => [own, others[name][i]]).filter((pair) => !pair.some((run) => run.void));
  return figure(median(both.map(([own, other]) => own[column] / other[column])));
}

function report(measured) {
  const rows = (dialect, columns) => measured.filter((one) => one.dialect === dialect).flatMap(({ title, runs }) =>
    Object.entries(runs).map(([name, all]) => {
      const valid = all.filter((run) => !run.void);
      const values = columns.map((column) => figure(median(valid.map((run) => run[column]))));
      return [title, valid.length === all.length ? name : `${name} (${all.length - valid.length} void)`, ...values,
        ...[columns[0], ...columns.slice(-1)].map((column) => compared(column, name, runs))];
    }));
  table('Server-sent events', ['load', 'server', 'deliveries/s', 'CPU us', 'p50 us', 'p99 us',
    'slipringd : it, deliveries/s', 'slipringd : it, p99'], rows('sse', ['per_second', 'cpu_us', 'p50_us', 'p99_us']));
  table('Publishing by POST', ['load', 'server', 'answers/s', 'slipringd : it'],
    rows('rest', ['acknowledged_per_second']).map((row) => row.slice(0, -1)));
}
