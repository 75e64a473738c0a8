// Memory of the host without clients, and of an idle connection at 10,000: before any traffic, and
// after each connection has sent and received.
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Host, testPlugins } from '../../clients/lib/host.mjs';
import { PluginDirectory } from '../../clients/lib/plugins.mjs';
import { privateBytes, residentBytes } from '../../clients/lib/process.mjs';
import { figure, table } from './figures.mjs';
import { startLimit, startNpmWs, steeredLoad } from './programs.mjs';

const connections = 10_000;
const settleMs = 700;
const traffic = { depth: 4, 'warm-up': 0.2, seconds: 2 };

const held = ({ pid }) => ({ resident: residentBytes(pid), private: privateBytes(pid) });

export async function memory(t) {
  const plugins = new PluginDirectory(t, ['lws.so', 'echo.so']);
  plugins.install(path.join(testPlugins('tally-1'), 'tally.so'));
  const slipringd = (where) => async () => {
    const host = await Host.start(t, { plugins: plugins.path });
    return { name: `slipringd ${where}`, pid: host.pid, port: host.port, path: where, stop: () => host.stop() };
  };
  const measured = [];
  for (const start of [slipringd('/echo'), slipringd('/tally'), () => startLimit(t), () => startNpmWs(t)]) {
    measured.push(await measure(t, await start()));
  }
  report(measured);
  return measured;
}

async function measure(t, server) {
  const empty = held(server);
  const load = await steeredLoad(t, server, { connections, ...traffic });
  await pause(settleMs);
  const idle = held(server);
  const run = await load.run();
  await pause(settleMs);
  const after = held(server);
  await load.stop();
  await server.stop();
  const each = (now, what) => (now[what] - empty[what]) / connections;
  return {
    server: server.name, void: run.void, empty, idle, after,
    each: {
      idle_resident: each(idle, 'resident'), idle_private: each(idle, 'private'),
      after_resident: each(after, 'resident'), after_private: each(after, 'private'),
    },
  };
}

function report(measured) {
  const rows = measured.map(({ server, void: isVoid, empty, each }) => [
    isVoid ? `${server} (void)` : server,
    figure(empty.private / 1e6), figure(empty.resident / 1e6),
    ...Object.values(each).map((bytes) => figure(bytes / 1e3)),
  ]);
  table('Memory: without clients, and per connection at 10,000', ['server', 'empty, private MB', 'empty, RSS MB',
    'idle, RSS KB', 'idle, private KB', 'after traffic, RSS KB', 'after traffic, private KB'], rows);
}
