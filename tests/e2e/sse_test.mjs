// The adapter sse: streams of events over HTTP/1.1 and HTTP/2, with npm eventsource and Chromium.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import http2 from 'node:http2';
import test from 'node:test';
import { EventSource } from '../clients/lib/eventsource.mjs';
import { chromium } from '../clients/lib/browser.mjs';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { Client } from '../clients/lib/client.mjs';
import { Host, endpoint } from '../clients/lib/host.mjs';
import { RawSocket } from '../clients/lib/raw.mjs';
import { EventStream } from '../clients/lib/sse.mjs';
import { patience, until, within } from '../clients/lib/wait.mjs';

const settings = (text) => `adapters: { sse: { ${text} } }\n`;

// A publisher that is answered for each event.
async function publisher(host) {
  const client = await Client.open(host.url('/ws'));
  return async (topic, data, more = {}) => {
    const answer = JSON.parse((await client.ask(JSON.stringify({ op: 'publish', id: 1, topic, data, ...more }))).text);
    assert.equal(answer.op, 'published', JSON.stringify(answer));
    return answer.position;
  };
}

async function started(t, options = {}) {
  const host = await Host.start(t, options);
  const { address } = host.endpoints[0];
  const sessions = [];
  cleanup(t, () => sessions.forEach((one) => one.destroy()));
  const open = async (query, more = {}) => {
    const stream = await EventStream.open(address, query, more);
    cleanup(t, () => stream.close());
    return stream;
  };
  const overHttp2 = () => {
    const session = http2.connect(`http://${address}`);
    session.on('error', () => {});
    sessions.push(session);
    return session;
  };
  return { host, address, open, overHttp2, publish: await publisher(host) };
}

for (const version of ['HTTP/1.1', 'HTTP/2']) {
  const how = ({ overHttp2 }) => (version === 'HTTP/2' ? { session: overHttp2() } : {});

  test(`events come in order, each with its cursor, over ${version}`, async (t) => {
    const it = await started(t);
    const stream = await it.open('?topic=game/+/move&topic=chat/%23', how(it));
    assert.equal(stream.status, 200);
    assert.equal(stream.headers['content-type'], 'text/event-stream');
    assert.equal(stream.headers['cache-control'], 'no-store, no-transform');
    assert.equal(stream.headers['x-accel-buffering'], 'no');
    assert.equal(stream.headers['slipring-from'], 'live');
    const begun = await stream.begun();
    assert.equal(begun.from, 'live');
    assert.equal(begun.id, begun.cursor);
    assert.equal(stream.headers['slipring-cursor'], begun.cursor);
    assert.equal(stream.parser.retry, 2000);
    const positions = [];
    for (const topic of ['game/1/move', 'other', 'chat/a/b', 'game/2/move']) {
      positions.push(await it.publish(topic, { n: positions.length }, { type: 'said' }));
    }
    const events = await stream.messages(3);
    assert.deepEqual(events.map((one) => one.data.n), [0, 2, 3]);
    assert.deepEqual(events.map((one) => one.position), [positions[0], positions[2], positions[3]]);
    assert.deepEqual(events.map((one) => one.type), ['said', 'said', 'said']);
    assert.equal(new Set(events.map((one) => one.id)).size, 3);
  });

  test(`a client that was cut off goes on behind the last event it had, over ${version}`, async (t) => {
    const it = await started(t);
    const first = await it.open('?topic=a/%23', how(it));
    let { id } = await first.begun();
    first.close();
    const seen = [];
    let published = 0;
    const publish = () => it.publish(`a/${published % 3}`, published++);
    for (let round = 0; round < 5; round++) {
      for (let n = 0; n < 3; n++) await publish();
      const stream = await it.open('?topic=a/%23', { ...how(it), headers: { 'last-event-id': id } });
      await stream.begun();
      // The three, and the one that it had but has not used.
      const missed = round === 0 ? 3 : 4;
      assert.equal(stream.headers['slipring-from'], `recovered;count=${missed}`);
      for (let n = 0; n < 3; n++) await publish();
      const events = await stream.messages(missed + 3);
      const used = events.slice(0, -1);
      seen.push(...used.map((one) => one.data));
      id = used.at(-1).id;
      stream.close();
    }
    assert.deepEqual(seen, Array.from({ length: published - 1 }, (_, n) => n));
  });

  test(`a comment comes when nothing else does, over ${version}`, async (t) => {
    const it = await started(t, { config: settings('heartbeat: 200ms') });
    const stream = await it.open('?topic=a', how(it));
    await until('three heartbeats', () => stream.parser.comments >= 3);
    await it.publish('a', 1);
    assert.equal((await stream.messages(0)).length, 0);
    await stream.begun();
    assert.equal((await stream.messages(1))[0].data, 1);
  });
}

