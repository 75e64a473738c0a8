// Requests that two parsers could read differently, over real sockets: each is refused by the rule of the
// RFC, nothing behind it is looked at, and nothing is done twice.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient } from '../clients/lib/events.mjs';
import { Host, endpoint } from '../clients/lib/host.mjs';
import { RawSocket } from '../clients/lib/raw.mjs';

const form = 'Content-Type: application/x-www-form-urlencoded\r\n';
const publish = (topic) => `topic=${topic}&data=1`;
const post = (topic, fields = '') =>
  `POST / HTTP/1.1\r\nHost: localhost\r\n${form}Content-Length: ${publish(topic).length}\r\n${fields}\r\n${publish(topic)}`;
// A request that must not be seen, because where it begins is in doubt.
const smuggled = post('smuggled');

const head = (fields, line = 'POST / HTTP/1.1', host = 'Host: localhost\r\n') =>
  `${line}\r\n${host}${form}${fields}\r\n`;

const refused = [
  ['two lengths that differ (RFC 9112 §6.3)', head('Content-Length: 5\r\nContent-Length: 6\r\n'), 400],
  ['a list of lengths (RFC 9110 §8.6)', head('Content-Length: 5, 6\r\n'), 400],
  ['a length with a sign', head('Content-Length: +5\r\n'), 400],
  ['a hexadecimal length', head('Content-Length: 0x5\r\n'), 400],
  ['a length beyond 64 bits', head('Content-Length: 18446744073709551617\r\n'), 400],
  ['Content-Length beside Transfer-Encoding (RFC 9112 §6.1)', head('Content-Length: 5\r\nTransfer-Encoding: chunked\r\n'), 400],
  ['an unknown coding', head('Transfer-Encoding: gzip, chunked\r\n'), 501],
  ['chunked that is not last', head('Transfer-Encoding: chunked, gzip\r\n'), [400, 501]],
  ['chunked with a vertical tab', head('Transfer-Encoding: \x0bchunked\r\n'), 400],
  ['a space before the colon (RFC 9112 §5.1)', head('Transfer-Encoding : chunked\r\n'), 400],
  ['a folded field (RFC 9112 §5.2)', head('X-A: b\r\n c\r\n'), 400],
  ['a bare LF (RFC 9112 §2.2)', head('X-A: b\nContent-Length: 5\r\n'), 400],
  ['a bare CR', head('X-A: b\rContent-Length: 5\r\n'), 400],
  ['a NUL in a value', head('X-A: b\0c\r\n'), 400],
  ['no Host (RFC 9112 §3.2)', head('', 'POST / HTTP/1.1', ''), 400],
  ['two Hosts', head('Host: other\r\n'), 400],
  ['an odd version', head('', 'POST / HTTP/1.01'), [400, 505]],
  ['a version to come', head('', 'POST / HTTP/3.0'), 505],
  ['authority form', head('', 'CONNECT localhost:1 HTTP/1.1'), [400, 405, 501]],
  ['a target with a space', head('', 'POST /a b HTTP/1.1'), 400],
  ['a target with a control byte', head('', 'POST /a\x01 HTTP/1.1'), 400],
  ['a chunk size with a sign', head('Transfer-Encoding: chunked\r\n') + '+5\r\nhello\r\n0\r\n\r\n', 400],
  ['a chunk size in two parts', head('Transfer-Encoding: chunked\r\n') + '5 5\r\nhello\r\n0\r\n\r\n', 400],
  ['a chunk that is longer than its size', head('Transfer-Encoding: chunked\r\n') + '4\r\nhello\r\n0\r\n\r\n', 400],
  ['chunk extensions without an end', `${head('Transfer-Encoding: chunked\r\n')}5;${'a'.repeat(100_000)}`, 400],
  ['a head without an end', head(`X-A: ${'b'.repeat(100_000)}`), 431],
  ['too many fields', head('X-A: b\r\n'.repeat(1000)), 431],
  ['a target without an end', head('', `GET /${'a'.repeat(100_000)} HTTP/1.1`), 414],
];

const answers = (bytes) => bytes.toString('latin1').match(/^HTTP\/1\.1 \d{3}/gm) ?? [];

test('what leaves a doubt where it ends is refused, and nothing behind it is done', async (t) => {
  const host = await Host.start(t, { config: endpoint(t), listen: null });
  const reader = await EventClient.open(host);
  await reader.subscribe('#');
  for (const [what, request, expected] of refused) {
    const raw = await RawSocket.connect(host.port);
    raw.write(Buffer.from(request + smuggled, 'latin1'));
    const status = await raw.status();
    assert.ok([expected].flat().includes(status), `${what}: ${status}`);
    await raw.until('the host to close it', () => null);
    assert.equal(answers(raw.received).length, 1, what);
    raw.destroy();
  }
  assert.equal(await host.counter('bad_requests_total{web}'), refused.length);
  assert.deepEqual(await reader.drain(), []);
});

test('requests one behind the other are each done once and answered in order, however they are cut', async (t) => {
  const host = await Host.start(t, { config: endpoint(t), listen: null });
  const reader = await EventClient.open(host);
  await reader.subscribe('#');
  const count = 20;
  const all = Buffer.from(Array.from({ length: count }, (_, i) => post(`n/${i}`)).join(''));
  for (const size of [1, 7, 100, all.length]) {
    const raw = await RawSocket.connect(host.port);
    for (let at = 0; at < all.length; at += size) raw.write(all.subarray(at, at + size));
    await raw.until('every answer', (bytes) => answers(bytes).length === count);
    raw.destroy();
    const topics = (await reader.drain()).map(({ topic }) => topic);
    assert.deepEqual(topics, Array.from({ length: count }, (_, i) => `n/${i}`), `in pieces of ${size}`);
  }
});

test('a form is published once though its connection breaks before the answer', async (t) => {
  const host = await Host.start(t, { config: endpoint(t), listen: null });
  const reader = await EventClient.open(host);
  await reader.subscribe('#');
  for (let i = 0; i < 20; i++) {
    const raw = await RawSocket.connect(host.port);
    raw.write(post(`broken/${i}`));
    raw.socket.end();
    await raw.gone;
  }
  const topics = (await reader.drain()).map(({ topic }) => topic);
  assert.equal(new Set(topics).size, topics.length);
  await host.sessions(1);
});
