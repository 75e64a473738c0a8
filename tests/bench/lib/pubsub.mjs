// Publish and subscribe: slipringd beside nats-server, nginx with nchan, and an epoll server that is the
// limit of the machine, in turns.
//
// At full rate a publisher has at most `window` messages that have not reached all of its subscribers, the
// same for every server: without it slow readers would fall behind until they are dropped.
import { startNats, startNchan } from './brokers.mjs';
import { figure, median, table } from './figures.mjs';
import { pubsubLoad, startPubsubLimit } from './programs.mjs';
import { startSlipringd } from './slipringd.mjs';

const rounds = 3;
const window = 256;
const pairs = { subscribers: 200, publishers: 200, topics: 200 };
const cells = [
  { title: 'fan-out 1 to 100', subscribers: 100, window },
  { title: 'fan-out 1 to 1,000', subscribers: 1000, window },
  { title: '50 msg/s to 1,000', subscribers: 1000, rate: 50 },
  { title: '200 msg/s to 1,000', subscribers: 1000, rate: 200 },
  { title: '200 pairs, 16 under way', ...pairs, window: 16 },
  { title: '200 pairs, 64 under way', ...pairs, window: 64 },
];
const columns = ['per_second', 'cpu_us', 'cpu_user_us', 'own_cpu_us', 'p50_us', 'p99_us'];

export async function pubsub(t) {
  const servers = [...(await startSlipringd(t)), ...(await brokers(t)), await startPubsubLimit(t)];
  const measured = [];
  for (const { title, ...options } of cells) {
    const fitting = servers.filter(({ fits = () => true }) => fits(options));
    const runs = Object.fromEntries(fitting.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of fitting) {
        runs[server.name].push(await pubsubLoad(t, server, { ...options, 'warm-up': 0.4, seconds: 1.2 }));
      }
    }
    measured.push({ title, options, runs });
  }
  report(measured);
  return measured;
}

// Two workers, as others have two threads, are nchan's best at fan-out; with many channels they crash.
async function brokers(t) {
  const nchan = await startNchan(t, 2);
  const found = [
    ['nats-server', await startNats(t)],
    ['nginx with nchan', nchan && { ...nchan, fits: ({ topics = 1 }) => topics === 1 }],
    ['nginx with nchan', nchan && { ...(await startNchan(t, 1)), fits: ({ topics = 1 }) => topics > 1 }],
  ];
  const missing = new Set(found.filter(([, server]) => !server).map(([name]) => name));
  for (const name of missing) console.log(`${name} is not installed: left out`);
  return found.map(([, server]) => server).filter(Boolean);
}

function report(measured) {
  const rows = measured.flatMap(({ title, runs }) =>
    Object.entries(runs).map(([name, all]) => {
      const valid = all.filter((run) => !run.void);
      const values = columns.map((column) => figure(median(valid.map((run) => run[column]))));
      return [title, valid.length === all.length ? name : `${name} (${all.length - valid.length} void)`,
        ...values, ...compared(name, runs)];
    }),
  );
  table('Publish and subscribe', ['load', 'server', 'deliveries/s', 'CPU us', 'of it user', 'CPU us of the load',
    'p50 us', 'p99 us', 'slipringd : it, deliveries/s', 'slipringd : it, CPU', 'slipringd : it, p99'], rows);
}

// Each round's ratio of what slipringd did on topics that keep nothing to what this one did.
function compared(name, { slipringd, ...others }) {
  if (name === 'slipringd') return ['', '', ''];
  const both = slipringd.map((own, i) => [own, others[name][i]]).filter((pair) => !pair.some((run) => run.void));
  return ['per_second', 'cpu_us', 'p99_us'].map((column) =>
    figure(median(both.map(([own, other]) => own[column] / other[column]))));
}
