// The micro benchmarks of the host's own code, in its process. Processor time, because the cores are
// shared with others.
import assert from 'node:assert/strict';
import { bin, run } from '../../clients/lib/host.mjs';
import { figure, table } from './figures.mjs';

export async function micro() {
  const { code, stdout, stderr } = await run(
    bin('slipring_bench_micro'),
    ['--benchmark_format=json', '--benchmark_min_time=0.15', '--benchmark_repetitions=3'],
    { seconds: 120 },
  );
  assert.equal(code, 0, stderr);
  const medians = JSON.parse(stdout).benchmarks.filter((one) => one.aggregate_name === 'median');
  const rows = medians.map((one) => {
    const each = one.items_per_second ? 1e9 / one.items_per_second : one.cpu_time * scale[one.time_unit];
    return [one.run_name, figure(each / 1000)];
  });
  table('In process, CPU per message, per move or per load', ['benchmark', 'us'], rows);
  return medians;
}

const scale = { ns: 1, us: 1e3, ms: 1e6 };
