// Publishing and reading by HTTP requests (docs/protocols/rest.md), with fetch; CloudEvents as the npm package
// `cloudevents` writes them. One file, because it is the table of docs/protocols/rest.md: each rule has its test here.
import assert from 'node:assert/strict';
import http from 'node:http';
import test from 'node:test';
import { CloudEvent, HTTP } from '../clients/lib/cloudevents.mjs';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host, endpoint } from '../clients/lib/host.mjs';
import { within } from '../clients/lib/wait.mjs';

const json = { 'content-type': 'application/json' };
const batchType = 'application/cloudevents-batch+json';

// A host, and how to ask its adapter: post(topic as it stands in a path, body, headers).
async function start(t, { config, settings } = {}) {
  const adapter = settings ? `adapters: { rest: ${JSON.stringify(settings)} }\n` : '';
  const host = await Host.start(t, { config: (config ?? '') + adapter });
  const base = `http://${host.endpoints[0].address}/topics/`;
  const ask = (where, options) => fetch(base + where, options);
  const post = (where, body, headers = json) => ask(where, { method: 'POST', headers, body });
  return { host, ask, post, base };
}

// The status, and what a problem says.
async function problem(response) {
  assert.equal(response.headers.get('content-type'), 'application/problem+json');
  const said = await response.json();
  assert.equal(said.status, response.status);
  assert.equal(typeof said.title, 'string');
  return said;
}

async function refused(response, status, field, detail = /./) {
  const said = await problem(response);
  assert.deepEqual([said.status, said.field], [status, field], JSON.stringify(said));
  assert.match(said.detail, detail);
  return said;
}

