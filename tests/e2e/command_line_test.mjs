// slipring, the command line: what it shows, its exit codes, --json.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import {
  Host,
  bin,
  defaultPlugins,
  run,
  temporaryDirectory,
  transport,
  transportFile,
} from '../clients/lib/host.mjs';
import { buildId, rebuilt } from '../clients/lib/elf.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';

const echoFile = path.join(defaultPlugins, 'echo.so');

test('without a host it exits with 3 and says where it looked', async (t) => {
  const state = temporaryDirectory(t);
  for (const command of [['status'], ['sessions'], ['plugins', 'list'], ['plugins', 'upgrade']]) {
    const { code, stderr } = await run(bin('slipring'), ['--state', state, ...command]);
    assert.equal(code, 3, command.join(' '));
    assert.ok(stderr.includes(state), stderr);
  }
});

test('wrong usage exits with 2', async (t) => {
  const state = temporaryDirectory(t);
  for (const command of [[], ['stauts'], ['plugins'], ['plugins', 'lst'], ['status', '--jsn']]) {
    const { code } = await run(bin('slipring'), ['--state', state, ...command]);
    assert.equal(code, 2, `slipring ${command.join(' ')}`);
  }
});

test('--help teaches: commands, exit codes', async () => {
  const { code, stdout } = await run(bin('slipring'), ['--help']);
  assert.equal(code, 0);
  for (const word of ['status', 'sessions', 'plugins', '--state', '--json']) {
    assert.ok(stdout.includes(word), `${word} in:\n${stdout}`);
  }
  assert.match(stdout, /exit/i);
  for (const program of ['slipring', 'slipringd']) {
    const version = await run(bin(program), ['--version']);
    assert.equal(version.code, 0);
    assert.match(version.stdout, /\d+\.\d+\.\d+/);
  }
});

test('status --json names the build ids that are mapped and answering', async (t) => {
  const host = await Host.start(t, { shards: 2 });
  const client = await Client.open(host.url());
  await client.ask('x');
  const status = await host.status();
  assert.equal(status.host.pid, host.pid);
  assert.equal(status.host.shards, 2);
  assert.equal(status.host.sessions, 1);
  assert.equal(status.endpoints[0].transport, transport);
  assert.equal(status.endpoints[0].open, 1);
  const echo = status.plugins.find((plugin) => plugin.name === 'echo');
  assert.equal(echo.kind, 'adapter');
  assert.equal(echo.state, 'serving');
  assert.equal(echo.build_id, buildId(fs.readFileSync(echoFile)));
  assert.equal(echo.mapped_build_id, echo.build_id);
  assert.equal(echo.mapped, true);
  assert.deepEqual(echo.answering_on_shards, [0, 1]);
  assert.equal(echo.sessions, 1);
  const carrier = status.plugins.find((plugin) => plugin.name === transport);
  assert.equal(carrier.kind, 'transport');
  assert.equal(carrier.mapped, true);
});

test('status for people shows version, build id and sessions', async (t) => {
  const host = await Host.start(t);
  const { code, stdout } = await host.cli('status');
  assert.equal(code, 0);
  const [echo] = await host.plugin('echo');
  for (const word of ['echo', transport, echo.version, echo.build_id.slice(0, 8), host.endpoints[0].address]) {
    assert.ok(stdout.includes(word), `${word} in:\n${stdout}`);
  }
});

test('sessions shows each client with its peer address', async (t) => {
  const host = await Host.start(t);
  const client = await Client.open(host.url());
  await client.ask('x');
  const peer = `127.0.0.1:${client.socket._socket.localPort}`;
  const { sessions } = await host.json('sessions');
  assert.equal(sessions[0].peer, peer);
  const { code, stdout } = await host.cli('sessions');
  assert.equal(code, 0);
  assert.ok(stdout.includes(peer), stdout);
});

test('plugins list shows what is loaded', async (t) => {
  const host = await Host.start(t);
  const { code, stdout } = await host.cli('plugins', 'list');
  assert.equal(code, 0);
  assert.match(stdout, /echo/);
  assert.match(stdout, /lws/);
  const { plugins } = await host.json('plugins', 'list');
  assert.deepEqual(plugins.map((plugin) => plugin.name).sort(), [
    ...['api', 'echo', 'feed', 'lws', 'page', 'rest', 'sse', 'ticket', 'web', 'websocket'],
  ]);
});

test('plugins inspect reads the manifest of a file without a host', async (t) => {
  const state = temporaryDirectory(t);
  const { code, stdout } = await run(bin('slipring'), [
    '--state',
    state,
    'plugins',
    'inspect',
    echoFile,
  ]);
  assert.equal(code, 0);
  for (const word of ['echo', '/echo', 'slipring.profile.message/1', buildId(fs.readFileSync(echoFile))]) {
    assert.ok(stdout.includes(word), `${word} in:\n${stdout}`);
  }
});

test('plugins inspect of what is no plugin exits with 1 and says what was expected', async (t) => {
  const file = path.join(temporaryDirectory(t), 'poem.so');
  fs.writeFileSync(file, 'Über allen Gipfeln');
  const { code, stderr } = await run(bin('slipring'), ['plugins', 'inspect', file]);
  assert.equal(code, 1);
  assert.match(stderr, /ELF/);
});

test('plugins inspect shows a loaded plugin by name; one that is not there exits with 1', async (t) => {
  const host = await Host.start(t);
  const { code, stdout } = await host.cli('plugins', 'inspect', 'echo');
  assert.equal(code, 0);
  assert.match(stdout, /\/echo/);
  assert.equal((await host.cli('plugins', 'inspect', 'parrot')).code, 1);
});

test('plugins upgrade waits until the new build serves and the old one is gone', async (t) => {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  const host = await Host.start(t, { plugins: plugins.path });
  const client = await Client.open(host.url());
  await client.ask('before');
  const bytes = rebuilt(echoFile);
  plugins.write('echo.so', bytes);
  const { reports } = await host.json('plugins', 'upgrade', 'echo');
  assert.equal(reports.length, 1);
  assert.equal(reports[0].outcome, 'committed');
  assert.equal(reports[0].unloaded, true);
  assert.equal(reports[0].to.build_id, buildId(bytes));
  const builds = await host.plugin('echo');
  assert.deepEqual(builds.map((one) => one.mapped_build_id), [buildId(bytes)]);
  assert.equal((await client.ask('after')).text, 'after');
});

test('plugins upgrade with nothing new exits with 0 and says so', async (t) => {
  const host = await Host.start(t);
  const { code, stdout } = await host.cli('plugins', 'upgrade');
  assert.equal(code, 0);
  assert.match(stdout, /nothing|unchanged/i);
});

test('plugins upgrade of a plugin that is refused exits with 1 and names the check', async (t) => {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  const host = await Host.start(t, { plugins: plugins.path });
  plugins.write('echo.so', Buffer.from('no plugin'));
  const { code, stdout, stderr } = await host.cli('plugins', 'upgrade');
  assert.equal(code, 1);
  assert.match(stdout + stderr, /ELF/);
  assert.equal((await host.plugin('echo'))[0].state, 'serving');
});

test('plugins upgrade of a name that is not loaded exits with 1', async (t) => {
  const host = await Host.start(t);
  const { code, stderr } = await host.cli('plugins', 'upgrade', 'parrot');
  assert.equal(code, 1);
  assert.match(stderr, /parrot/);
});
