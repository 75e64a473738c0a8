// The clients of others against the transport `web`: curl, nghttp, h2load, openssl, undici, ws, and the
// HTTP/2 of Node.js.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http2 from 'node:http2';
import test from 'node:test';
import { Client as HttpClient } from '../clients/lib/undici.mjs';
import { Client } from '../clients/lib/client.mjs';
import { Host, run, temporaryDirectory } from '../clients/lib/host.mjs';
import { frame, frames, opcode } from '../clients/lib/raw.mjs';
import { makeCertificate } from '../clients/lib/tls.mjs';
import { within } from '../clients/lib/wait.mjs';

const plain = `
endpoints:
  - { name: public, listen: "127.0.0.1:0", transport: web }
`;

async function start(t) {
  const host = await Host.start(t, { config: plain, listen: null });
  return { host, origin: `http://127.0.0.1:${host.port}` };
}

async function startSecure(t) {
  const { yaml } = makeCertificate(temporaryDirectory(t));
  const config = plain.replace('web }', `web, settings: { tls: { certificates: [${yaml}] } } }`);
  const host = await Host.start(t, { config, listen: null });
  return { host, origin: `https://127.0.0.1:${host.port}` };
}

async function curl(...args) {
  const { code, stdout, stderr } = await run('curl', ['--silent', '--show-error', '--insecure', '--include', ...args]);
  assert.equal(code, 0, stderr);
  const answer = stdout.replace(/^(HTTP\/\S+ 1\d\d.*?\r\n\r\n)+/s, '');
  const [head, body] = answer.split('\r\n\r\n', 2);
  const [, version, status] = /^HTTP\/(\S+) (\d+)/.exec(head);
  return { status: Number(status), version, head, body };
}

const versions = [
  ['HTTP/1.1', '1.1', ['--http1.1'], start],
  ['HTTP/2 by prior knowledge', '2', ['--http2-prior-knowledge'], start],
  ['HTTP/1.1 under TLS', '1.1', ['--http1.1'], startSecure],
  ['HTTP/2 by ALPN', '2', ['--http2'], startSecure],
];

for (const [name, version, options, begin] of versions) {
  test(`curl by ${name}: GET, HEAD, POST with a body, a path that is not there`, async (t) => {
    const { origin } = await begin(t);
    const page = await curl(...options, `${origin}/`);
    assert.equal(page.version, version);
    assert.equal(page.status, 200);
    assert.match(page.head, /content-type: text\/html/i);
    assert.match(page.body, /<title>/);

    const head = await curl(...options, '--head', `${origin}/`);
    assert.equal(head.status, 200);
    assert.equal(head.body, '');
    const length = Number(/content-length: (\d+)/i.exec(head.head)[1]);
    assert.equal(length, Buffer.byteLength(page.body));

    const form = ['--data-urlencode', 'topic=by/curl', '--data-urlencode', 'data={"n":1}'];
    const posted = await curl(...options, ...form, `${origin}/`);
    assert.equal(posted.status, 200, posted.body);
    assert.equal((await curl(...options, `${origin}/nothing/here`)).status, 404);
    assert.equal((await curl(...options, '--request', 'DELETE', `${origin}/`)).status, 405);
  });
}

test('a body sent in chunks, after 100 Continue, is published', async (t) => {
  const { host, origin } = await start(t);
  const subscriber = await Client.open(host.url('/ws'));
  await subscriber.ask('{"op":"subscribe","id":1,"filters":["by/curl"]}');
  const text = 'x'.repeat(60_000);
  const { status } = await curl(
    ...['--header', 'Transfer-Encoding: chunked', '--header', 'Expect: 100-continue'],
    ...['--data-urlencode', 'topic=by/curl', '--data-urlencode', `data=${text}`, `${origin}/`],
  );
  assert.equal(status, 200);
  const { text: event } = await subscriber.next();
  assert.ok(Buffer.from(JSON.parse(event).data_base64, 'base64').equals(Buffer.from(text)));
});

test('nghttp gets the page', async (t) => {
  const { origin } = await start(t);
  const { code, stdout } = await run('nghttp', ['-v', `${origin}/`]);
  assert.equal(code, 0);
  assert.match(stdout, /:status: 200/);
  assert.doesNotMatch(stdout, /RST_STREAM/);
});