// All events of the host's streams, as CloudEvents.
async function published(host, filter = '#') {
  const { stdout } = await host.cli('replay', '--filter', filter, '--to-file', '-');
  return stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

test('what is posted reaches who subscribes', async (t) => {
  const { host, post } = await start(t);
  const client = await EventClient.open(host);
  await client.subscribe('game/+/move');
  const response = await post('game/42/move?type=game.move&key=k', '{"move":1.0}');
  assert.equal(response.status, 201);
  const { topic, position } = await response.json();
  assert.equal(topic, 'game/42/move');
  assert.equal(response.headers.get('slipring-position'), position);
  assert.equal(response.headers.get('etag'), `"${position}"`);
  assert.equal(response.headers.get('location'), `/topics/game/42/move?position=${position}`);
  const event = await client.event();
  assert.deepEqual(
    [event.topic, event.type, event.key, event.data, event.position],
    [topic, 'game.move', 'k', { move: 1 }, position],
  );
});

test('any content type is published as it is', async (t) => {
  const { host, post } = await start(t);
  const client = await EventClient.open(host);
  await client.subscribe('#');
  const bytes = Buffer.from([0, 255, 10, 123]);
  await post('a', bytes, { 'content-type': 'image/png' });
  const event = await client.event();
  assert.deepEqual([event.content_type, event.data_base64], ['image/png', bytes.toString('base64')]);
});

test('every legal topic can be named', async (t) => {
  const { post } = await start(t);
  for (const [where, topic] of [
    ['caf%C3%A9/%F0%9F%98%80', 'café/😀'],
    ['a%2Fb//c/', 'a/b//c/'],
    ['%20%3F%25', ' ?%'],
    [`${'x'.repeat(5000)}`, 'x'.repeat(5000)],
  ]) {
    const response = await post(where, '1');
    assert.equal(response.status, 201, where);
    assert.equal((await response.json()).topic, topic);
  }
});

test('topics that are none, wildcards and those of the host are refused', async (t) => {
  const { host, post } = await start(t);
  await refused(await post('', '1'), 400, 'topic');
  await refused(await post('a/%23', '1'), 400, 'topic', /wildcards/);
  await refused(await post('a/+/b', '1'), 400, 'topic', /wildcards/);
  await refused(await post('a%00', '1'), 400, 'topic');
  await refused(await post('a%FF', '1'), 400, 'topic', /UTF-8/);
  await refused(await post('$SYS/a', '1'), 403, 'topic');
  assert.deepEqual(await published(host), []);
});

test('npm cloudevents: every mode is published, with all attributes', async (t) => {
  const { host, post } = await start(t);
  const event = (id) =>
    new CloudEvent({
      id,
      source: 'https://example.org/players',
      type: 'org.example.move',
      subject: 'game/42',
      time: '2026-11-21T09:30:00.500Z',
      dataschema: 'https://example.org/move.json',
      datacontenttype: 'application/json',
      partitionkey: '42',
      comexample: 'extension',
      data: { move: 'e4', number: 1 },
    });
  const single = [HTTP.binary(event('binary')), HTTP.structured(event('structured'))];
  for (const { headers, body } of single) {
    assert.equal((await post('game/42', body, headers)).status, 201);
  }
  const batch = await post('game/42', JSON.stringify([event('one'), event('two')]), { 'content-type': batchType });
  assert.equal(batch.status, 201);
  const { positions } = await batch.json();
  assert.equal(positions.length, 2);

  const seen = await published(host);
  assert.deepEqual(seen.map(({ id }) => id), ['binary', 'structured', 'one', 'two']);
  for (const each of seen) {
    // What the host says of it is an extension to others.
    const { sliprposition, sliprrecorded, sliprprotocol, sliprsession, ...plain } = each;
    const wanted = JSON.parse(JSON.stringify(event(each.id)));
    assert.deepEqual({ ...plain, time: new Date(plain.time).toISOString() }, wanted);
    assert.ok(new CloudEvent(plain, true), 'npm cloudevents takes it back');
    assert.ok(sliprposition && sliprrecorded);
  }
});

test('what the host prints of an event can be posted', async (t) => {
  const { host, post } = await start(t);
  const headers = { 'content-type': 'application/cloudevents+json' };
  await post('a', JSON.stringify({
    specversion: '1.0', id: '1', source: '/s', type: 't', sliproperation: 'update', sliprentityid: '42',
    sliprversion: '7', sliprexpected: '6', sliprpriority: 9, sliprttlms: '3600000', ext: 'x', data: [1, 2],
  }), headers);
  const [first] = await published(host);
  assert.equal((await post('a', JSON.stringify(first), headers)).status, 201);
  const [, second] = await published(host);
  const without = ({ sliprposition, sliprrecorded, sliprsession, ...rest }) => rest;
  assert.deepEqual(without(second), without(first));
});

test('a batch with one bad member publishes nothing, and names it', async (t) => {
  const { host, post } = await start(t);
  const good = { specversion: '1.0', id: '1', source: '/s', type: 't' };
  for (const [bad, field] of [
    [{ ...good, id: undefined }, 'id'],
    [{ ...good, source: '' }, 'source'],
    [{ ...good, time: 'yesterday' }, 'time'],
    [{ ...good, Upper: 'x' }, 'Upper'],
    [{ ...good, subject: 'elsewhere' }, 'subject'],
    [7, 'body'],
  ]) {
    const body = JSON.stringify([good, good, bad, good]);
    const said = await refused(await post('a', body, { 'content-type': batchType }), 400, field);
    assert.equal(said.member, 2);
  }
  assert.deepEqual(await published(host), []);
});

test('a member that only the host can refuse takes the whole batch with it', async (t) => {
  const { host, post } = await start(t);
  const good = { specversion: '1.0', id: '1', source: '/s', type: 't' };
  const long = { ...good, id: 'x'.repeat(1025) };
  const said = await problem(await post('a', JSON.stringify([good, long]), { 'content-type': batchType }));
  assert.deepEqual([said.status, said.member], [400, 1]);
  assert.deepEqual(await published(host), []);
});

test('of those who expect the same one succeeds', async (t) => {
  const { host, post } = await start(t);
  const first = await post('a', '1', { ...json, 'if-none-match': '*' });
  assert.equal(first.status, 201);
  await refused(await post('a', '1', { ...json, 'if-none-match': '*' }), 412, undefined, /last sequence/);
  const etag = first.headers.get('etag');
  const all = await Promise.all(Array.from({ length: 8 }, (_, i) => post('a', String(i), { ...json, 'if-match': etag })));
  assert.deepEqual(all.map(({ status }) => status).sort(), [201, ...Array(7).fill(412)]);
  const { position } = await all.find(({ status }) => status === 201).json();
  assert.equal((await post(`a?expect_sequence=${sequenceOf(position)}`, '1')).status, 201);
  assert.equal((await post(`a?expect_stream_sequence=3`, '1')).status, 201);
  await refused(await post('a?expect_stream_sequence=3', '1'), 412, undefined);
  assert.equal((await published(host)).length, 4);
});

test('an Idempotency-Key publishes once', async (t) => {
  const { host, post } = await start(t);
  const headers = { ...json, 'idempotency-key': '"8e03978e-40d5"' };
  const first = await post('a', '1', headers);
  const again = await post('a', '1', headers);
  assert.deepEqual([first.status, again.status], [201, 200]);
  const { position } = await first.json();
  assert.deepEqual(await again.json(), { topic: 'a', position, duplicate: true });

  const batch = JSON.stringify(['1', '2'].map((id) => ({ specversion: '1.0', id, source: '/s', type: 't' })));
  const once = await (await post('a', batch, { ...headers, 'content-type': batchType })).json();
  const twice = await (await post('a', batch, { ...headers, 'content-type': batchType })).json();
  assert.deepEqual(twice, { ...once, duplicate: true });
  assert.equal((await published(host)).length, 3);
});

test('retained events are set, and removed by an empty body', async (t) => {
  const { host, ask, post } = await start(t);
  const retained = async () => {
    const client = await EventClient.open(host);
    const { from } = await client.subscribe('a', { start: 'retained' });
    return from === 'live' ? undefined : (await client.event()).data;
  };
  await post('a?retain=true', '5');
  assert.equal(await retained(), 5);
  await post('a', '6', { ...json, 'slipring-retain': 'true' });
  assert.equal(await retained(), 6);
  const read = await ask('a?start=retained');
  assert.deepEqual([read.status, (await read.json()).data], [200, 6]);
  assert.equal((await post('a?retain=true', '', {})).status, 201);
  await refused(await ask('a?start=retained'), 404, 'topic');
});

test('an ephemeral topic has no positions, and takes nothing that needs them', async (t) => {
  const { post } = await start(t, { config: 'ephemeral: ["cursor/#"]\n' });
  const response = await post('cursor/a', '1');
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { topic: 'cursor/a' });
  assert.equal(response.headers.get('location'), null);
  assert.equal((await problem(await post('cursor/a?retain=true', '1'))).status, 409);
  assert.equal((await problem(await post('cursor/a?expect_sequence=1', '1'))).status, 412);
});

