// Credentials of a handshake: tokens in Authorization, in a cookie, and one-time tickets, on both transports,
// over HTTP/1.1 and HTTP/2, with npm ws and eventsource.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import test from 'node:test';
import { TokenFile, bearer, configuration } from '../clients/lib/access.mjs';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { Client } from '../clients/lib/client.mjs';
import { EventSource } from '../clients/lib/eventsource.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { EventStream } from '../clients/lib/sse.mjs';
import { makeCertificate } from '../clients/lib/tls.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const app = 'https://app.example';

async function started(t, options = {}) {
  const file = new TokenFile(t, ['alice', 'bob']);
  const host = await Host.start(t, { config: configuration(file, { origins: [app], ...options }), listen: null });
  const { address } = host.endpoints[0];
  const at = (where, init = {}) => fetch(`http://${address}${where}`, init);
  const buy = async (headers = bearer(file.tokens.alice)) => {
    const answer = await at('/ticket', { method: 'POST', headers });
    assert.equal(answer.status, 200);
    return (await answer.json()).ticket;
  };
  return { file, host, address, at, buy, ...file.tokens };
}

// A WebSocket that is opened; or the status and the challenge it is refused with.
async function knock(url, options = {}) {
  try {
    return { client: await Client.open(url, options) };
  } catch (error) {
    assert.ok(error.response, error);
    return { status: error.statusCode, challenge: error.response.headers['www-authenticate'] };
  }
}

const whose = async (host) => (await host.json('sessions')).sessions.map(({ identity }) => identity);

for (const [index, transport] of ['web', 'lws'].entries()) {
  test(`a WebSocket on ${transport} is opened to who brings a token, by name`, async (t) => {
    const { host, alice } = await started(t);
    const url = host.url('/ws', index);
    assert.deepEqual(await knock(url), { status: 401, challenge: 'Bearer' });
    assert.deepEqual(await knock(url, { headers: bearer('wrong') }), {
      status: 401,
      challenge: 'Bearer error="invalid_token"',
    });
    assert.deepEqual(await knock(url, { headers: { authorization: 'Basic YTpi' } }), {
      status: 401,
      challenge: 'Bearer',
    });
    const { client } = await knock(url, { headers: bearer(alice) });
    assert.deepEqual(await whose(host), ['alice']);
    assert.equal(JSON.parse((await client.ask('{"op":"publish","id":1,"topic":"a","data":1}')).text).op, 'published');
    assert.equal(await host.counter('credentials_refused_total'), 1);
    assert.equal(await host.counter('credentials_missing_total'), 2);
  });

  test(`a WebSocket on ${transport} is opened with a ticket, once`, async (t) => {
    const { host, buy } = await started(t);
    const ticket = await buy();
    assert.match(ticket, /^[\w-]{43}$/);
    const url = `${host.url('/ws', index)}?ticket=${ticket}`;
    const { client } = await knock(url);
    assert.deepEqual(await whose(host), ['alice']);
    assert.deepEqual(await knock(url), { status: 401, challenge: 'Bearer' });
    client.socket.terminate();
  });

  test(`on ${transport} a cookie counts with the Origin of a page that may use it`, async (t) => {
    const { host, alice } = await started(t);
    const url = host.url('/ws', index);
    const own = url.replace(/^ws(.*)\/ws$/, 'http$1');
    const cookie = `first=1; session=${alice}; last=2`;
    const as = async (headers) => (await knock(url, { headers })).status ?? 'open';
    assert.equal(await as({ cookie, origin: own }), 'open');
    assert.equal(await as({ cookie, origin: app }), 'open');
    assert.equal(await as({ cookie }), 403);
    assert.equal(await as({ cookie, origin: 'https://evil.example' }), 403);
    assert.equal(await as({ cookie, origin: 'null' }), 403);
    assert.equal(await as({ cookie: 'session=wrong', origin: own }), 401);
    assert.equal(await as({ cookie: `${cookie}; session=${alice}`, origin: own }), 400);
    assert.equal(await as({ cookie: `a="; session=${alice}; b="; session =x`, origin: own }), 400);
    assert.deepEqual(await whose(host), ['alice', 'alice']);
  });

  test(`on ${transport} who brings none is nobody where that is allowed`, async (t) => {
    const { host, alice } = await started(t);
    const url = host.url('/maybe', index);
    assert.ok((await knock(url)).client);
    assert.ok((await knock(url, { headers: bearer(alice) })).client);
    assert.equal((await knock(url, { headers: bearer('wrong') })).status, 401);
    assert.ok((await knock(host.url('/open', index), { headers: bearer('wrong') })).client);
    assert.deepEqual((await whose(host)).sort(), ['', '', 'alice']);
  });
}