for (const [name, options] of [
  ['HTTP/2', []],
  ['HTTP/1.1', ['--h1']],
]) {
  test(`h2load by ${name}: every request is answered`, async (t) => {
    const { host, origin } = await start(t);
    const { code, stdout } = await run('h2load', [...options, '-n2000', '-c20', '-m10', `${origin}/`]);
    assert.equal(code, 0);
    assert.match(stdout, /2000 succeeded, 0 failed, 0 errored, 0 timeout/);
    assert.equal(await host.counter('bad_requests_total{web}'), 0);
  });
}

test('openssl s_client speaks HTTP/1.1 under TLS 1.2 and 1.3', async (t) => {
  const { host } = await startSecure(t);
  for (const version of ['-tls1_2', '-tls1_3']) {
    const client = spawn('openssl', ['s_client', '-quiet', version, '-alpn', 'http/1.1', '-connect', `127.0.0.1:${host.port}`]);
    let answer = '';
    client.stdout.on('data', (text) => (answer += text));
    client.stdin.write('GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await within('s_client to end', once(client, 'exit'));
    assert.match(answer, /^HTTP\/1\.1 200 OK\r\n/, version);
    assert.match(answer, /<\/html>\s*$/, version);
  }
});

test('undici: requests one behind the other on a connection are answered in order', async (t) => {
  const { origin } = await start(t);
  const client = new HttpClient(origin, { pipelining: 10 });
  t.after(() => client.close());
  const paths = Array.from({ length: 50 }, (_, i) => (i % 2 ? '/' : `/missing/${i}`));
  const answers = await Promise.all(paths.map((path) => client.request({ path, method: 'GET' })));
  for (const [i, { statusCode, body }] of answers.entries()) {
    assert.equal(statusCode, i % 2 ? 200 : 404);
    await body.text();
  }
});

test('ws with permessage-deflate: what comes back is what was sent', async (t) => {
  const { host } = await start(t);
  for (const offer of [true, { serverNoContextTakeover: true }, { clientMaxWindowBits: 10, serverMaxWindowBits: 10 }]) {
    const client = await Client.open(host.url('/echo'), { perMessageDeflate: offer });
    assert.match(client.socket.extensions, /permessage-deflate/);
    for (const size of [0, 10, 1000, 70_000, 900_000]) {
      const text = 'slipring '.repeat(size / 9);
      assert.equal((await client.ask(text)).text, text);
    }
    const bytes = Buffer.from(Array.from({ length: 5000 }, () => Math.random() * 256));
    assert.deepEqual((await client.ask(bytes, { binary: true })).data, bytes);
    await client.close();
  }
});

test('a WebSocket over HTTP/2 beside requests on the same connection (RFC 8441)', async (t) => {
  const { origin, host } = await start(t);
  const session = http2.connect(origin, { settings: { enableConnectProtocol: true } });
  t.after(() => session.destroy());
  await within('the settings', once(session, 'remoteSettings'));
  assert.equal(session.remoteSettings.enableConnectProtocol, true);

  const stream = session.request({
    ':method': 'CONNECT',
    ':protocol': 'websocket',
    ':path': '/echo',
    'sec-websocket-version': '13',
  });
  const [headers] = await within('the answer', once(stream, 'response'));
  assert.equal(headers[':status'], 200);
  let received = Buffer.alloc(0);
  const text = 'over HTTP/2 '.repeat(20_000);
  stream.write(frame(opcode.text, text));
  stream.write(frame(opcode.text, 'and again'));
  const echoed = new Promise((resolve) => {
    stream.on('data', (bytes) => {
      received = Buffer.concat([received, bytes]);
      const all = [...frames(received)];
      if (all.length === 2) resolve(all);
    });
  });
  const get = session.request({ ':path': '/' });
  const [page] = await within('the page', once(get, 'response'));
  assert.equal(page[':status'], 200);
  get.resume();
  const [first, second] = await within('the echoes', echoed);
  assert.equal(first.body.toString(), text);
  assert.equal(second.body.toString(), 'and again');

  stream.write(frame(opcode.close, Buffer.from([3, 232])));
  await within('the stream to end', once(stream, 'end'));
  await host.sessions(0);
});