test('what is asked for wrongly is answered by name', async (t) => {
  const { host, ask, post } = await start(t);
  await refused(await post('a', '{"a":'), 400, 'body', /byte 5/);
  await refused(await post('a?retian=true', '1'), 400, 'query');
  await refused(await post('a', '1', { 'content-type': 'application/cloudevents+xml' }), 415, 'content-type');
  await refused(await post('a', '1', { ...json, 'content-encoding': 'gzip' }), 415, 'content-encoding');
  await refused(await post('a', '1', { ...json, accept: 'text/html' }), 406, 'accept');
  await refused(await post('a', '1', { 'ce-specversion': '1.0', 'ce-id': '1', 'ce-source': '/s' }), 400, 'ce-type');
  await refused(await post('a', '1', { ...json, 'if-match': '*' }), 400, 'if-match');
  for (const method of ['PUT', 'DELETE', 'PATCH']) {
    const response = await ask('a', { method });
    assert.match(response.headers.get('allow'), /GET, HEAD, OPTIONS, POST/);
    await refused(response, 405, 'method');
  }
  const options = await ask('a', { method: 'OPTIONS' });
  assert.equal(options.status, 204);
  assert.match(options.headers.get('allow'), /POST/);
  assert.match(options.headers.get('accept-post'), /application\/cloudevents\+json/);
  assert.deepEqual(await published(host), []);
});

