// A host that stops does not keep those who wait for events, nor they it: each is answered at once, and
// goes on where it was when the host is there again.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http2 from 'node:http2';
import test from 'node:test';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { within } from '../clients/lib/wait.mjs';

// Much longer than the test waits for the end.
const config = 'shutdown: { grace: 600s, reconnects: 20 }';
const each = 25;

async function overHttp1(address, path) {
  const response = await fetch(`http://${address}${path}`);
  return { status: response.status, headers: Object.fromEntries(response.headers), events: await response.json() };
}

async function overHttp2(session, path) {
  const request = session.request({ ':path': path });
  const [{ ':status': status, ...headers }] = await once(request, 'response');
  let text = '';
  for await (const bytes of request.setEncoding('utf8')) text += bytes;
  return { status, headers, events: JSON.parse(text) };
}

const post = (address, topic, body) => fetch(`http://${address}/topics/${topic}`, { method: 'POST', body });

test(`${2 * each} requests that wait are answered when the host stops, and go on after it`, async (t) => {
  const state = temporaryDirectory(t);
  const host = await Host.start(t, { state, config });
  const { address } = host.endpoints[0];
  const before = await post(address, 'old', 'x');
  const { position } = await before.json();
  const session = http2.connect(`http://${address}`);
  t.after(() => session.destroy());
  const start = (i) => (i % 2 === 0 ? 'start=now' : `after=${position}`);
  const polls = Array.from({ length: each }, (_, i) => [
    overHttp1(address, `/topics/poll/${i}?${start(i)}&wait=60`),
    overHttp2(session, `/topics/poll/${i}?${start(i)}&wait=60`),
  ]).flat();
  await host.sessions(polls.length);

  const ended = within('slipringd to end', host.exited, { seconds: 20 });
  host.process.kill('SIGTERM');
  const answers = await within('answers', Promise.all(polls), { seconds: 20 });
  assert.deepEqual(await ended, { code: 0, signal: null });
  const comebacks = new Set();
  for (const { status, headers, events } of answers) {
    assert.deepEqual([status, events], [200, []]);
    assert.match(headers.link, /^<\/topics\/poll\/\d+\?after=[^>]+&wait=60>; rel="next"$/);
    assert.match(headers['retry-after'], /^[1-9]\d*$/);
    comebacks.add(headers['retry-after']);
  }
  assert.ok(comebacks.size > 1, 'not all of them are to come back in the same second');

  const again = await Host.start(t, { state, config });
  const { address: there } = again.endpoints[0];
  for (let i = 0; i < each; i++) await post(there, `poll/${i}`, String(i));
  for (const [i, { headers }] of answers.entries()) {
    const next = /<([^>]+)>/.exec(headers.link)[1];
    const { events } = await overHttp1(there, next);
    assert.deepEqual(events.map(({ data }) => data), [String(Math.floor(i / 2))]);
  }
});
