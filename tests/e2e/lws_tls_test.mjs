// TLS of the transport lws: it ends before libwebsockets, in a relay of our own.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import tls from 'node:tls';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { WebSocket } from '../clients/lib/outside.mjs';
import { until, within } from '../clients/lib/wait.mjs';

function certificate(directory, name) {
  execFileSync('openssl', [
    ...`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name}`.split(' '),
    ...['-keyout', path.join(directory, 'key.pem'), '-out', path.join(directory, 'certificate.pem')],
  ], { stdio: 'ignore' });
}

async function start(t, settings = '') {
  const directory = temporaryDirectory(t, 'slipring-tls-');
  certificate(directory, 'before');
  const [pem, key] = ['certificate.pem', 'key.pem'].map((name) => path.join(directory, name));
  const host = await Host.start(t, {
    config: `
endpoints:
  - name: public
    listen: "127.0.0.1:0"
    transport: lws
    settings: { tls: { certificates: [{ certificate: "${pem}", key: "${key}" }] }${settings} }
`,
  });
  return { host, directory };
}

const opened = async (t, host, where = '/echo') => {
  const socket = new WebSocket(`wss://127.0.0.1:${host.port}${where}`, { rejectUnauthorized: false });
  cleanup(t, () => socket.terminate());
  await within('the WebSocket to open', new Promise((resolve, reject) => {
    socket.on('open', resolve).on('error', reject);
  }));
  return socket;
};

async function subjectOf(port) {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false });
  await within('the TLS handshake', new Promise((resolve, reject) => {
    socket.on('secureConnect', resolve).on('error', reject);
  }));
  const { CN } = socket.getPeerCertificate().subject;
  socket.destroy();
  return CN;
}

test('what is larger than any buffer on the way comes back whole', async (t) => {
  const { host } = await start(t);
  const socket = await opened(t, host);
  const sent = Array.from({ length: 8 }, (_, i) => Buffer.alloc(1 << 20, 65 + i));
  const received = [];
  socket.on('message', (bytes) => received.push(bytes));
  for (const bytes of sent) socket.send(bytes);
  await until('all messages', () => received.length === sent.length);
  assert.ok(sent.every((bytes, i) => bytes.equals(received[i])));
});

test('a client that closes gets its own code back, and then the end of TLS', async (t) => {
  const { host } = await start(t);
  const socket = await opened(t, host);
  const closed = new Promise((resolve) => socket.on('close', (code, reason) => resolve([code, String(reason)])));
  socket.close(4321, 'bye');
  assert.deepEqual(await within('the close', closed), [4321, 'bye']);
  await host.sessions(0);
});

test('a client that vanishes leaves no session', async (t) => {
  const { host } = await start(t);
  const socket = await opened(t, host);
  await host.sessions(1);
  socket.terminate();
  await host.sessions(0);
});

test('a client that never begins TLS is dropped, and counted', async (t) => {
  const { host } = await start(t, ', handshake_timeout: 200ms');
  const socket = net.connect(host.port, '127.0.0.1');
  await within('the end', new Promise((resolve) => socket.on('close', resolve).on('error', () => {}).resume()));
  assert.equal(await host.counter('tls_timeouts_total{lws}'), 1);
});

test('a client that does not speak TLS is dropped, and counted', async (t) => {
  const { host } = await start(t);
  const socket = net.connect(host.port, '127.0.0.1');
  socket.write('GET / HTTP/1.1\r\n\r\n');
  await within('the end', new Promise((resolve) => socket.on('close', resolve).on('error', () => {}).resume()));
  assert.equal(await host.counter('tls_errors_total{lws}'), 1);
});

test('at SIGHUP certificates are read again, and open connections stay', async (t) => {
  const { host, directory } = await start(t);
  const socket = await opened(t, host);
  assert.equal(await subjectOf(host.port), 'before');
  certificate(directory, 'after');
  host.process.kill('SIGHUP');
  await host.logged(/certificates read/);
  assert.equal(await subjectOf(host.port), 'after');
  const answer = new Promise((resolve) => socket.on('message', (text) => resolve(String(text))));
  socket.send('still here');
  assert.equal(await within('the answer', answer), 'still here');
});