test('under TLS a page that came in the clear may not use a cookie', async (t) => {
  const tls = makeCertificate(temporaryDirectory(t)).yaml;
  const file = new TokenFile(t, ['alice']);
  const host = await Host.start(t, { config: configuration(file, { tls }), listen: null });
  for (const { address } of host.endpoints) {
    const as = async (origin) => {
      const headers = { cookie: `session=${file.tokens.alice}`, origin };
      const { status } = await knock(`wss://${address}/ws`, { headers, rejectUnauthorized: false });
      return status ?? 'open';
    };
    assert.equal(await as(`https://${address}`), 'open');
    assert.equal(await as(`http://${address}`), 403);
  }
});

test('a star lists no origin for a cookie', async (t) => {
  const { host, alice, at } = await started(t, { origins: ['*'] });
  const headers = { cookie: `session=${alice}`, origin: 'https://evil.example' };
  for (const index of [0, 1]) assert.equal((await knock(host.url('/ws', index), { headers })).status, 403);
  for (const where of ['/events?topic=a', '/topics/a']) {
    assert.equal((await at(where, { headers })).status, 403, where);
  }
  assert.equal((await at('/ticket', { method: 'POST', headers })).status, 403);
  assert.equal(await host.counter('credentials_foreign_total'), 5);
});

// Requests over HTTP/2: {status, headers, body}.
async function overHttp2(t, address) {
  const session = http2.connect(`http://${address}`);
  session.on('error', () => {});
  cleanup(t, () => session.destroy());
  return async (path, { method = 'GET', headers = {} } = {}) => {
    const request = session.request({ ':path': path, ':method': method, ...headers });
    const [answer] = await within('an answer over HTTP/2', once(request, 'response'));
    let body = '';
    for await (const part of request) body += part;
    return { status: answer[':status'], headers: new Map(Object.entries(answer)), text: async () => body };
  };
}

for (const version of ['HTTP/1.1', 'HTTP/2']) {
  test(`requests over ${version} are let in by token, by cookie and by ticket`, async (t) => {
    const it = await started(t);
    const ask = version === 'HTTP/2' ? await overHttp2(t, it.address) : it.at;
    const status = async (where, more) => (await ask(where, more)).status;

    const refused = await ask('/topics/a');
    assert.equal(refused.status, 401);
    assert.equal(refused.headers.get('www-authenticate'), 'Bearer');
    assert.equal(refused.headers.get('content-type'), 'application/problem+json');
    const problem = JSON.parse(await refused.text());
    assert.equal(problem.status, 401);
    assert.equal(problem.title, 'Unauthorized');
    assert.match(problem.detail, /accepted: Authorization: Bearer, or the cookie session, or \?ticket=/);
    const wrong = await ask('/topics/a', { headers: bearer('wrong') });
    assert.equal(wrong.headers.get('www-authenticate'), 'Bearer error="invalid_token"');
    assert.equal(await status('/topics/a', { method: 'HEAD' }), 401);

    const may = bearer(it.alice);
    assert.equal(await status('/topics/a', { method: 'PUT', headers: may }), 405);
    assert.equal(await status('/topics/a', { headers: { authorization: `bearer ${it.alice}` } }), 404);

    const cookie = `a=b; session=${it.alice}`;
    assert.equal(await status('/topics/a', { headers: { cookie } }), 404, 'a read');
    assert.equal(await status('/topics/a', { method: 'POST', headers: { cookie } }), 403, 'a write');
    for (const [site, read] of [['same-origin', 404], ['none', 404], ['same-site', 403], ['cross-site', 403]]) {
      const headers = { cookie, 'sec-fetch-site': site };
      // fetch sets the field itself.
      if (version === 'HTTP/2') assert.equal(await status('/topics/a', { headers }), read, site);
    }
    assert.equal(await status('/ticket', { method: 'POST', headers: { cookie, origin: app } }), 200);
    const two = { cookie: `session=${it.alice}; session=${it.bob}` };
    assert.equal(await status('/topics/a', { headers: two }), 400);

    const ticket = await it.buy();
    assert.equal(await status(`/topics/a?ticket=${ticket}`), 404);
    assert.equal(await status(`/topics/a?ticket=${ticket}`), 401);
    const another = await it.buy();
    assert.equal(await status(`/topics/a?ticket=${another}`, { headers: may }), 400, 'two credentials');
    assert.equal(await status(`/ticket?ticket=${another}`, { method: 'POST' }), 403, 'no ticket buys a ticket');
  });

  test(`a stream over ${version} is opened with a ticket, which its adapter does not see`, async (t) => {
    const it = await started(t);
    const session = http2.connect(`http://${it.address}`);
    cleanup(t, () => session.destroy());
    const how = version === 'HTTP/2' ? { session } : {};
    const ticket = await it.buy();
    const stream = await EventStream.open(it.address, `?ticket=${ticket}&topic=a`, how);
    cleanup(t, () => stream.close());
    assert.equal(stream.status, 200);
    await stream.begun();
    assert.deepEqual(await whose(it.host), ['alice']);
    const again = await EventStream.open(it.address, `?topic=a&%74icket=${ticket}`, how);
    assert.equal(again.status, 401);
  });
}

