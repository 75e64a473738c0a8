// What clients of slipring.json.v1 get wrong: each is answered with its status, counted, and costs
// nobody anything; the connection stays.
import assert from 'node:assert/strict';
import test from 'node:test';
import { EventClient } from '../clients/lib/events.mjs';
import { Host, transport } from '../clients/lib/host.mjs';
import { RawSocket, frame, frames, opcode } from '../clients/lib/raw.mjs';

const long = 'x'.repeat(70_000);
const deep = '['.repeat(40) + ']'.repeat(40);

const subscribe = (members) => `{"op":"subscribe","id":1,${members}}`;
const publish = (members) => `{"op":"publish","id":1,${members}}`;
const [invalid, unimplemented] = ['INVALID_ARGUMENT', 'UNIMPLEMENTED'];
const [notFound, denied, failed] = ['NOT_FOUND', 'PERMISSION_DENIED', 'FAILED_PRECONDITION'];

// What is sent, and the status of the answer; what the answer has to say; the id it has to carry.
const wrong = {
  'no JSON at all': ['hello', invalid, /byte 0/],
  'nothing': ['', invalid, /JSON/],
  'JSON that ends early': ['{"op":"publish","id":1', invalid, /byte 22/],
  'JSON with something behind it': ['{"op":"help","id":1}{}', invalid, /byte 20/],
  'JSON with a comma too much': ['{"op":"help","id":1,}', invalid, /byte 20/],
  'JSON nested too deep': [publish(`"topic":"a","data":${deep}`), invalid, /32|deep/],
  'an array': ['[1]', invalid, /object|"{"/],
  'a number that is none': [publish('"topic":"a","data":01'), invalid, /byte/],
  'half a surrogate pair': [publish('"topic":"\\ud800"'), invalid, /surrogate/],
  'no op': ['{"id":1}', invalid, /"op"/, 1],
  'an op that is no string': ['{"op":5,"id":1}', invalid, /"op".*5/, 1],
  'an unknown op': ['{"op":"shout","id":1}', unimplemented, /shout.*subscribe.*publish/, 1],
  'an unknown member': [publish('"topic":"a","topics":"b"'), invalid, /topics/, 1],
  "another operation's member": [publish('"topic":"a","filters":["b"]'), invalid, /filters.*topic/, 1],
  'a member twice': [publish('"topic":"a","topic":"b"'), invalid, /topic.*twice/, 1],
  'an id twice': [publish('"id":2,"topic":"a"'), invalid, /id.*twice/],
  'an id below zero': ['{"op":"publish","id":-1,"topic":"a"}', invalid, /-1/],
  'an id that is a fraction': ['{"op":"publish","id":1.5,"topic":"a"}', invalid, /1\.5/],
  'an id over 2^53': ['{"op":"publish","id":9007199254740992,"topic":"a"}', invalid, /9007199254740991/],
  'an id that is an object': ['{"op":"publish","id":{},"topic":"a"}', invalid, /"id"/],
  'an empty id': ['{"op":"publish","id":"","topic":"a"}', invalid, /"id"/],
  'an id of 61 bytes': [`{"op":"publish","id":"${'x'.repeat(61)}","topic":"a"}`, invalid, /60/],
  'a subscribe without an id': ['{"op":"subscribe","filters":["a"]}', invalid, /"id".*missing/],
  'a subscribe without filters': ['{"op":"subscribe","id":1}', invalid, /"filters".*missing/, 1],
  'filters that are no list': [subscribe('"filters":"a"'), invalid, /array/, 1],
  'filters that are no strings': [subscribe('"filters":["a",2]'), invalid, /strings/, 1],
  'no filter in the list': [subscribe('"filters":[]'), invalid, /1 to 64/, 1],
  '65 filters': [subscribe(`"filters":[${Array(65).fill('"a"')}]`), invalid, /1 to 64/, 1],
  'an empty filter': [subscribe('"filters":[""]'), invalid, /filter/, 1],
  'a # that is not last': [subscribe('"filters":["a/#/b"]'), invalid, /#/, 1],
  'a + beside something': [subscribe('"filters":["a/b+"]'), invalid, /\+/, 1],
  'a NUL in a filter': [subscribe('"filters":["a\\u0000"]'), invalid, /0000|NUL/, 1],
  'a filter of 70,000 bytes': [subscribe(`"filters":["${long}"]`), invalid, /65535/, 1],
  'a shared subscription': [subscribe('"filters":["$share/g/a"]'), invalid, /share/, 1],
  'a start that is none': [subscribe('"filters":["a"],"start":"then"'), invalid, /then/, 1],
  'a start at no time': [subscribe('"filters":["a"],"start":{"time":"noon"}'), invalid, /noon/, 1],
  'the last none': [subscribe('"filters":["a"],"start":{"last":0}'), invalid, /last.*0/, 1],
  'a start after nothing': [subscribe('"filters":["a"],"start":{"after":[]}'), invalid, /"after":\["<cursor>"\]/, 1],
  'a start after noise': [subscribe('"filters":["a"],"start":{"after":["?"]}'), invalid, /cursor.*damaged/, 1],
  'cursors that are no flag': [subscribe('"filters":["a"],"cursors":1'), invalid, /true or false/, 1],
  'a drop policy that is none': [subscribe('"filters":["a"],"drop":"all"'), invalid, /newest/, 1],
  'a publish without a topic': [publish('"data":1'), invalid, /"topic".*missing/, 1],
  'a topic that is no string': [publish('"topic":7'), invalid, /"topic".*7/, 1],
  'an empty topic': [publish('"topic":""'), invalid, /topic/, 1],
  'a + in a publish': [publish('"topic":"a/+"'), invalid, /\+.*filters/, 1],
  'a # in a publish': [publish('"topic":"#"'), invalid, /#.*filters/, 1],
  'a wildcard in a publish without an id': ['{"op":"publish","topic":"#"}', invalid, /#.*filters/],
  'a NUL in a topic': [publish('"topic":"a\\u0000b"'), invalid, /0000|NUL/, 1],
  'a topic of 70,000 bytes': [publish(`"topic":"${long}"`), invalid, /65535/, 1],
  'a reserved topic': [publish('"topic":"$SYS/uptime"'), denied, /reserved/, 1],
  'a priority over 9': [publish('"topic":"a","priority":10'), invalid, /10.*9/, 1],
  'a time that is none': [publish('"topic":"a","time":"noon"'), invalid, /noon/, 1],
  'base64 that is none': [publish('"topic":"a","data_base64":"a"'), invalid, /base64/, 1],
  'data twice': [publish('"topic":"a","data":1,"data_base64":""'), invalid, /one of/, 1],
  'retain on an ephemeral topic': [publish('"topic":"live/a","retain":true'), failed, /ephemeral/, 1],
  'dedup on an ephemeral topic': [publish('"topic":"live/a","dedup":"x"'), failed, /ephemeral/, 1],
  'expect on an ephemeral topic': [publish('"topic":"live/a","expect":{"sequence":1}'), failed, /eph/, 1],
  'what does not hold': [publish('"topic":"a","expect":{"sequence":1}'), failed, /is 0, expected was 1/, 1],
  'an expectation that is none': [publish('"topic":"a","expect":{"sequence":-1}'), invalid, /stream_sequence/, 1],
  'a deduplication id that is empty': [publish('"topic":"a","dedup":""'), invalid, /not empty/, 1],
  'unsubscribing what is not there': ['{"op":"unsubscribe","id":1,"sub":99}', notFound, /99/, 1],
  'unsubscribing nothing': ['{"op":"unsubscribe","id":1}', invalid, /"sub".*missing/, 1],
  'a cursor of what is not there': ['{"op":"cursor","id":1,"sub":"x"}', notFound, /x/, 1],
};

const isBadJson = ([text]) => {
  try {
    return typeof JSON.parse(text) !== 'object' || Array.isArray(JSON.parse(text));
  } catch {
    return true;
  }
};

test('every mistake is answered with its status and words that help, and is counted', async (t) => {
  const host = await Host.start(t, { config: 'ephemeral: ["live/#"]\n' });
  const client = await EventClient.open(host);
  const unexpected = [];
  for (const [what, [text, status, says, id]] of Object.entries(wrong)) {
    const { op, message, ...answer } = await client.ask(text);
    const found = JSON.stringify({ op, ...answer, message });
    try {
      assert.deepEqual({ op, ...answer }, { op: 'error', ...(id && { id }), status });
      assert.match(message, says);
    } catch (error) {
      unexpected.push(`${what}: ${found}`);
    }
  }
  assert.deepEqual(unexpected, []);

  const { counters } = await host.status();
  const all = Object.values(wrong);
  const count = (test) => all.filter(test).length;
  const isBad = ([, status]) => [invalid, unimplemented].includes(status);
  assert.equal(counters['websocket_bad_request_total{websocket}'], count(isBad));
  assert.equal(counters['websocket_refused_total{websocket}'], count((one) => !isBad(one)));
  assert.ok(counters['websocket_bad_json_total{websocket}'] >= count(isBadJson));
  assert.equal(counters.events_sequenced_total, 0);
  assert.equal(counters.events_published_total, 1, 'what did not hold; nothing else came that far');

  await client.subscribe('fine');
  await client.publish('fine', 'still connected');
  assert.equal((await client.event()).data, 'still connected');
});

test('an id that names a subscription already is refused, and that subscription goes on', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  const subscribe = (filter) => client.ask({ op: 'subscribe', id: 'one', filters: [filter] });
  assert.equal((await subscribe('a')).op, 'subscribed');
  const again = await subscribe('b');
  assert.deepEqual([again.op, again.id, again.status], ['error', 'one', 'ALREADY_EXISTS']);
  await client.publish('b', 'not for it');
  await client.publish('a', 'for it');
  assert.equal((await client.event()).data, 'for it');
  assert.equal((await client.ask({ op: 'publish', id: 'one', topic: 'b' })).op, 'published');
});

test('two subscribes with one id in one breath: one is made, the other refused', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  for (const filter of ['a', 'b']) client.send(`{"op":"subscribe","id":1,"filters":["${filter}"]}`);
  const ops = [await client.answer(), await client.answer()].map((one) => one.status ?? one.op);
  assert.deepEqual(ops.sort(), ['ALREADY_EXISTS', 'subscribed']);
});

test('binary messages are answered and change nothing', async (t) => {
  const host = await Host.start(t);
  const client = await EventClient.open(host);
  const answer = await client.ask(Buffer.from('{"op":"publish","id":1,"topic":"a"}').toString(), {
    binary: true,
  });
  assert.deepEqual([answer.op, answer.status, answer.id], ['error', 'INVALID_ARGUMENT', undefined]);
  assert.match(answer.message, /binary/);
  await client.publish('a', 1);
});

test('text that is not UTF-8 closes with 1007 before the adapter sees it', async (t) => {
  const host = await Host.start(t);
  const reader = await EventClient.open(host);
  await reader.subscribe('#');
  for (const bytes of [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]]) {
    const raw = await RawSocket.webSocket(host.port, '/ws');
    const [before, after] = ['{"op":"publish","id":1,"topic":"a', '"}'];
    const body = Buffer.concat([Buffer.from(before), Buffer.from(bytes), Buffer.from(after)]);
    raw.write(frame(opcode.text, body));
    assert.equal(await raw.closeCode(), 1007);
    raw.destroy();
  }
  const counter = { lws: 'invalid_utf8_total{lws}', web: 'websocket_errors_total{web}' }[transport];
  assert.equal(await host.counter(counter), 5);
  assert.deepEqual(await reader.drain(), []);
});

test('a message that comes in fragments, split within a character, is one message', async (t) => {
  const host = await Host.start(t);
  const raw = await RawSocket.webSocket(host.port, '/ws');
  const text = Buffer.from('{"op":"publish","id":"ä","topic":"💡"}');
  for (let i = 0; i < text.length; i++) {
    const code = i === 0 ? opcode.text : opcode.continuation;
    raw.write(frame(code, text.subarray(i, i + 1), { fin: i === text.length - 1 }));
  }
  const answer = await raw.until('an answer', (bytes) => [...frames(bytes)][0]?.body.toString());
  assert.deepEqual([JSON.parse(answer).op, JSON.parse(answer).id], ['published', 'ä']);
  raw.destroy();
});
