// The configuration file: what is wrong is named with its place and what would be right.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, bin, run, temporaryDirectory } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';

// Runs slipringd with this file to its end.
async function check(t, text, ...args) {
  const directory = temporaryDirectory(t);
  const file = path.join(directory, 'slipring.yaml');
  fs.writeFileSync(file, text);
  const result = await run(bin('slipringd'), ['--state', directory, '--admin', 'none', '--config', file, ...args]);
  return { ...result, file };
}

const wrong = {
  'an unknown key': {
    text: 'shards: 2\nshard: 3\n',
    place: '2:1',
    found: /shard/,
    accepted: /endpoints.*limits|limits.*endpoints/,
  },
  'a number that is none': { text: 'shards: many\n', place: '1:9', found: /many/, accepted: /\d/ },
  'no shard at all': { text: 'shards: 0\n', place: '1:9', found: /0/, accepted: /1/ },
  'an unknown key of a part': {
    text: 'limits:\n  mesage: 1MiB\n',
    place: '2:3',
    found: /mesage/,
    accepted: /message/,
  },
  'a size without a known unit': {
    text: 'limits:\n  message: 5 apples\n',
    place: '2:12',
    found: /5 apples/,
    accepted: /KiB|MiB/,
  },
  'a duration without a known unit': {
    text: 'limits:\n  stall: 3 moons\n',
    place: '2:10',
    found: /3 moons/,
    accepted: /\bs\b|ms/,
  },
  'an address without a port': {
    text: 'endpoints:\n  - name: public\n    listen: localhost\n    transport: lws\n',
    place: '3:13',
    found: /localhost/,
    accepted: /:8080/,
  },
  'an admin address that others reach': {
    text: 'admin:\n  listen: "0.0.0.0:9180"\n',
    place: '2:11',
    found: /0\.0\.0\.0:9180/,
    accepted: /127\.0\.0\.1:9180.*allow_remote/,
  },
  'a mount on an endpoint that is not there': {
    text: 'mounts:\n  - path: /echo\n    adapter: echo\n    endpoint: secret\n',
    place: '4:15',
    found: /secret/,
    accepted: /public/,
  },
  'a path that does not begin with a slash': {
    text: 'mounts:\n  - path: echo\n    adapter: echo\n',
    place: '2:11',
    found: /echo/,
    accepted: /\//,
  },
  'a log level that is none': {
    text: 'log: { level: loud }\n',
    place: '1:15',
    found: /loud/,
    accepted: /debug.*info.*warn.*error/,
  },
  'a list where a map belongs': { text: 'limits: [1, 2]\n', place: '1:9', found: /./, accepted: /./ },
  'a key given twice': { text: 'shards: 1\nshards: 2\n', place: '2:1', found: /shards/, accepted: /./ },
  'no YAML at all': { text: 'limits: {\n', place: '', found: /./, accepted: /./ },
};

for (const [what, { text, place, found, accepted }] of Object.entries(wrong)) {
  test(`${what} is refused with file, place, what was found and what is accepted`, async (t) => {
    const { code, stderr, file } = await check(t, text, '--check');
    assert.equal(code, 2, stderr);
    const line = stderr.split('\n').find((one) => one.includes(`${file}:${place}`));
    assert.ok(line, `a line with ${file}:${place} in:\n${stderr}`);
    const rest = line.slice(line.indexOf(file) + file.length);
    assert.match(rest, found);
    assert.match(rest, accepted);
  });
}

test('a host is not started with a wrong file either', async (t) => {
  const { code, stderr } = await check(t, 'shards: many\n');
  assert.equal(code, 2, stderr);
});

test('--check says that a good file is good and starts nothing', async (t) => {
  const text = `
shards: 1
endpoints:
  - { name: public, listen: ":8080", transport: lws, origins: ["https://example.org"] }
mounts:
  - { path: /again, adapter: echo, endpoint: public }
limits: { message: 64KiB, queue_bytes: 256KiB, queue_messages: 100, stall: 10s }
adapters: { echo: {} }
shutdown: { grace: 2s }
upgrade: { slice: 300us, max_failed_moves: 50% }
log: { level: warn, format: json }
`;
  const { code, stdout, stderr } = await check(t, text, '--check');
  assert.equal(code, 0, stdout + stderr);
});