test('EventSource begins with a ticket, and stops when it comes with the same one again', async (t) => {
  const it = await started(t);
  const url = `http://${it.address}/events?topic=a&ticket=${await it.buy()}`;
  const source = new EventSource(url);
  cleanup(t, () => source.close());
  await within('it opens', new Promise((resolve) => source.addEventListener('subscribed', resolve)));
  const again = new EventSource(url);
  cleanup(t, () => again.close());
  const error = await within('an error', new Promise((resolve) => again.addEventListener('error', resolve)));
  assert.equal(error.code, 401);
  assert.equal(again.readyState, EventSource.CLOSED);
});

test('of many that come with one ticket, on every shard and transport, one is let in', async (t) => {
  const it = await started(t);
  const ticket = await it.buy();
  const all = await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      n % 3 < 2
        ? knock(`${it.host.url('/ws', n % 3)}?ticket=${ticket}`).then(({ status }) => status ?? 'open')
        : it.at(`/topics/a?ticket=${ticket}`).then(({ status }) => (status === 404 ? 'open' : status)),
    ),
  );
  assert.equal(all.filter((one) => one === 'open').length, 1, all.join(' '));
  assert.equal(all.filter((one) => one === 401).length, 59);
});

test('a ticket is for pages of the origin that bought it', async (t) => {
  const it = await started(t);
  const bought = () => it.buy({ ...bearer(it.alice), origin: app });
  const open = async (ticket, origin) => {
    const headers = origin ? { origin } : {};
    return (await knock(`${it.host.url('/ws')}?ticket=${ticket}`, { headers })).status ?? 'open';
  };
  assert.equal(await open(await bought(), app), 'open');
  assert.equal(await open(await bought(), `http://${it.address}`), 403);
  assert.equal(await open(await bought()), 403);
  const used = await bought();
  assert.equal(await open(used), 403);
  assert.equal(await open(used, app), 401, 'who comes with it uses it up');
});

test('tickets end by themselves, and there are so many', async (t) => {
  const it = await started(t, { ticket: '{ lifetime: 1s, limit: 3, limit_per_identity: 2 }' });
  const buy = (token) => it.at('/ticket', { method: 'POST', headers: bearer(token) });
  const first = await buy(it.alice);
  const { ticket, expires_in: seconds } = await first.json();
  assert.equal(seconds, 1);
  assert.equal(first.headers.get('cache-control'), 'no-store');
  assert.equal((await buy(it.alice)).status, 200);
  await until('its lifetime is over', async () => (await buy(it.bob)).status === 200);
  await until('it has expired and makes room', async () => (await buy(it.alice)).status === 200, { everyMs: 100 });
  assert.equal((await knock(`${it.host.url('/ws')}?ticket=${ticket}`)).status, 401);
  const many = await Promise.all(Array.from({ length: 5 }, () => buy(it.alice)));
  const late = many.find(({ status }) => status === 429);
  assert.equal(late.headers.get('retry-after'), '1');
});

