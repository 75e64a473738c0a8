// A new version that fails before it serves anybody fails in a process of its own: the host says in which
// step and how, and serves on with the old one.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import {
  Host,
  bin,
  run,
  sanitized,
  temporaryDirectory,
  testPlugins,
  transportFile,
} from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { mappedObjects } from '../clients/lib/process.mjs';
import { patience, until, within } from '../clients/lib/wait.mjs';

const stumbles = (variant) => path.join(testPlugins(`stumbles-${variant}`), 'stumbles.so');
const seconds = 3 * patience;
const config = `upgrade: { rehearsal: { time: ${seconds}s, memory: 64MiB } }\n`;

async function serving(t, connections = 2) {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  plugins.install(stumbles('good'));
  const host = await Host.start(t, { plugins: plugins.path, config });
  const clients = [];
  for (let i = 0; i < connections; i++) clients.push(await Client.open(host.url('/stumbles')));
  for (const client of clients) assert.equal((await client.ask('text')).text, '1 good');
  return { plugins, host, clients };
}

// The processes that the host has started and that have not been waited for.
function children(host) {
  const threads = fs.readdirSync(`/proc/${host.pid}/task`);
  return threads.flatMap((thread) =>
    fs.readFileSync(`/proc/${host.pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  );
}

const states = async (host) =>
  (await host.plugin('stumbles')).map(({ version, state, sessions }) => [version, state, sessions]);

const mappings = (host) => mappedObjects(host.pid).filter((file) => /stumbles/.test(file));

// How each one fails: check, found and expected of the report.
const failing = {
  'constructor-aborts': ['load', 'ended by SIGABRT in load', 'an object that can be loaded'],
  'constructor-exits': ['load', 'exited with code 0 in load', 'an object that can be loaded'],
  'init-fails': ['init', 'init answered UNAVAILABLE', 'an init that answers OK'],
  'create-refuses': ['create', 'create answered UNAVAILABLE: no luck today', 'an instance for every shard'],
  'self-test-fails': ['self-test', 'self_test answered INTERNAL: 1 + 1 is 3', 'a self-test that answers OK'],
  'self-test-hangs': [
    'time',
    `did not end within ${seconds} s, in self-test`,
    'an end within that (upgrade.rehearsal.time)',
  ],
  'self-test-speaks-and-dies': [
    'self-test',
    'ended by SIGABRT in self-test: farewell, cruel world',
    'a self-test that answers OK',
  ],
  'eats-memory': ['memory', 'needs more than 64 MiB in self-test', 'at most that (upgrade.rehearsal.memory)'],
  'refuses-all': [
    'import',
    'none of 2 sessions: import_state answered FAILED_PRECONDITION: refused on purpose',
    'sessions of the running version that can be imported',
  ],
};
if (sanitized) delete failing['eats-memory']; // a sanitizer maps more than any limit

for (const [variant, [check, found, expected]] of Object.entries(failing)) {
  test(`${variant}: the report says so and the old version serves on`, async (t) => {
    const { plugins, host, clients } = await serving(t);
    const objects = mappings(host);
    assert.equal(objects.length, 1);
    plugins.install(stumbles(variant));
    const report = await host.reload('stumbles.so');
    assert.deepEqual(
      [report.outcome, report.stage, report.check, report.found, report.expected],
      ['rejected', 'verified', `rehearsal: ${check}`, found, expected],
    );
    assert.equal(report.to.version, '2.0.0');
    for (const client of clients) assert.equal((await client.ask('text')).text, '2 good');
    assert.deepEqual(await states(host), [['1.0.0', 'serving', clients.length]]);
    assert.deepEqual(mappings(host), objects);
    assert.deepEqual(children(host), []);
  });
}

test('a version that refuses some of the samples is taken, and the report has a note', async (t) => {
  const { plugins, host, clients } = await serving(t);
  assert.equal((await clients[0].ask('text')).text, '2 good');
  plugins.install(stumbles('refuses-one'));
  const report = await host.reload('stumbles.so');
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  assert.deepEqual(report.notes, [
    'rehearsal: 1 of 2 sample sessions cannot be imported: import_state answered FAILED_PRECONDITION: ' +
      'refused on purpose',
  ]);
  assert.equal((await clients[0].ask('text')).text, '3 refuses-one');
  assert.equal((await clients[1].ask('text')).text, '2 good');
});

test('without sessions there is nothing to import', async (t) => {
  const { plugins, host } = await serving(t, 0);
  plugins.install(stumbles('refuses-all'));
  const report = await host.reload('stumbles.so');
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
});

test('a version that cannot be loaded at the start is left out and the others serve', async (t) => {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  plugins.install(stumbles('constructor-aborts'));
  const host = await Host.start(t, { plugins: plugins.path, config });
  await host.logged(/plugin rejected .*stumbles.so.* not=rehearsed check="rehearsal: load"/);
  assert.equal((await (await Client.open(host.url('/echo'))).ask('text')).text, 'text');
});

test('a rehearsal that hangs holds nothing up and does not outlive its host', async (t) => {
  const { plugins, host, clients } = await serving(t);
  plugins.install(stumbles('self-test-hangs'));
  host.process.kill('SIGHUP');
  const [child] = await until('the rehearsal', () => (children(host).length > 0 ? children(host) : false), {
    everyMs: 5,
  });
  assert.equal((await clients[0].ask('text')).text, '2 good');
  assert.deepEqual(await states(host), [['1.0.0', 'serving', clients.length]]);
  await host.kill();
  const gone = () => !fs.existsSync(`/proc/${child}/stat`) || /\) Z /.test(fs.readFileSync(`/proc/${child}/stat`));
  await until('the rehearsal has ended', gone, { everyMs: 5, seconds: 2 });
});

test('SIGTERM while a rehearsal hangs ends the host in order', async (t) => {
  const { plugins, host } = await serving(t);
  plugins.install(stumbles('self-test-hangs'));
  host.process.kill('SIGHUP');
  await until('the rehearsal', () => children(host).length > 0, { everyMs: 5 });
  await host.stop();
});

test('without its program nothing is rehearsed, so nothing is loaded', async (t) => {
  const alone = path.join(temporaryDirectory(t), 'slipringd');
  fs.copyFileSync(bin('slipringd'), alone);
  const plugins = new PluginDirectory(t, [transportFile]);
  const state = temporaryDirectory(t, 'slipring-state-');
  const { code, stderr } = await within(
    'slipringd to end',
    run(alone, ['--state', state, '--plugins', plugins.path, '--listen', '127.0.0.1:0']),
  );
  assert.equal(code, 1);
  assert.match(stderr, /check="rehearsal: start" found=".*slipring-rehearse: No such file or directory"/);
});
