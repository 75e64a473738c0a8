// What is mounted, as OpenAPI and AsyncAPI: the documents are valid, follow what is mounted, and the host keeps them.
// Requests are made from the OpenAPI document, for every operation and parameter; an answer that is not documented
// fails, whatever it is.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import {
  Contract, ask, asyncapiErrors, danglingReferences, instance, openapiErrors, parameterValues, queryOf,
} from '../clients/lib/contract.mjs';
import { EventClient } from '../clients/lib/events.mjs';
import { Host, defaultPlugins, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until } from '../clients/lib/wait.mjs';

const topic = 'contract/topic';
const foreign = { origin: 'https://foreign.example' };
const asJson = { 'content-type': 'application/json' };

async function start(t, options = {}) {
  const host = await Host.start(t, { ...options, config: `ephemeral: ["now/#"]\n${options.config ?? ''}` });
  const base = `http://${host.endpoints[0].address}`;
  const document = async (name) => JSON.parse((await ask(base, { method: 'GET', path: `/${name}.json` })).body);
  return { host, base, document };
}

// The path of an operation, its parameters filled in.
const pathOf = (operation, name = topic) => operation.path.replace('{topic}', name);

// Sends a request, holds its answer against the contract, and remembers which statuses there were.
function checker({ base, contract }) {
  const seen = new Map();
  const check = async (operation, { where = pathOf(operation), query = '', ...request } = {}) => {
    const answer = await ask(base, { method: operation.method, path: where + (query && `?${query}`), ...request });
    contract.check(operation, answer);
    const name = `${operation.method} ${operation.path}`;
    if (!seen.has(name)) seen.set(name, new Set());
    seen.get(name).add(String(answer.status));
    return answer;
  };
  return { check, seen };
}

async function begin(t, options) {
  const running = await start(t, options);
  const contract = new Contract(await running.document('openapi'));
  const operations = contract.operations();
  const operation = (name) => operations.find(({ method, path: of }) => `${method} ${of}` === name);
  return { ...running, contract, operations, operation, ...checker({ ...running, contract }) };
}

test('both documents are valid, and their references lead somewhere', async (t) => {
  const { document } = await start(t);
  const openapi = await document('openapi');
  assert.equal(openapi.openapi, '3.1.0');
  assert.deepEqual(await openapiErrors(openapi), []);
  assert.deepEqual(danglingReferences(openapi), []);
  const asyncapi = await document('asyncapi');
  assert.equal(asyncapi.asyncapi, '3.0.0');
  assert.deepEqual(asyncapiErrors(asyncapi), []);
  assert.deepEqual(danglingReferences(asyncapi), []);
});

test('what is not valid is found', async (t) => {
  const { document } = await start(t);
  const openapi = await document('openapi');
  openapi.paths['/topics/{topic}'].get.parameters[0] = { name: 'start' };
  assert.notDeepEqual(await openapiErrors(openapi), []);
  const asyncapi = await document('asyncapi');
  Object.values(asyncapi.operations)[0].action = 'publish';
  assert.notDeepEqual(asyncapiErrors(asyncapi), []);
  asyncapi.components.schemas = {};
  assert.notDeepEqual(danglingReferences(asyncapi), []);
});

test('the default configuration mounts all that can be described', async (t) => {
  const { document } = await start(t);
  assert.deepEqual(Object.keys((await document('openapi')).paths).sort(),
    ['/asyncapi.json', '/events', '/openapi.json', '/topics/{topic}']);
  assert.deepEqual(Object.values((await document('asyncapi')).channels).map(({ address }) => address).sort(),
    ['/events', '/ws']);
});