test('a stream begins where it is asked to', async (t) => {
  const { open, publish } = await started(t);
  for (let n = 1; n <= 4; n++) await publish(`a/${n % 2}`, n, { retain: n === 2 });
  const time = new Date().toISOString();
  const first = async (query, count) => {
    const stream = await open(`?topic=a/%23&${query}`);
    const begun = await stream.begun();
    const data = (await stream.messages(count)).map((one) => one.data);
    stream.close();
    return { data, from: begun.from, header: stream.headers['slipring-from'], cursor: begun.cursor };
  };
  assert.deepEqual((await first('start=earliest', 4)).data, [1, 2, 3, 4]);
  assert.deepEqual((await first('start=last:2', 2)).data, [3, 4]);
  assert.deepEqual((await first('start=last-per-topic', 2)).data, [3, 4]);
  assert.deepEqual((await first('start=retained', 1)).data, [2]);
  assert.equal((await first('start=now', 0)).from, 'live');
  assert.equal((await first(`start=time:${time}`, 0)).from, 'live');
  const { cursor } = await first('start=last:2', 2);
  assert.deepEqual((await first(`last_event_id=${cursor}`, 2)).data, [3, 4]);
  const position = await publish('a/0', 5);
  assert.equal((await first(`last_event_id=${encodeURIComponent(position)}`, 0)).header, 'live');
});

test('what a page listens to by its type it hears by its type, when it asks for that', async (t) => {
  const { open, publish } = await started(t);
  const stream = await open('?topic=a&event=type');
  await stream.begun();
  for (const type of ['game.move', 'error', undefined]) await publish('a', 1, { type });
  const types = [(await stream.next()).type, (await stream.next()).type, (await stream.next()).type];
  assert.deepEqual(types, ['game.move', 'message', 'message']);
});

test('data of several lines arrives as it was', async (t) => {
  const { host, open } = await started(t);
  const stream = await open('?topic=a');
  await stream.begun();
  const publishing = await Client.open(host.url('/ws'));
  await publishing.ask('{"op":"publish","id":1,"topic":"a","data":{\n "n":\r\n 1.0}}');
  const { data } = await stream.next();
  assert.match(data, /"data":\{\n "n":\n 1\.0\}\}$/);
});

test('what is not kept any more is announced as a gap', async (t) => {
  const { host, open, publish } = await started(t);
  const { id } = await (await open('?topic=a')).begun();
  const positions = [];
  for (let n = 1; n <= 6; n++) positions.push(await publish('a', n));
  const { code, stderr } = await host.cli('streams', 'purge', 'default', '--before', positions[4], '--yes');
  assert.equal(code, 0, stderr);
  const stream = await open('?topic=a', { headers: { 'last-event-id': id } });
  const [from, to] = [positions[0], positions[3]];
  assert.ok(stream.headers['slipring-from'].startsWith(`gap;from="${from}";to="${to}";reason="`));
  assert.deepEqual((await stream.begun()).from.gap.to, to);
  const gap = await stream.next();
  assert.equal(gap.type, 'gap');
  const told = JSON.parse(gap.data);
  assert.deepEqual([told.op, told.from, told.to], ['gap', from, to]);
  assert.deepEqual((await stream.messages(2)).map((one) => one.data), [5, 6]);
});

