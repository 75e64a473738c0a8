// TLS on the transport `web`: what is offered, which certificate is shown, and how it is changed live.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import test from 'node:test';
import tls from 'node:tls';
import { Client } from '../clients/lib/client.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { makeCertificate } from '../clients/lib/tls.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const endpoint = (settings) => `
endpoints:
  - { name: public, listen: "127.0.0.1:0", transport: web, settings: { ${settings} } }
`;

async function start(t, settings) {
  return Host.start(t, { config: endpoint(settings), listen: null });
}

// Through the handshake; the socket has what both sides agreed on.
async function connect(port, options = {}) {
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  socket.on('error', () => {});
  const [error] = await within(
    'a TLS handshake',
    Promise.race([once(socket, 'secureConnect').then(() => []), once(socket, 'error'), once(socket, 'close')]),
  );
  if (error) throw error instanceof Error ? error : new Error('closed in the handshake');
  return socket;
}

const shown = (socket) => socket.getPeerCertificate().subject.CN;

test('a WebSocket over TLS, with a certificate the client has checked', async (t) => {
  const { yaml, text } = makeCertificate(temporaryDirectory(t));
  const host = await start(t, `tls: { certificates: [${yaml}] }`);
  const url = `wss://localhost:${host.port}/echo`;
  const client = await Client.open(url, { ca: text });
  assert.equal((await client.ask('hello')).text, 'hello');
  const large = 'x'.repeat(300_000);
  assert.equal((await client.ask(large)).text, large);
  assert.equal((await client.close()).code, 1000);
});

test('the name a client asks for chooses the certificate', async (t) => {
  const directory = temporaryDirectory(t);
  const [one, two] = ['one.example', 'two.example'].map((name) => makeCertificate(directory, name).yaml);
  const host = await start(t, `tls: { certificates: [${one}, ${two}] }`);
  for (const [asked, expected] of [
    ['two.example', 'two.example'],
    ['one.example', 'one.example'],
    ['three.example', 'one.example'],
    [undefined, 'one.example'],
  ]) {
    const socket = await connect(host.port, { servername: asked });
    assert.equal(shown(socket), expected, `asked for ${asked}`);
    socket.destroy();
  }
});

test('HTTP/2 is chosen where a client offers it, HTTP/1.1 else', async (t) => {
  const { yaml } = makeCertificate(temporaryDirectory(t));
  const host = await start(t, `tls: { certificates: [${yaml}] }`);
  for (const [offered, chosen] of [
    [['http/1.1', 'h2'], 'h2'],
    [['http/1.1'], 'http/1.1'],
    [undefined, false],
  ]) {
    const socket = await connect(host.port, { ALPNProtocols: offered });
    assert.equal(socket.alpnProtocol, chosen);
    socket.destroy();
  }
  await assert.rejects(connect(host.port, { ALPNProtocols: ['smtp'] }));
});

test('a session is resumed by its ticket, on either shard', async (t) => {
  const { yaml } = makeCertificate(temporaryDirectory(t));
  const host = await start(t, `tls: { certificates: [${yaml}], minimum: "1.2" }`);
  const version = { maxVersion: 'TLSv1.2' };
  const first = await connect(host.port, version);
  const session = first.getSession();
  first.destroy();
  for (let i = 0; i < 4; i++) {
    const again = await connect(host.port, { ...version, session });
    assert.equal(again.isSessionReused(), true);
    again.destroy();
  }
});

test('a certificate that was renewed is shown after SIGHUP, and nobody is cut off', async (t) => {
  const directory = temporaryDirectory(t);
  const files = makeCertificate(directory, 'localhost');
  const host = await start(t, `tls: { certificates: [${files.yaml}] }`);
  const url = `wss://127.0.0.1:${host.port}/echo`;
  const client = await Client.open(url, { rejectUnauthorized: false });
  const before = await connect(host.port);
  const serial = before.getPeerCertificate().serialNumber;
  before.destroy();

  makeCertificate(directory, 'localhost');
  host.process.kill('SIGHUP');
  await host.logged(/certificates read.*1 certificate, expires/);
  const after = await connect(host.port);
  assert.notEqual(after.getPeerCertificate().serialNumber, serial);
  after.destroy();
  assert.equal((await client.ask('still here')).text, 'still here');

  fs.writeFileSync(files.key, 'no key');
  const from = host.lines.length;
  host.process.kill('SIGHUP');
  await host.logged(/certificates not read, the old ones stay.*localhost\.key/, { from });
  (await connect(host.port)).destroy();
  assert.equal((await client.ask('and still')).text, 'and still');
});

test('clients without a certificate are refused where one is required', async (t) => {
  const directory = temporaryDirectory(t);
  const server = makeCertificate(directory, 'localhost');
  const mine = makeCertificate(directory, 'client.example');
  const host = await start(
    t,
    `tls: { certificates: [${server.yaml}], clients: required, client_authorities: "${mine.certificate}" }`,
  );
  const url = `wss://127.0.0.1:${host.port}/echo`;
  const known = { cert: mine.text, key: fs.readFileSync(mine.key), rejectUnauthorized: false };
  const client = await Client.open(url, known);
  assert.equal((await client.ask('hello')).text, 'hello');
  const { sessions } = await host.json('sessions');
  assert.equal(sessions[0].identity, 'CN=client.example');

  await assert.rejects(Client.open(url, { rejectUnauthorized: false }));
  await until('the failure is counted', () => host.counter('tls_errors_total{web}'));
});

test('files that cannot be used keep the host from starting, with the reason', async (t) => {
  const directory = temporaryDirectory(t);
  const { certificate } = makeCertificate(directory);
  const host = new Host(t, {
    config: endpoint(`tls: { certificates: [{ certificate: "${certificate}", key: "${directory}/none" }] }`),
    listen: null,
  });
  const how = await within('slipringd to end', host.exited);
  host.killed = true;
  assert.equal(how.code, 1);
  assert.match(host.lines.join('\n'), /endpoint public.*key .*\/none: No such file or directory/);
});

test('a client that does not finish its handshake is dropped', async (t) => {
  const { yaml } = makeCertificate(temporaryDirectory(t));
  const host = await start(t, `times: { tls: 500ms }, tls: { certificates: [${yaml}] }`);
  const { RawSocket } = await import('../clients/lib/raw.mjs');
  const raw = await RawSocket.connect(host.port);
  raw.write(Buffer.from([0x16, 0x03, 0x01]));
  await raw.until('the host to close it', () => null);
  assert.equal(await host.counter('timeouts_total{web}'), 1);
});