test('the documents follow what is mounted, while the host runs', async (t) => {
  const mounts = (...some) =>
    `mounts: [{ path: /openapi.json, adapter: api }, { path: /v1/asyncapi.json, adapter: api }, ${some.join(', ')}]\n`;
  const events = '{ path: /streams/live, adapter: sse }';
  const { host, base, document } = await start(t, { config: mounts(events) });
  const tag = async () => (await ask(base, { method: 'HEAD', path: '/openapi.json' })).headers.etag;
  const first = await tag();
  assert.deepEqual(Object.keys((await document('openapi')).paths).sort(),
    ['/openapi.json', '/streams/live', '/v1/asyncapi.json']);
  host.configure(mounts(events, '{ path: /topics/scores/*, adapter: rest }', '{ path: /socket, adapter: websocket }'));
  host.process.kill('SIGHUP');
  await until('the document changes', async () => (await tag()) !== first);
  const { paths } = await document('openapi');
  assert.deepEqual(Object.keys(paths).sort(),
    ['/openapi.json', '/streams/live', '/topics/scores/{topic}', '/v1/asyncapi.json']);
  const { channels } = await document('v1/asyncapi');
  assert.deepEqual(Object.keys(channels).sort(), ['sse.streams.live', 'websocket.socket']);
});

test('an upgrade of an adapter changes what is said of it', async (t) => {
  const plugins = new PluginDirectory(t);
  for (const name of ['api.so', 'sse.so']) plugins.install(path.join(defaultPlugins, name));
  plugins.install(path.join(testPlugins('websocket-1'), 'websocket.so'));
  const { host, document } = await start(t, { plugins: plugins.path });
  const said = async () => {
    const asyncapi = await document('asyncapi');
    assert.deepEqual(asyncapiErrors(asyncapi), []);
    assert.deepEqual(danglingReferences(asyncapi), []);
    const { properties } = asyncapi.components.schemas['websocket.subscribe'];
    return ['websocket.ws.help' in asyncapi.operations, 'cursors' in properties];
  };
  assert.deepEqual(await said(), [false, false]);
  for (const [variant, expected] of [['websocket-2', [true, false]], ['websocket-3', [true, true]]]) {
    plugins.install(path.join(testPlugins(variant), 'websocket.so'));
    assert.equal((await host.reload('websocket.so')).outcome, 'committed');
    await until(`the document is that of ${variant}`, async () => String(await said()) === String(expected));
  }
});

test('the adapter that serves the documents is replaced like others', async (t) => {
  const plugins = new PluginDirectory(t);
  for (const name of ['api.so', 'rest.so']) plugins.install(path.join(defaultPlugins, name));
  const { host, document } = await start(t, { plugins: plugins.path });
  const before = await document('openapi');
  plugins.install(path.join(testPlugins('api-next'), 'api.so'));
  const report = await host.reload('api.so');
  assert.deepEqual([report.outcome, report.unloaded], ['committed', true], JSON.stringify(report));
  assert.deepEqual(await document('openapi'), before);
});

test('requests made from the document are answered as it says', async (t) => {
  const { base, contract, operations, check, seen } = await begin(t);
  const { headers } = await ask(base, { method: 'POST', path: `/topics/${topic}`, headers: asJson, body: '{"n":1}' });
  const samples = {
    topic: [topic], position: headers['slipring-position'], after: [headers['slipring-position']],
    last_event_id: headers['slipring-position'], 'If-Match': headers.etag, id: '1', source: '/s', type: 't',
  };
  for (const operation of operations) {
    const required = operation.parameters.filter(({ value }) => value.in === 'query' && value.required);
    const least = Object.fromEntries(required.map(({ value }) => [value.name, samples[value.name]]));
    const send = (parameters, fields = {}) =>
      check(operation, { query: queryOf({ ...least, ...parameters }), headers: fields });
    await send({});
    for (const parameter of operation.parameters) {
      const { name, in: place } = parameter.value;
      if (place === 'path') continue;
      const { good, bad } = parameterValues(contract, parameter, samples);
      for (const value of good) {
        await (place === 'query' ? send({ [name]: value }) : send({}, { [name]: String(value) }));
      }
      for (const value of place === 'query' ? bad : []) {
        const { status } = await send({ [name]: value });
        assert.equal(status, 400, `${operation.method} ${operation.path}: ${name}=${value}`);
      }
    }
    if (required.length > 0) assert.equal((await check(operation)).status, 400, 'without what is required');
    for (const type of Object.keys(operation.value.requestBody?.content ?? {})) {
      const schema = `${operation.pointer}/requestBody/content/${type.replace('/', '~1')}/schema`;
      const given = type === '*/*' ? { type: 'image/png', body: 'x' }
        : { type, body: JSON.stringify(instance(contract, schema, samples)) };
      const { status } = await check(operation, { headers: { 'content-type': given.type }, body: given.body });
      assert.equal(status, 201, type);
    }
  }
  for (const [name, statuses] of seen) {
    assert.ok([...statuses].some((status) => status < 300), `${name}: ${[...statuses]}`);
  }
});

