// Links: connections that the host makes, and what the adapter feed makes of them.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import net from 'node:net';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { EventClient } from '../clients/lib/events.mjs';
import { Host, temporaryDirectory, testPlugins, transportFile } from '../clients/lib/host.mjs';
import { Outside } from '../clients/lib/outside.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until } from '../clients/lib/wait.mjs';

const configuration = (target, { link = '', feed = 'topic: in' } = {}) => `
links: [{ name: prices, target: "${target}", adapter: feed${link} }]
adapters: { feed: { links: { prices: { ${feed} } } } }
`;

const link = async (host) => (await host.status()).links[0];

const inState = (host, state) =>
  until(`the link is ${state}`, async () => {
    const found = await link(host);
    return found.state === state && found;
  });

const failed = (host) =>
  until('the link has failed', async () => {
    const found = await link(host);
    return found.last_error !== '' && found;
  });

test('what comes by a link is published', async (t) => {
  const outside = await Outside.start(t);
  const feed = 'topic: in, type: price, send: "{\\"please\\":true}"';
  const host = await Host.start(t, { config: configuration(`ws://127.0.0.1:${outside.port}/a?b=c`, { feed }) });
  const reader = await EventClient.open(host);
  await reader.subscribe('in');
  const { socket, request, heard } = await outside.connected();
  assert.equal(request.url, '/a?b=c');
  await until('the first line', () => heard.length > 0);
  assert.deepEqual(heard, ['{"please":true}']);
  socket.send('{"n":1}');
  assert.deepEqual((await reader.event()).data, { n: 1 });
  const found = await inState(host, 'connected');
  assert.equal(found.target, `ws://127.0.0.1:${outside.port}/a`);
  assert.equal(found.attempts, 1);
  const { sessions } = await host.json('sessions');
  assert.equal(sessions.find((one) => one.link === 'prices').plugin, 'feed');
});

test('a link that is lost is made again, and goes on at its bookmark', async (t) => {
  const outside = await Outside.start(t);
  const feed = 'topic: in, bookmark: n, send: new, resume: "after {bookmark}"';
  const host = await Host.start(t, { config: configuration(`ws://127.0.0.1:${outside.port}`, { feed }) });
  const reader = await EventClient.open(host);
  await reader.subscribe('in');
  const first = await outside.connected();
  first.socket.send('{"n":1}');
  assert.deepEqual((await reader.event()).data, { n: 1 });
  await until('the bookmark', async () => (await host.counter('feed_published_total{feed}')) === 1);
  first.socket.terminate();
  const second = await outside.connected(2);
  await until('the first line', () => second.heard.length > 0);
  assert.deepEqual(second.heard, ['after 1']);
  second.socket.send('{"n":1}');
  second.socket.send('{"n":2}');
  assert.deepEqual((await reader.event()).data, { n: 2 }, 'what comes again is known');
  const found = await inState(host, 'connected');
  assert.equal(found.connections, 2);
  assert.match(found.last_error, /1006/);
});

test('a server that is not there yet is reached when it comes', async (t) => {
  const gone = await Outside.start(t);
  await gone.stop();
  const host = await Host.start(t, { config: configuration(`ws://127.0.0.1:${gone.port}`) });
  assert.match((await failed(host)).last_error, /127\.0\.0\.1/);
  const outside = await Outside.start(t, { port: gone.port });
  await outside.connected();
  assert.ok((await inState(host, 'connected')).attempts > 1);
});

test('a server that never answers is given up', async (t) => {
  const silent = net.createServer(() => {});
  await new Promise((resolve) => silent.listen(0, '127.0.0.1', resolve));
  cleanup(t, () => silent.close());
  const target = `ws://127.0.0.1:${silent.address().port}`;
  const host = await Host.start(t, { config: configuration(target, { link: ', settings: { handshake_timeout: 200ms }' }) });
  assert.match((await failed(host)).last_error, /no answer in time/);
});

test('a server that does not speak the subprotocol is given up', async (t) => {
  const outside = await Outside.start(t, { handleProtocols: () => false });
  const host = await Host.start(t, {
    config: configuration(`ws://127.0.0.1:${outside.port}`, { link: ', subprotocol: wanted' }),
  });
  assert.match((await failed(host)).last_error, /wanted|protocol/i);
});

