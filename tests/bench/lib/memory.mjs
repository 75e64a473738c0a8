// Memory of the host without plugins and without clients, and of an idle connection at 10,000: before
// any traffic, and after each connection has sent and received. Those that subscribe have one subscription
// to a topic of their own, and only receive.
//
// The kernel counts a page of a program as shared when another process runs the same program: private
// memory is less while another slipringd runs. Resident memory is its upper bound.
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { EventClient } from '../../clients/lib/events.mjs';
import { Host, temporaryDirectory, testPlugins, transport, transportFile } from '../../clients/lib/host.mjs';
import { PluginDirectory } from '../../clients/lib/plugins.mjs';
import { until } from '../../clients/lib/wait.mjs';
import { privateBytes, residentBytes } from '../../clients/lib/process.mjs';
import { makeCertificate } from '../../clients/lib/tls.mjs';
import { startNats, startNchan } from './brokers.mjs';
import { figure, table } from './figures.mjs';
import { startLimit, startNpmWs, steeredLoad, steeredPubsubLoad } from './programs.mjs';
import { startSlipringd } from './slipringd.mjs';

const connections = 10_000;
// The load generator speaks no TLS: these are opened by this process.
const tlsConnections = 2_000;
const settleMs = 700;
const traffic = { 'warm-up': 0.2, seconds: 2 };
const pingPong = { connections, depth: 4, ...traffic };
const ownTopics = { subscribers: connections, topics: connections, window: 4, ...traffic };
// A publisher of nchan has but one topic.
const sharedTopic = { subscribers: connections, window: 4, ...traffic };

function held({ pid, pids = [pid] }) {
  const sum = (of) => pids.map(of).reduce((a, b) => a + b);
  return { resident: sum(residentBytes), private: sum(privateBytes) };
}

export async function memory(t) {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  plugins.install(path.join(testPlugins('tally-1'), 'tally.so'));
  const slipringd = (where) => async () => {
    const host = await Host.start(t, { plugins: plugins.path });
    return { name: `slipringd ${where}`, pid: host.pid, port: host.port, path: where, stop: () => host.stop() };
  };
  // On topics that keep nothing, and on those of the default stream.
  const subscribed = (i) => async () => {
    const server = (await startSlipringd(t))[i];
    return { ...server, name: `${server.name}, subscribed` };
  };
  const measured = [await withoutPlugins(t)];
  for (const [start, connect, load] of [
    [slipringd('/echo'), steeredLoad, pingPong],
    [slipringd('/tally'), steeredLoad, pingPong],
    [() => startLimit(t), steeredLoad, pingPong],
    [() => startNpmWs(t), steeredLoad, pingPong],
    [subscribed(0), steeredPubsubLoad, ownTopics],
    [subscribed(1), steeredPubsubLoad, ownTopics],
    [() => startNats(t), steeredPubsubLoad, ownTopics],
    [() => startNchan(t), steeredPubsubLoad, sharedTopic],
  ]) {
    const server = await start();
    if (server) measured.push(await measure(server, () => connect(t, server, load)));
  }
  measured.push(await underTls(t));
  report(measured);
  return measured;
}

async function underTls(t) {
  const { certificate, yaml } = makeCertificate(temporaryDirectory(t, 'slipring-bench-tls-'));
  const host = await Host.start(t, {
    config: `ephemeral: ["bench/#"]\nendpoints: [{ name: public, listen: "127.0.0.1:0", transport: ${transport}, ` +
      `settings: { tls: { certificates: [${yaml}] } } }]\n`,
  });
  const ca = fs.readFileSync(certificate);
  const open = async (i) => {
    const client = await EventClient.open({ url: (where) => `wss://127.0.0.1:${host.port}${where}` }, { ca });
    await client.subscribe(`bench/${i}`);
    return client;
  };
  const clients = [await open('first')];
  await pause(settleMs);
  const empty = held(host);
  for (let i = 0; i < tlsConnections; i += 50) {
    clients.push(...(await Promise.all(Array.from({ length: 50 }, (_, j) => open(i + j)))));
  }
  await pause(settleMs);
  const idle = held(host);
  for (const client of clients) client.terminate();
  await host.stop();
  const each = (what) => (idle[what] - empty[what]) / tlsConnections;
  return {
    server: `slipringd, subscribed, TLS, ${tlsConnections} connections`, void: false, empty, idle,
    each: { idle_resident: each('resident'), idle_private: each('private') },
  };
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

async function measure(server, connect) {
  const empty = held(server);
  const load = await connect();
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