test('methods that are not documented are answered 405, with those that are', async (t) => {
  const { base, operations } = await begin(t);
  for (const those of grouped(operations).values()) {
    const documented = those.map(({ method }) => method).sort();
    for (const method of ['DELETE', 'PATCH', 'POST', 'PUT'].filter((each) => !documented.includes(each))) {
      const { status, headers } = await ask(base, { method, path: pathOf(those[0]) });
      assert.equal(status, 405, `${method} ${those[0].path}`);
      assert.deepEqual(headers.allow.split(', ').sort(), documented);
      assert.equal(headers['content-type'], 'application/problem+json');
    }
  }
});

function grouped(operations) {
  const groups = new Map();
  for (const one of operations) groups.set(one.path, [...(groups.get(one.path) ?? []), one]);
  return groups;
}

// What no request of a client brings about: the host has to fail, stop or run out of something first.
const beyondClients = {
  'GET /topics/{topic}': ['429', '500', '503'], 'HEAD /topics/{topic}': ['429', '500', '503'],
  'POST /topics/{topic}': ['500', '503'], 'OPTIONS /topics/{topic}': ['500', '503'],
  'GET /events': ['500', '503'], 'HEAD /events': ['500', '503'], 'OPTIONS /events': ['500', '503'],
  'GET /openapi.json': ['404', '500', '503'], 'HEAD /openapi.json': ['404', '500', '503'],
  'OPTIONS /openapi.json': ['404', '500', '503'],
  'GET /asyncapi.json': ['404', '500', '503'], 'HEAD /asyncapi.json': ['404', '500', '503'],
  'OPTIONS /asyncapi.json': ['404', '500', '503'],
};