test('a condition can be demanded', async (t) => {
  const { post } = await start(t, { settings: { require_condition: true } });
  await refused(await post('a', '1'), 428, 'if-match');
  assert.equal((await post('a?expect_sequence=0', '1')).status, 201);
});

// Writes a request by hand; resolves to the status and what is read of the body.
function slowly(base, where, write) {
  const request = http.request(base + where, { method: 'POST', headers: { ...json } });
  const answer = new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', async (response) => {
      const status = response.statusCode;
      let text = '';
      for await (const part of response) text += part;
      resolve({ status, text });
    });
  });
  write(request);
  return within('an answer', answer).finally(() => request.destroy());
}

test('a body without end is refused at the limit', async (t) => {
  const { host, base } = await start(t, { settings: { max_body: 100_000 } });
  const chunk = ' '.repeat(16 * 1024);
  const { status, text } = await slowly(base, 'a', (request) => {
    const more = () => {
      while (!request.destroyed && request.write(chunk));
    };
    request.on('drain', more);
    more();
  });
  assert.equal(status, 413);
  assert.equal(JSON.parse(text).field, 'body');
  assert.deepEqual(await published(host), []);
});

test('a body may come byte by byte', async (t) => {
  const { base } = await start(t);
  const body = '{"a":1}';
  const { status } = await slowly(base, 'a', async (request) => {
    request.setNoDelay(true);
    for (const byte of body) await new Promise((written) => request.write(byte, written));
    request.end();
  });
  assert.equal(status, 201);
});

test('an event that is too large is refused by name', async (t) => {
  const { post } = await start(t, { config: 'limits: { message: 64KiB }\n', settings: { max_body: 65000 } });
  await refused(await post('a', `"${'x'.repeat(65100)}"`), 413, 'body');
});

test('scripts of allowed origins may ask, others not', async (t) => {
  const origin = 'https://app.example';
  const { ask, post } = await start(t, {
    config: endpoint(t, { origins: [origin] }),
    settings: { cors: { origins: [origin] } },
  });
  const preflight = await ask('a', {
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'ce-id' },
  });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers.get('access-control-allow-origin'), origin);
  assert.equal(preflight.headers.get('access-control-allow-headers'), 'ce-id');
  const answer = await post('a', '1', { ...json, origin });
  assert.equal(answer.headers.get('access-control-allow-origin'), origin);
  assert.match(answer.headers.get('access-control-expose-headers'), /slipring-position/);
  assert.equal((await post('a', '1', { ...json, origin: 'https://other.example' })).status, 403);
});

test('over HTTP/2 the same', async (t) => {
  const { host } = await start(t);
  const { connect } = await import('node:http2');
  const client = connect(`http://${host.endpoints[0].address}`);
  t.after(() => client.close());
  const request = client.request({ ':method': 'POST', ':path': '/topics/a', ...json });
  const status = new Promise((resolve) => request.on('response', (head) => resolve(head[':status'])));
  request.end('{"a":1}');
  assert.equal(await within('a head', status), 201);
  assert.equal((await published(host)).length, 1);
});

// What a GET of a list answered: its events' data, and where it goes on.
async function list(response) {
  assert.equal(response.status, 200, await response.clone().text());
  const link = /^<(.*)>; rel="next"$/.exec(response.headers.get('link'))?.[1];
  const more = response.headers.get('slipring-more') === 'true';
  return { data: (await response.json()).map(({ data }) => data), link, more, response };
}

