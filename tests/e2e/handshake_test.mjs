// Who gets a session, and what those who do not are told.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, endpoint } from '../clients/lib/host.mjs';
import { RawSocket, handshake } from '../clients/lib/raw.mjs';

const refusal = (url, options) =>
  Client.open(url, options).then(
    () => assert.fail(`${url} was accepted`),
    (error) => error.statusCode,
  );

// Sends `request` by hand; the HTTP status that comes back, null when the host just closes.
async function statusOf(host, request) {
  const raw = await RawSocket.connect(host.port);
  raw.write(request);
  const status = await raw.status();
  raw.destroy();
  return status;
}

test('a path where nothing is mounted is 404', async (t) => {
  const host = await Host.start(t);
  for (const where of ['/', '/nothing', '/echo/', '/echo/more', '/ECHO', '/ech']) {
    assert.equal(await refusal(host.url(where)), 404, where);
  }
});

test('a query does not change where a request goes', async (t) => {
  const host = await Host.start(t);
  const client = await Client.open(host.url('/echo?a=b&c=/d'));
  assert.equal((await client.ask('x')).text, 'x');
});

test('an origin that is not on the list is 403', async (t) => {
  const host = await Host.start(t, { config: endpoint(t, { origins: ['https://example.org'] }), listen: null });
  for (const origin of ['https://example.com', 'http://example.org', 'https://example.org:8443', 'null']) {
    assert.equal(await refusal(host.url(), { origin }), 403, origin);
  }
});

test('an origin on the list, and a client that is no browser and sends none, are accepted', async (t) => {
  const config = endpoint(t, { origins: ['https://example.org', 'https://example.net'] });
  const host = await Host.start(t, { config, listen: null });
  for (const origin of ['https://example.org', 'https://example.net', undefined]) {
    const client = await Client.open(host.url(), { origin });
    assert.equal((await client.ask('x')).text, 'x');
  }
});

test('handshakes that RFC 6455 §4.2.1 does not allow get an HTTP error and no session', async (t) => {
  const host = await Host.start(t);
  const cases = {
    'no key': handshake('/echo', { 'Sec-WebSocket-Key': null }),
    'a key of 3 bytes': handshake('/echo', { 'Sec-WebSocket-Key': 'YWJj' }),
    'a key that is not base64': handshake('/echo', { 'Sec-WebSocket-Key': '!'.repeat(24) }),
    'no version': handshake('/echo', { 'Sec-WebSocket-Version': null }),
    'version 8': handshake('/echo', { 'Sec-WebSocket-Version': '8' }),
    'no host': handshake('/echo', { Host: null }),
    'no Connection: upgrade': handshake('/echo', { Connection: 'keep-alive' }),
    'POST': handshake('/echo', {}, 'POST /echo HTTP/1.1'),
  };
  for (const [what, request] of Object.entries(cases)) {
    const status = await statusOf(host, request);
    assert.ok(status === null || (status >= 400 && status < 500), `${what}: ${status}`);
    assert.notEqual(status, 101, what);
  }
  assert.equal((await host.status()).host.sessions, 0);
});

test('an unsupported version is answered with 426 or 400 and no session', async (t) => {
  const host = await Host.start(t);
  const status = await statusOf(host, handshake('/echo', { 'Sec-WebSocket-Version': '99' }));
  assert.ok([400, 426].includes(status), `${status}`);
});

test('what is not HTTP at all ends the connection and nothing else', async (t) => {
  const host = await Host.start(t);
  const cases = {
    'a TLS hello': Buffer.from('16030100fa010000f603', 'hex'),
    'binary garbage': Buffer.from(Array.from({ length: 512 }, (_, i) => (i * 7) & 255)),
    'an empty line': '\r\n\r\n',
    'a header that never ends': `GET /echo HTTP/1.1\r\nX: ${'y'.repeat(200_000)}`,
  };
  for (const [what, bytes] of Object.entries(cases)) {
    const raw = await RawSocket.connect(host.port);
    raw.write(bytes);
    raw.socket.end();
    const status = await raw.status({ seconds: 15 });
    assert.ok(status === null || status >= 400, `${what}: ${status}`);
    raw.destroy();
  }
  const client = await Client.open(host.url());
  assert.equal((await client.ask('still here')).text, 'still here');
});

test('a plain GET of a mounted path is told that WebSocket is spoken here', async (t) => {
  const host = await Host.start(t);
  const status = await statusOf(host, 'GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n');
  assert.ok(status >= 400 && status < 500, `${status}`);
});

test('a handshake that arrives byte by byte is accepted', async (t) => {
  const host = await Host.start(t);
  const raw = await RawSocket.connect(host.port);
  raw.socket.setNoDelay(true);
  for (const byte of Buffer.from(handshake())) {
    await new Promise((sent) => raw.socket.write(Buffer.of(byte), sent));
  }
  assert.equal(await raw.status(), 101);
  raw.destroy();
});
