// The cost of one message through transport, ABI and adapter: slipringd's /echo beside an epoll server
// that is the limit of the machine and beside npm `ws`, in turns.
import { Host } from '../../clients/lib/host.mjs';
import { figure, median, table } from './figures.mjs';
import { load, startLimit, startNpmWs } from './programs.mjs';

const rounds = 3;
const cells = [
  { title: '1 connection', connections: 1 },
  { title: '100 connections', connections: 100 },
  { title: '1,000 connections', connections: 1000 },
  { title: '100 connections, 16 under way on each', connections: 100, depth: 16 },
  { title: '1,000 connections, 5,000 msg/s paced', connections: 1000, pattern: 'paced', rate: 5000 },
];
const columns = ['per_second', 'p50_us', 'p99_us', 'cpu_us', 'cpu_user_us', 'own_cpu_us'];

export async function messages(t) {
  const host = await Host.start(t);
  const servers = [
    { name: 'slipringd', pid: host.pid, port: host.port, path: '/echo' },
    await startLimit(t),
    await startNpmWs(t),
  ];
  const measured = [];
  for (const { title, ...options } of cells) {
    const runs = Object.fromEntries(servers.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const server of servers) {
        runs[server.name].push(await load(t, server, { ...options, 'warm-up': 0.3, seconds: 1.2 }));
      }
    }
    measured.push({ title, options, runs });
  }
  report(measured);
  return measured;
}

function report(measured) {
  const rows = measured.flatMap(({ title, runs }) =>
    Object.entries(runs).map(([name, all]) => {
      const valid = all.filter((run) => !run.void);
      // Each round's ratio to what slipringd did in the same round.
      const ratios = runs.slipringd.map((own, i) => own.per_second / all[i].per_second);
      const cpu = runs.slipringd.map((own, i) => own.cpu_us / all[i].cpu_us);
      const compared = name === 'slipringd' ? ['', ''] : [figure(median(ratios)), figure(median(cpu))];
      const values = columns.map((column) => figure(median(valid.map((run) => run[column]))));
      return [title, valid.length === all.length ? name : `${name} (${all.length - valid.length} void)`,
        ...values, ...compared];
    }),
  );
  table('One message through transport, ABI and adapter', ['load', 'server', 'messages/s', 'p50 us', 'p99 us',
    'CPU us', 'of it user', 'CPU us of the load', 'slipringd : it, messages/s', 'slipringd : it, CPU'], rows);
}