function certificate(t, name) {
  const directory = temporaryDirectory(t, 'slipring-tls-');
  const [pem, key] = ['certificate.pem', 'key.pem'].map((file) => path.join(directory, file));
  execFileSync('openssl', [
    ...`req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=${name}`.split(' '),
    ...['-addext', `subjectAltName=DNS:${name}`, '-keyout', key, '-out', pem],
  ], { stdio: 'ignore' });
  return { file: pem, cert: fs.readFileSync(pem), key: fs.readFileSync(key) };
}

test('TLS: a certificate that is right', async (t) => {
  const right = certificate(t, 'localhost');
  const outside = await Outside.start(t, { secure: right });
  const config = configuration(`wss://localhost:${outside.port}`, { link: `, tls: { authorities: "${right.file}" }` });
  const host = await Host.start(t, { config });
  const reader = await EventClient.open(host);
  await reader.subscribe('in');
  (await outside.connected()).socket.send('"over TLS"');
  assert.equal((await reader.event()).data, 'over TLS');
});

for (const [what, name, authority] of [
  ['for another name', 'elsewhere', 'elsewhere'],
  ['of another authority', 'localhost', 'other'],
]) {
  test(`TLS: a certificate ${what} is refused`, async (t) => {
    const shown = certificate(t, name);
    const trusted = authority === name ? shown : certificate(t, authority);
    const outside = await Outside.start(t, { secure: shown });
    outside.http.on('tlsClientError', () => {});
    const config = configuration(`wss://localhost:${outside.port}`, { link: `, tls: { authorities: "${trusted.file}" }` });
    const host = await Host.start(t, { config });
    await failed(host);
    assert.equal(outside.connections.length, 0);
  });
}

test('the adapter is replaced while the link is up', async (t) => {
  const outside = await Outside.start(t);
  const plugins = new PluginDirectory(t, [...new Set([transportFile, 'lws.so']), 'feed.so', 'websocket.so']);
  const host = await Host.start(t, {
    plugins: plugins.path,
    config: configuration(`ws://127.0.0.1:${outside.port}`, { feed: 'topic: in, bookmark: n' }),
  });
  const reader = await EventClient.open(host);
  await reader.subscribe('in');
  const { socket } = await outside.connected();
  socket.send('{"n":1}');
  assert.deepEqual((await reader.event()).data, { n: 1 });
  plugins.install(path.join(testPlugins('feed-next'), 'feed.so'));
  const report = await host.reload('feed.so');
  assert.equal(report.outcome, 'committed', report.message);
  socket.send('{"n":2}');
  assert.deepEqual((await reader.event()).data, { n: 2 });
  assert.equal(outside.connections.length, 1);
});

test('on SIGTERM the other side is told that we go away', async (t) => {
  const outside = await Outside.start(t);
  const host = await Host.start(t, { config: configuration(`ws://127.0.0.1:${outside.port}`) });
  const connection = await outside.connected();
  await inState(host, 'connected');
  await host.stop();
  await until('the close', () => connection.code !== undefined);
  assert.equal(connection.code, 1001);
});

test('from another Slipring everything comes once, also over a link that is killed', async (t) => {
  const other = await Host.start(t);
  // What can be killed between the two.
  const pipes = new Set();
  const proxy = net.createServer((inner) => {
    const outer = net.connect(other.port, '127.0.0.1');
    for (const [a, b] of [[inner, outer], [outer, inner]]) {
      pipes.add(a);
      a.on('error', () => {}).on('close', () => b.destroy()).pipe(b);
    }
  });
  await new Promise((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  cleanup(t, () => {
    for (const pipe of pipes) pipe.destroy();
    proxy.close();
  });
  const host = await Host.start(t, {
    config: configuration(`ws://127.0.0.1:${proxy.address().port}/ws`, {
      link: ', subprotocol: slipring.json.v1',
      feed: 'topic: in, slipring: { filters: ["out"], start: earliest }',
    }),
  });
  const [writer, reader] = [await EventClient.open(other), await EventClient.open(host)];
  await reader.subscribe('in');
  const count = 300;
  for (let i = 0; i < count; i++) {
    await writer.publish('out', i);
    if (i % 100 === 50) for (const pipe of pipes) pipe.destroy();
  }
  for (let i = 0; i < count; i++) assert.equal((await reader.event()).data, i);
  assert.ok((await link(host)).connections > 1);
});