async function provokeTopics({ host, base, check, operation }) {
  const post = operation('POST /topics/{topic}');
  const key = { ...asJson, 'idempotency-key': '"once"' };
  const published = await check(post, { headers: key, body: '1' });
  assert.equal((await check(post, { headers: key, body: '1' })).status, 200);
  const ephemeral = { where: '/topics/now/a' };
  assert.equal((await check(post, { ...ephemeral, headers: asJson, body: '1' })).status, 200);
  assert.equal((await check(post, { ...ephemeral, headers: key, body: '1' })).status, 409);
  const batch = { 'content-type': 'application/cloudevents-batch+json' };
  assert.equal((await check(post, { headers: batch, body: '[]' })).status, 200);
  await check(post, { headers: batch, body: '[{"specversion":"1.0","id":"1","source":"/s","type":"t"}]' });
  assert.equal((await check(post, { headers: batch, body: '[{}]' })).status, 400);
  await check(post, { headers: asJson, body: '{' });
  await check(post, { headers: { ...asJson, accept: 'text/html' }, body: '1' });
  await check(post, { headers: { ...asJson, 'if-match': '"default@0000000000000000:1"' }, body: '1' });
  await check(post, { headers: asJson, body: `"${'x'.repeat(5000)}"` });
  await check(post, { headers: { 'content-type': 'nonsense' }, body: '1' });
  await check(post, { headers: { ...asJson, 'content-encoding': 'gzip' }, body: '1' });

  for (const name of ['GET', 'HEAD']) {
    const read = operation(`${name} /topics/{topic}`);
    const { headers } = await check(read);
    assert.equal((await check(read, { headers: { 'if-none-match': headers.etag } })).status, 304);
    await check(read, { headers: { 'if-match': '"x"' } });
    await check(read, { headers: { accept: 'text/html' } });
    await check(read, { headers: { accept: 'application/json' } });
    await check(read, { query: 'start=earliest', headers: { accept: 'application/json' } });
    await check(read, { where: '/topics/never' });
    await check(read, { query: 'after=nonsense' });
    await check(read, { query: 'start=earliest&limit=1' });
    await check(read, { query: 'about=stream' });
    assert.equal((await check(read, { ...ephemeral, query: 'about=stream' })).status, 404);
  }
  await host.json('streams', 'purge', 'default', '--yes');
  for (const name of ['GET', 'HEAD']) {
    const read = operation(`${name} /topics/{topic}`);
    const query = queryOf({ position: published.headers['slipring-position'] });
    assert.equal((await check(read, { query })).status, 410, base);
  }
  for (const name of ['GET', 'HEAD', 'POST', 'OPTIONS']) {
    const any = operation(`${name} /topics/{topic}`);
    assert.equal((await check(any, { where: '/topics/$SYS/a' })).status, 403);
    assert.equal((await check(any, { headers: foreign })).status, 403);
    assert.equal((await check(any, { where: '/topics/a/%23' })).status, 400);
  }
  await check(operation('OPTIONS /topics/{topic}'));
}

async function provokeTheRest({ check, operations }) {
  for (const operation of operations.filter(({ path: of }) => of !== '/topics/{topic}')) {
    const query = operation.path === '/events' ? 'topic=a' : '';
    const { headers } = await check(operation, { query });
    assert.equal((await check(operation, { query, headers: foreign })).status, 403);
    if (operation.method === 'OPTIONS') continue;
    assert.equal((await check(operation, { query, headers: { accept: 'image/png' } })).status, 406);
    if (operation.path === '/events') assert.equal((await check(operation)).status, 400);
    if (!headers.etag) continue;
    assert.equal((await check(operation, { headers: { 'if-none-match': headers.etag } })).status, 304);
    assert.equal((await check(operation, { headers: { 'if-match': '"x"' } })).status, 412);
  }
}

test('every documented status that a client can bring about is answered as documented', async (t) => {
  const plain = await begin(t, { config: 'adapters: { rest: { max_body: 4000 } }\n' });
  await provokeTopics(plain);
  await provokeTheRest(plain);
  // These settings make the same requests be answered otherwise.
  const strict = await begin(t, { config: 'adapters: { rest: { require_condition: true }, sse: { stop: true } }\n' });
  assert.equal((await strict.check(strict.operation('POST /topics/{topic}'), { body: '1' })).status, 428);
  for (const name of ['GET', 'HEAD'])
    assert.equal((await strict.check(strict.operation(`${name} /events`), { query: 'topic=a' })).status, 204);

  const few = await begin(t, { shards: 1, config: 'adapters: { rest: { rate_limit: { publishes: 1 } } }\n' });
  for (const status of [201, 429])
    assert.equal((await few.check(few.operation('POST /topics/{topic}'), { body: '1' })).status, status);

  for (const { method, path: of, value } of plain.operations) {
    const name = `${method} ${of}`;
    const brought = new Set([plain, strict, few].flatMap(({ seen }) => [...(seen.get(name) ?? [])]).concat(beyondClients[name]));
    const missing = Object.keys(value.responses).filter((status) => !brought.has(status));
    assert.deepEqual(missing, [], name);
  }
});