test('the last event is read, as the host prints it', async (t) => {
  const { host, ask, post } = await start(t);
  await refused(await ask('a'), 404, 'topic');
  await post('a', '{"n":1}');
  await post('a?type=t&key=k', '{"n":2}', {
    ...json, 'ce-specversion': '1.0', 'ce-id': '7', 'ce-source': '/s', 'ce-time': '2026-11-21T09:30:00.5Z',
    'ce-ext': 'caf%C3%A9', 'ce-sliprpriority': '9', 'ce-sliprttlms': '100000', 'ce-sliprentityid': 'e',
  });
  await post('b', 'text', { 'content-type': 'text/plain' });
  await post('c', Buffer.from([255]), {});
  const printed = await published(host);
  for (const [topic, index] of [['a', 1], ['b', 2], ['c', 3]]) {
    const response = await ask(topic);
    assert.equal(response.headers.get('content-type'), 'application/cloudevents+json');
    const event = await response.json();
    assert.equal(response.headers.get('etag'), `"${event.sliprposition}"`);
    // Where it came from is nobody's business.
    const { sliprprotocol, sliprsession, sliprclient, sliprprincipal, ...wanted } = printed[index];
    assert.deepEqual(event, wanted);
  }
});

test('what is where Location points is the event, and only that', async (t) => {
  const { host, ask, post } = await start(t);
  const posted = [];
  for (const [topic, body] of [['a', '1'], ['b', '2'], ['a', '3']]) posted.push(await post(topic, body));
  for (const [index, data] of [[0, 1], [1, 2], [2, 3]]) {
    const where = posted[index].headers.get('location');
    const response = await fetch(`http://${host.endpoints[0].address}${where}`);
    assert.deepEqual([response.status, (await response.json()).data], [200, data]);
  }
  const [, second] = posted;
  await refused(await ask(`a?position=${second.headers.get('slipring-position')}`), 404, 'position');
});

test('a list is read to its end by following its links', async (t) => {
  const { host, ask, post } = await start(t);
  for (let i = 0; i < 25; i++) {
    await post('a', String(i));
    await post('other', '"x"');
  }
  let page = await list(await ask('a?start=earliest&limit=10'));
  const all = [...page.data];
  while (page.more) {
    page = await list(await fetch(`http://${host.endpoints[0].address}${page.link}`));
    all.push(...page.data);
  }
  assert.deepEqual(all, Array.from({ length: 25 }, (_, i) => i));
  assert.deepEqual((await list(await ask('a?last=3'))).data, [22, 23, 24]);
  assert.deepEqual((await list(await ask('a?time=2020-01-01T00:00:00Z&limit=2'))).data, [0, 1]);
  assert.deepEqual((await list(await ask('nothing?start=earliest'))).data, []);
});

test('a long poll is answered by the next event, or by none', async (t) => {
  const { host, ask, post } = await start(t);
  const position = (await post('a', '1')).headers.get('slipring-position');
  const polls = [ask(`a?after=${position}&wait=30`), ask('a?start=now&wait=30'), ask('later?wait=30')];
  await host.sessions(3);
  await post('a', '2');
  await post('later', '3');
  const [first, second] = await Promise.all(polls.slice(0, 2).map(async (one) => list(await one)));
  assert.deepEqual([first.data, second.data], [[2], [2]]);
  assert.equal((await (await polls[2]).json()).data, 3);
  const none = await within('the wait to end', ask(`a?after=${first.response.headers.get('slipring-cursor')}&wait=1`));
  const { data, link } = await list(none);
  assert.deepEqual(data, []);
  await post('a', '4');
  assert.deepEqual((await list(await fetch(`http://${host.endpoints[0].address}${link}`))).data, [4]);
});