test('what cannot be is refused with the field that is wrong', async (t) => {
  const { open, address } = await started(t);
  const many = Array.from({ length: 300 }, (_, i) => `topic=${i}`).join('&');
  const wrong = [
    ['', 400, 'topic'], ['?topic=', 400, 'topic'], ['?topic=a/%23/b', 400, 'topic'], ['?topic=a%00', 400, 'topic'],
    ['?topic=%ff', 400, 'topic'], [`?${many}`, 400, 'topic'], ['?topic=a&start=then', 400, 'start'],
    ['?topic=a&start=last:0', 400, 'start'], ['?topic=a&event=x', 400, 'event'], ['?topic=a&drop=x', 400, 'drop'],
    ['?topics=a', 400, 'query'], ['?topic=a&last_event_id=x', 400, 'last_event_id'],
    [`?topic=a&last_event_id=${'A'.repeat(5000)}`, 400, 'last_event_id'],
    ['?topic=a&last_event_id=default@1:5&start=now', 400, 'start'],
    ['?topic=a&last_event_id=nowhere@1:5', 400, 'last_event_id'],
    ['?topic=a', 400, 'Last-Event-ID', { headers: { 'last-event-id': 'damaged' } }],
    ['?topic=a', 406, 'Accept', { headers: { accept: 'application/json' } }],
    ['?topic=a', 405, undefined, { method: 'POST' }], ['?topic=a', 405, undefined, { method: 'DELETE' }],
  ];
  for (const [query, status, field, options] of wrong) {
    const answer = await open(query, options);
    await within('the end of the answer', answer.end);
    assert.equal(answer.status, status, query.slice(0, 60));
    assert.equal(answer.headers['content-type'], 'application/problem+json', `${query.slice(0, 60)}: ${answer.text}`);
    const problem = JSON.parse(answer.text);
    assert.equal(problem.status, status);
    assert.equal(problem.field, field, query.slice(0, 60));
    if (status === 405) assert.equal(answer.headers.allow, 'GET, HEAD, OPTIONS');
  }
  const head = await fetch(`http://${address}/events?topic=a`, { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-type'), 'text/event-stream');
  const options = await fetch(`http://${address}/events`, { method: 'OPTIONS' });
  assert.equal(options.status, 204);
  assert.equal(options.headers.get('allow'), 'GET, HEAD, OPTIONS');
});

test('pages of the origins that are named may read', async (t) => {
  const config = endpoint(t, { origins: ['https://a.example'] }) + settings('cors: { origins: ["https://a.example"] }');
  const { open } = await started(t, { config });
  const origin = 'https://a.example';
  const stream = await open('?topic=a', { headers: { origin } });
  assert.equal(stream.headers['access-control-allow-origin'], origin);
  const preflight = await open('', { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'GET' } });
  assert.equal(preflight.status, 204);
  assert.equal(preflight.headers['access-control-allow-headers'], 'cache-control, last-event-id');
  assert.equal((await open('?topic=a', { headers: { origin: 'https://b.example' } })).status, 403);
});

test('clients that are told to go do not come back', async (t) => {
  const { address } = await started(t, { config: settings('stop: true') });
  const source = new EventSource(`http://${address}/events?topic=a`);
  cleanup(t, () => source.close());
  await until('it is closed', () => source.readyState === EventSource.CLOSED);
});

test('a client that reads a byte at a time gets every event', async (t) => {
  const { host, publish } = await started(t);
  const raw = await RawSocket.connect(host.port);
  cleanup(t, () => raw.destroy());
  raw.write('GET /events?topic=a HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await raw.until('the stream', (bytes) => bytes.includes('subscribed'));
  raw.socket.pause();
  for (let n = 0; n < 20; n++) await publish('a', 'x'.repeat(1000));
  raw.socket.resume();
  await raw.until('all events', (bytes) => bytes.toString().split('id: ').length === 22);
});

test('npm eventsource goes on over a restart of the host, and is told when to come back', async (t) => {
  const { host, address, publish } = await started(t, { config: endpoint(t) + settings('retry: 100ms'), listen: null });
  const seen = [];
  const source = new EventSource(`http://${address}/events?topic=a`);
  cleanup(t, () => source.close());
  source.onmessage = ({ data }) => seen.push(JSON.parse(data).data);
  let begun = 0;
  source.addEventListener('subscribed', () => begun++);
  await until('it is subscribed', () => begun === 1);
  await publish('a', 1);
  await until('the first event', () => seen.length === 1);
  await host.stop();
  const again = await Host.start(t, { config: endpoint(t, { listen: address }) + settings('retry: 100ms'), listen: null, state: host.state });
  const publishAgain = await publisher(again);
  await publishAgain('a', 2);
  await publishAgain('a', 3);
  await until('it is back', () => seen.length >= 3, { seconds: 20 });
  assert.deepEqual(seen, [1, 2, 3]);
});

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => fs.existsSync(file));

test("Chromium's EventSource goes on over a restart of the host", async (t) => {
  const { host, address, publish } = await started(t, { config: endpoint(t), listen: null });
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  cleanup(t, () => browser.close());
  const page = await browser.newPage();
  page.setDefaultTimeout(30_000 * patience);
  await page.goto(`http://${address}/`);
  await page.evaluate(() => {
    window.seen = [];
    window.begun = [];
    const source = new EventSource('/events?topic=a/%23');
    source.onmessage = ({ data }) => window.seen.push(JSON.parse(data).data);
    source.addEventListener('subscribed', ({ data }) => window.begun.push(JSON.parse(data).from));
  });
  await page.waitForFunction(() => window.begun.length === 1);
  const { state } = host;
  // It goes before it has had any event: the place is that of the beginning.
  await host.stop();
  const restart = async () =>
    Host.start(t, { config: endpoint(t, { listen: address }), listen: null, state });
  const second = await restart();
  const publishSecond = await publisher(second);
  await publishSecond('a/1', 1);
  await publishSecond('a/2', 2);
  await page.waitForFunction(() => window.seen.length === 2);
  await second.stop();
  const third = await restart();
  const publishThird = await publisher(third);
  await publishThird('a/3', 3);
  await page.waitForFunction(() => window.seen.length >= 3);
  assert.deepEqual(await page.evaluate(() => window.seen), [1, 2, 3]);
  assert.equal((await page.evaluate(() => window.begun)).length, 3);
  assert.ok(publish);
});
