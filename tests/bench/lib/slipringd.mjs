// slipringd as the publish and subscribe benchmarks use it.
import { Host } from '../../clients/lib/host.mjs';

// One host, as the two servers it is measured as: with topics that keep nothing, which is what the
// others do, and with topics of the default stream.
export async function startSlipringd(t, options = {}) {
  const host = await Host.start(t, { config: 'ephemeral: ["bench/#"]\n', ...options });
  const server = { dialect: 'slipring', path: '/ws', pid: host.pid, port: host.port, stop: () => host.stop() };
  return [
    { ...server, name: 'slipringd', topic: 'bench/topic' },
    { ...server, name: 'slipringd, durable stream', topic: 'kept/topic' },
  ];
}