test('an answer that the document does not have fails', async (t) => {
  const { document, base } = await start(t);
  const openapi = await document('openapi');
  const answer = await ask(base, { method: 'GET', path: '/topics/never' });
  const held = (change) => {
    const changed = structuredClone(openapi);
    change(changed);
    const contract = new Contract(changed);
    contract.check(contract.operations().find(({ method, path: of }) => method === 'GET' && of.startsWith('/topics/')), answer);
  };
  held(() => {});
  const notFound = (changed) => changed.components.responses['rest.NotFound'];
  assert.throws(() => held((all) => delete all.paths['/topics/{topic}'].get.responses['404']), /undocumented status/);
  assert.throws(() => held((all) => delete notFound(all).headers['Cache-Control']), /undocumented field/);
  assert.throws(() => held((all) => (all.components.headers['rest.no-store'].schema.const = 'x')), /Cache-Control/);
  assert.throws(() => held((all) => (notFound(all).headers.Missing = { required: true, schema: {} })), /without the field/);
  assert.throws(() => held((all) => (notFound(all).content = { 'text/html': {} })), /undocumented type/);
  assert.throws(() => held((all) => (all.components.schemas['rest.Problem'].properties.code = false)), /NOT_FOUND/);
});

test('messages of slipring.json.v1 are those of the document', async (t) => {
  const { host, document } = await start(t);
  const contract = new Contract(await document('asyncapi'));
  const client = await EventClient.open(host);
  const isOneOf = (messages, message) => {
    const wrong = messages.map(({ $ref }) => contract.mismatch(`${contract.find($ref).pointer}/payload`, message));
    assert.ok(wrong.includes(null), `${JSON.stringify(message)}: ${wrong}`);
  };
  const { operations } = contract.document;
  const events = operations['websocket.ws.events'].messages;
  const samples = { id: 1, sub: 1, filters: ['contract/#'], topic };
  for (const [name, { action, messages, reply }] of Object.entries(operations)) {
    if (!name.startsWith('websocket.') || action !== 'receive') continue;
    const { pointer } = contract.find(messages[0].$ref);
    const least = instance(contract, `${pointer}/payload`, samples);
    // As long as it is there: the subscription that others speak of.
    if (least.op === 'unsubscribe') continue;
    isOneOf(reply.messages, await client.ask({ ...least, id: 1, ...(least.op === 'publish' && { data: 1 }) }));
    if (least.op === 'publish') isOneOf(events, await client.event());
    isOneOf(reply.messages, await client.ask({ ...least, id: 2, unknown: true }));
  }
  const { reply } = operations['websocket.ws.unsubscribe'];
  isOneOf(reply.messages, await client.ask({ op: 'unsubscribe', id: 3, sub: 1 }));
  isOneOf(reply.messages, await client.ask({ op: 'unsubscribe', id: 4, sub: 1 }));
});

test('what a stream of /events says is in the document', async (t) => {
  const { base, document } = await start(t);
  const contract = new Contract(await document('asyncapi'));
  const { messages, bindings } = contract.document.operations['sse.events.stream'];
  await ask(base, { method: 'POST', path: `/topics/${topic}?type=t`, headers: asJson, body: '{"n":1}' });
  await ask(base, { method: 'POST', path: `/topics/${topic}`, headers: { 'content-type': 'image/png' }, body: 'x' });
  assert.equal(bindings.http.method, 'GET');
  const dataOf = (text) => [...text.matchAll(/^data: (.*)$/gm)].map(([, data]) => JSON.parse(data));
  const { body } = await ask(base, {
    method: 'GET', path: '/events?topic=contract/%23&start=earliest', enough: (text) => dataOf(text).length >= 3,
  });
  assert.equal(dataOf(body).length, 3);
  for (const data of dataOf(body)) {
    const wrong = messages.map(({ $ref }) => contract.mismatch(`${contract.find($ref).pointer}/payload`, data));
    assert.ok(wrong.includes(null), `${JSON.stringify(data)}: ${wrong}`);
  }
});
