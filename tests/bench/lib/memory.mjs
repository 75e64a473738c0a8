// Memory of the host without plugins and without clients, and of an idle connection at 10,000: before
// any traffic, and after each connection has sent and received.
//
// The kernel counts a page of a program as shared when another process runs the same program: private
// memory is less while another slipringd runs. Resident memory is its upper bound.
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Host, testPlugins } from '../../clients/lib/host.mjs';
import { PluginDirectory } from '../../clients/lib/plugins.mjs';
import { until } from '../../clients/lib/wait.mjs';
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
  const measured = [await withoutPlugins(t)];
  for (const start of [slipringd('/echo'), slipringd('/tally'), () => startLimit(t), () => startNpmWs(t)]) {
    measured.push(await measure(t, await start()));
  }
  report(measured);
  return measured;
}

async function withoutPlugins(t) {
  const host = new Host(t, {
    plugins: new PluginDirectory(t, []).path, config: 'endpoints: []\n', listen: null,
  });
  await until('the host serves', async () => (await host.status()).host.state === 'serving');
  const empty = held(host);
  await host.stop();
  return { server: 'slipringd without plugins', void: false, empty, each: {} };
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
    ...['idle_resident', 'idle_private', 'after_resident', 'after_private'].map((what) =>
      each[what] === undefined ? '' : figure(each[what] / 1e3)),
  ]);
  table('Memory: without clients, and per connection at 10,000', ['server', 'empty, private MB', 'empty, RSS MB',
    'idle, RSS KB', 'idle, private KB', 'after traffic, RSS KB', 'after traffic, private KB'], rows);
}