test('a transport that is not there stops the start and is named', async (t) => {
  const text = 'endpoints:\n  - { name: public, listen: "127.0.0.1:0", transport: pigeon }\n';
  const { code, stderr } = await check(t, text);
  assert.equal(code, 1, stderr);
  assert.match(stderr.split('\n').findLast((line) => line !== ''), /public.*pigeon/);
});

test('settings that do not fit the schema of the transport stop the start and are named', async (t) => {
  const text =
    'endpoints:\n  - { name: public, listen: "127.0.0.1:0", settings: { ping_intervall: 3s } }\n';
  const { code, stderr } = await check(t, text);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /check=settings.*ping_intervall/);
});

test('a mount whose adapter is not there is warned of and keeps nobody else out', async (t) => {
  const config = 'mounts:\n  - { path: /parrot, adapter: parrot }\n  - { path: /echo, adapter: echo }\n';
  const host = await Host.start(t, { config });
  await host.logged(/^\S+ warn\b.*parrot/);
  await assert.rejects(Client.open(host.url('/parrot')), { statusCode: 503 });
  const client = await Client.open(host.url());
  assert.equal((await client.ask('x')).text, 'x');
});

test('a file that is not there is an error, not the default', async (t) => {
  const directory = temporaryDirectory(t);
  const file = path.join(directory, 'absent.yaml');
  const { code, stderr } = await run(bin('slipringd'), ['--state', directory, '--admin', 'none', '--config', file]);
  assert.equal(code, 2);
  assert.ok(stderr.includes(file), stderr);
});

test('an option that does not exist is refused with a hint at --help', async (t) => {
  const { code, stderr, stdout } = await run(bin('slipringd'), [
    '--state',
    temporaryDirectory(t),
    '--port=1',
  ]);
  assert.equal(code, 2);
  assert.match(stderr + stdout, /--help/);
});

test('settings of the file take effect: mounts, number of shards, limits', async (t) => {
  const config = `
shards: 3
mounts:
  - { path: /again, adapter: echo }
limits: { message: 1KiB }
`;
  const host = await Host.start(t, { config, shards: null });
  assert.equal((await host.status()).host.shards, 3);
  await assert.rejects(Client.open(host.url('/echo')), { statusCode: 404 });
  const client = await Client.open(host.url('/again'));
  assert.equal((await client.ask('x')).text, 'x');
  client.send('x'.repeat(1025));
  assert.equal((await client.closed).code, 1009);
});

test('a second host on the same state directory is told who is there', async (t) => {
  const host = await Host.start(t);
  const { code, stderr } = await run(bin('slipringd'), [
    '--state',
    host.state,
    '--listen',
    '127.0.0.1:0',
  ]);
  assert.equal(code, 1, stderr);
  assert.ok(stderr.includes(String(host.pid)), `names the other's pid:\n${stderr}`);
  assert.ok(stderr.includes(host.state), `names the directory:\n${stderr}`);
  assert.equal((await host.status()).host.pid, host.pid);
});

test('what a host that was killed left behind does not stop the next one', async (t) => {
  const state = temporaryDirectory(t);
  const killed = new Host(null, { state });
  await killed.ready();
  killed.process.kill('SIGKILL');
  await killed.exited;
  const host = await Host.start(t, { state });
  const client = await Client.open(host.url());
  assert.equal((await client.ask('x')).text, 'x');
});

test('an address that is taken is named', async (t) => {
  const taken = net.createServer().listen(0, '127.0.0.1');
  t.after(() => taken.close());
  await new Promise((listening) => taken.on('listening', listening));
  const address = `127.0.0.1:${taken.address().port}`;
  const { code, stderr } = await run(bin('slipringd'), [
    '--state',
    temporaryDirectory(t),
    '--admin',
    'none',
    '--listen',
    address,
  ]);
  assert.equal(code, 1, stderr);
  assert.ok(stderr.includes(address), stderr);
});

test('a plugin directory without a transport is an error that names it', async (t) => {
  const plugins = new PluginDirectory(t, []);
  const { code, stderr } = await run(bin('slipringd'), [
    '--state',
    temporaryDirectory(t),
    '--plugins',
    plugins.path,
    '--admin',
    'none',
    '--listen',
    '127.0.0.1:0',
  ]);
  assert.equal(code, 1, stderr);
  assert.ok(stderr.includes(plugins.path), stderr);
});
