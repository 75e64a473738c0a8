// How connections of the transport web end: limits of their number, and the host's goodbye.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host } from '../clients/lib/host.mjs';
import { RawSocket } from '../clients/lib/raw.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const endpoint = (settings = '') => `
endpoints:
  - { name: public, listen: "127.0.0.1:0", transport: web, settings: { ${settings} } }
`;

const start = (t, settings, options = {}) =>
  Host.start(t, { config: endpoint(settings), listen: null, shards: 1, ...options });

const get = 'GET /page.svg HTTP/1.1\r\nHost: localhost\r\n\r\n';
const whole = (bytes) => bytes.includes('</svg>');

test('connections beyond the limit of an address are told so, and those before it stay', async (t) => {
  const host = await start(t, 'connections_per_address: 3');
  const clients = [];
  for (let i = 0; i < 3; i++) clients.push(await Client.open(host.url()));
  const refused = await RawSocket.connect(host.port);
  assert.equal(await refused.status(), 503);
  refused.destroy();
  assert.equal(await host.counter('connections_refused_total{web}'), 1);
  for (const client of clients) assert.equal((await client.ask('x')).text, 'x');
  await clients.pop().close();
  await until('there is room again', async () => {
    const again = await Client.open(host.url()).catch(() => undefined);
    return again;
  });
});

test('a connection is used again, until it has been idle for its time', async (t) => {
  const host = await start(t, 'times: { idle: 1s }');
  const raw = await RawSocket.connect(host.port);
  for (let i = 0; i < 3; i++) {
    raw.received = Buffer.alloc(0);
    raw.write(get);
    assert.ok(await raw.until('an answer', (bytes) => whole(bytes)));
  }
  await raw.until('the host to close it', () => null);
  raw.destroy();
});

test('at the end of the host idle connections are closed at once, and WebSockets say when to come back', async (t) => {
  const host = await start(t);
  const idle = await RawSocket.connect(host.port);
  idle.write(get);
  await idle.until('an answer', whole);
  const client = await Client.open(host.url());
  const session = http2.connect(`http://127.0.0.1:${host.port}`);
  session.on('error', () => {});
  const request = session.request({ ':path': '/page.svg' });
  request.resume();
  await within('an answer over HTTP/2', once(request, 'end'));
  const away = once(session, 'goaway');

  host.process.kill('SIGTERM');
  await idle.until('the host to close it', () => null);
  const [code] = await within('GOAWAY', away);
  assert.equal(code, http2.constants.NGHTTP2_NO_ERROR);
  assert.equal((await within('the close', client.closed)).code, 1012);
  session.destroy();
  idle.destroy();
  await within('the host to end', host.exited);
});

test('a request under way when the host stops gets its answer, and is told that it is the last', async (t) => {
  const host = await start(t);
  const raw = await RawSocket.connect(host.port);
  const body = 'topic=late&data=1';
  raw.write(
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\n' +
      `Content-Length: ${body.length}\r\n\r\n${body.slice(0, 5)}`,
  );
  await host.sessions(1);
  host.process.kill('SIGTERM');
  await host.logged(/stopping/);
  raw.write(body.slice(5));
  const answer = await raw.until('an answer', (bytes) => /\r\n\r\n.*<\/html>/s.exec(bytes.toString())?.input);
  assert.match(answer, /^HTTP\/1\.1 (200|503) /);
  assert.match(answer, /connection: close/i);
  await raw.until('the host to close it', () => null);
  raw.destroy();
  await within('the host to end', host.exited);
});