test('a page of a listed origin may buy; its preflight needs no credential', async (t) => {
  const it = await started(t);
  const headers = { origin: app, 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
  const ask = await overHttp2(t, it.address);
  const preflight = await ask('/ticket', { method: 'OPTIONS', headers });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), app);
  assert.match(preflight.headers.get('access-control-allow-headers'), /authorization/);
  assert.equal((await ask('/ticket', { method: 'OPTIONS', headers: { ...headers, origin: 'https://evil.example' } })).status, 403);
  assert.equal((await ask('/ticket', { method: 'OPTIONS', headers: { origin: app } })).status, 401);
  const sold = await ask('/ticket', { method: 'POST', headers: { origin: app, ...bearer(it.alice) } });
  assert.equal(sold.headers.get('access-control-allow-origin'), app);
});

test('the file of tokens is read again; a broken one changes nothing; sessions stay', async (t) => {
  const it = await started(t);
  const { file, host } = it;
  const url = host.url('/ws');
  const { client } = await knock(url, { headers: bearer(it.alice) });
  const status = async (token) => (await it.at('/topics/a', { headers: bearer(token) })).status;
  const read = async (change, pattern) => {
    const from = host.lines.length;
    change();
    host.process.kill('SIGHUP');
    await host.logged(pattern, { from });
  };
  await read(() => file.write(['bob']), /access tokens=1/);
  await until('alice is nobody', async () => (await status(it.alice)) === 401);
  assert.equal(await status(it.bob), 404);
  await read(() => file.writeText(`${it.alice} alice\n`), /configuration not read, everything stays.*tokens:1: accepted/);
  assert.equal(await status(it.bob), 404);
  await read(() => file.write(['alice', 'bob']), /access tokens=2/);
  await until('alice is back', async () => (await status(it.alice)) === 404);
  assert.deepEqual(await whose(host), ['alice']);
  assert.equal(JSON.parse((await client.ask('{"op":"publish","id":1,"topic":"a","data":1}')).text).op, 'published');
});

test('an operator who has set up credentials that no mount asks for is told so', async (t) => {
  const file = new TokenFile(t, ['alice']);
  const host = await Host.start(t, { config: `access: { tokens: "${file.path}" }\n` });
  await host.logged(/access: no mount asks for a credential/);
  assert.ok((await knock(host.url('/ws'))).client);
});

test('who a session is stays with it when its adapter is replaced', async (t) => {
  const it = await started(t);
  const stream = await EventStream.open(it.address, `?topic=a&ticket=${await it.buy()}`);
  cleanup(t, () => stream.close());
  await stream.begun();
  const identity = async () => (await it.host.json('sessions')).sessions[0];
  const before = await identity();
  it.host.configure(configuration(it.file, { more: 'adapters: { sse: { heartbeat: 7s } }\n' }));
  it.host.process.kill('SIGHUP');
  await until('it has moved', async () => (await identity()).generation !== before.generation);
  assert.equal((await identity()).identity, 'alice');
  assert.equal((await identity()).id, before.id);
});

test('no credential is in the log', async (t) => {
  const it = await started(t);
  const secrets = [it.alice, 'wrong-token-of-somebody', await it.buy(), await it.buy()];
  const [alice, wrong, used, unused] = secrets;
  for (let n = 0; n < 3; n++) {
    await it.at(`/topics/a?ticket=${used}`);
    await it.at(`/topics/a?ticket=${unused}x`);
    await it.at('/topics/a', { headers: bearer(wrong) });
    await it.at('/topics/a', { headers: { cookie: `session=${wrong}` } });
    await it.at('/topics/a', { headers: { cookie: `session=${alice}; session=${alice}` } });
    await it.at(`/events?topic=%23/a&ticket=${used}`);
    for (const index of [0, 1]) await knock(`${it.host.url('/ws', index)}?ticket=${used}`, { headers: { cookie: `session=${alice}` } });
  }
  await it.host.logged(/credential refused path=\/topics\/\* because="the token is not valid".*held_back=0/);
  await it.host.stop();
  const refused = it.host.lines.filter((line) => /credential refused/.test(line));
  assert.equal(new Set(refused.map((line) => line.replace(/^\S+/, '').replace(/peer=\S+/, ''))).size, refused.length, 'once per burst');
  for (const line of it.host.lines) {
    for (const secret of secrets) assert.ok(!line.includes(secret), line);
  }
});
