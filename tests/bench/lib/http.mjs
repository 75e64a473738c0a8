// HTTP on the transport web beside nginx: requests for a small static answer, over HTTP/1.1 and HTTP/2, in
// the clear and under TLS, and TLS handshakes. The page's icon, of some 200 bytes, is what both serve.
import fs from 'node:fs';
import path from 'node:path';
import { Host, run, temporaryDirectory } from '../../clients/lib/host.mjs';
import { makeCertificate } from '../../clients/lib/tls.mjs';
import { startStaticNginx } from './brokers.mjs';
import { figure, median, table } from './figures.mjs';

const rounds = 3;
const requests = 60_000;
const clients = 50;
const handshakeSeconds = 2;

async function startSlipringd(t, tls) {
  const settings = tls ? `, settings: { tls: { certificates: [${tls.yaml}] } }` : '';
  const config = `endpoints: [{ name: public, listen: "127.0.0.1:0", transport: web${settings} }]\n`;
  const host = await Host.start(t, { config, listen: null });
  return { name: 'slipringd', port: host.port, stop: () => host.stop() };
}

// Requests a second; h2load says how many failed.
async function requestsPerSecond(port, { tls, http1 }) {
  const url = `${tls ? 'https' : 'http'}://127.0.0.1:${port}/page.svg`;
  const args = [...(http1 ? ['--h1'] : ['-m10']), `-n${requests}`, `-c${clients}`, url];
  const { stdout } = await run('h2load', args, { seconds: 120 });
  if (!new RegExp(`${requests} succeeded, 0 failed, 0 errored`).test(stdout)) {
    throw new Error(`h2load ${args.join(' ')}:\n${stdout}`);
  }
  return Number(/([\d.]+) req\/s/.exec(stdout)[1]);
}

// Full handshakes a second, one after the other.
async function handshakesPerSecond(port) {
  const args = ['s_time', '-connect', `127.0.0.1:${port}`, '-new', '-time', String(handshakeSeconds)];
  const { stdout } = await run('openssl', args, { seconds: 60 });
  const [, count, seconds] = /(\d+) connections in ([\d.]+) real seconds/.exec(stdout);
  return count / seconds;
}

export async function http(t) {
  const root = temporaryDirectory(t, 'slipring-bench-root-');
  const icon = new URL('../../../plugins/adapters/page/assets/page.svg', import.meta.url);
  fs.copyFileSync(icon, path.join(root, 'page.svg'));
  const tls = makeCertificate(temporaryDirectory(t, 'slipring-bench-tls-'));
  const kinds = [
    ['HTTP/1.1, requests/s', false, (port) => requestsPerSecond(port, { http1: true })],
    ['HTTP/1.1 under TLS, requests/s', true, (port) => requestsPerSecond(port, { http1: true, tls })],
    ['HTTP/2, requests/s', false, (port) => requestsPerSecond(port, {}), { alone: true }],
    ['TLS handshakes/s', true, handshakesPerSecond],
  ];
  const results = [];
  for (const [what, secure, measure, { alone = false } = {}] of kinds) {
    // nginx speaks HTTP/2 in the clear to nobody who also speaks HTTP/1.1.
    const starts = [() => startSlipringd(t, secure && tls)];
    if (!alone) starts.push(() => startStaticNginx(t, { root, tls: secure && tls }));
    const servers = (await Promise.all(starts.map((start) => start()))).filter(Boolean);
    const found = new Map(servers.map(({ name }) => [name, []]));
    for (let round = 0; round < rounds; round++) {
      for (const { name, port } of servers) found.get(name).push(await measure(port));
    }
    for (const server of servers) await server.stop();
    results.push({ what, found: Object.fromEntries(found) });
  }
  report(results);
  return results;
}

function report(results) {
  const rows = results.map(({ what, found: { slipringd, nginx } }) => [
    what, figure(median(slipringd)), nginx ? figure(median(nginx)) : '-',
    nginx ? figure(median(slipringd) / median(nginx)) : '-',
  ]);
  table('HTTP: a small static answer', ['', 'slipringd, web', 'nginx', 'ratio'], rows);
}