test('every event comes once by following links while it is published', async (t) => {
  const { host, post } = await start(t);
  const count = 200;
  const publishing = (async () => {
    for (let i = 0; i < count; i++) await post('a', String(i));
  })();
  const seen = [];
  let link = '/topics/a?start=earliest&limit=7&wait=5';
  while (seen.length < count) {
    const page = await list(await fetch(`http://${host.endpoints[0].address}${link}`));
    seen.push(...page.data);
    link = page.link;
  }
  await publishing;
  assert.deepEqual(seen, Array.from({ length: count }, (_, i) => i));
});

test('a cursor of one protocol goes on in the other', async (t) => {
  const { host, ask, post } = await start(t);
  const client = await EventClient.open(host);
  const { cursor } = await client.subscribe('a');
  await post('a', '1');
  const page = await list(await ask(`a?after=${cursor}`));
  assert.deepEqual(page.data, [1]);
  await post('a', '2');
  const later = await EventClient.open(host);
  await later.subscribe('a', { start: { after: [page.response.headers.get('slipring-cursor')] } });
  assert.equal((await later.event()).data, 2);
});

test('reading is conditional, and HEAD has no body', async (t) => {
  const { ask, post } = await start(t);
  const etag = (await post('a', '1')).headers.get('etag');
  const known = await ask('a', { headers: { 'if-none-match': etag } });
  assert.deepEqual([known.status, await known.text(), known.headers.get('etag')], [304, '', etag]);
  const head = await ask('a', { method: 'HEAD' });
  const whole = await ask('a');
  assert.equal(head.headers.get('content-length'), whole.headers.get('content-length'));
  assert.equal(await head.text(), '');
  await post('a', '2');
  assert.equal((await ask('a', { headers: { 'if-none-match': etag } })).status, 200);
  await refused(await ask('a', { headers: { 'if-match': etag } }), 412, 'if-match');
  const page = await ask('a?last=2');
  const again = await ask('a?last=2', { headers: { 'if-none-match': page.headers.get('etag') } });
  assert.equal(again.status, 304);
});

test('a body of a GET means nothing', async (t) => {
  const { host, base, post } = await start(t);
  await post('a', '1');
  const request = http.request(`${base}a?start=now&wait=1`, { headers: { 'content-length': '5' } });
  const answer = new Promise((resolve, reject) => {
    request.on('error', reject);
    request.on('response', (response) => resolve(response.resume().statusCode));
  });
  request.end('hello');
  assert.equal(await within('an answer', answer), 200);
  assert.equal((await published(host)).length, 1);
});

test('cursors that are none are refused', async (t) => {
  const { ask, post } = await start(t);
  const position = (await post('a', '1')).headers.get('slipring-position');
  const future = position.replace(/\d+$/, '99');
  for (const bad of ['x', 'A'.repeat(3000), position.replace('default', 'other'), future, `${position}x`, '%F0']) {
    assert.equal((await problem(await ask(`a?after=${bad}`))).status, 400, bad);
  }
  await refused(await ask('a?limit=0'), 400, 'limit');
  await refused(await ask('a?wait=61'), 400, 'wait');
  await refused(await ask('a?start=now'), 400, 'wait');
  await refused(await ask('a', { headers: { accept: 'text/html' } }), 406, 'accept');
});

test('events that are large come in several answers, and alone', async (t) => {
  const { host, ask, post } = await start(t);
  const large = `"${'x'.repeat(400_000)}"`;
  for (let i = 0; i < 4; i++) assert.equal((await post('a', large)).status, 201);
  let page = await list(await ask('a?start=earliest'));
  let count = page.data.length;
  while (page.more) {
    page = await list(await fetch(`http://${host.endpoints[0].address}${page.link}`));
    count += page.data.length;
  }
  assert.equal(count, 4);
  const bytes = Buffer.alloc(900_000, 255);
  assert.equal((await post('b', bytes, {})).status, 201);
  const { data_base64: base64 } = await (await ask('b')).json();
  assert.equal(Buffer.from(base64, 'base64').length, bytes.length);
});
