// Runs the commands that README prints under "Try it", exactly as they are printed.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { bin, run, temporaryDirectory } from '../clients/lib/host.mjs';
import { block, readme } from '../clients/lib/readme.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const cwd = fileURLToPath(new URL('../..', import.meta.url));

// A terminal in which a command goes on running.
class Terminal {
  shown = '';

  constructor(t, command, env) {
    this.process = spawn('bash', ['-c', `exec ${command}`], { cwd, env: { ...process.env, ...env } });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream.on('data', (bytes) => (this.shown += bytes));
    }
    this.exited = new Promise((resolve) => this.process.on('close', resolve));
    cleanup(t, async () => {
      this.process.kill();
      await this.exited;
    });
  }

  type(lines) {
    this.process.stdin.write(lines);
  }

  shows(pattern, seconds = 10) {
    return until(`the terminal shows ${pattern}`, () => pattern.test(this.shown), { seconds }).catch(
      (error) => assert.fail(`${error.message}; it shows:\n${this.shown}`),
    );
  }
}

async function command(name, env) {
  const { code, stdout, stderr } = await run('bash', ['-ec', block(name)], { cwd, env, seconds: 300 });
  assert.equal(code, 0, `${block(name)}\n${stdout}${stderr}`);
  return stdout;
}

// The builds of the adapter in the table that status shows.
function serving(shown) {
  const rows = /^websocket +(\S+) .* ([0-9a-f]{8,}) +\S+ +(\d+) +serving$/gm;
  return [...shown.matchAll(rows)].map(([, version, build, sessions]) => ({ version, build, sessions }));
}

// What resume.mjs shows, in order.
const movesIn = ({ shown }) => [...shown.matchAll(/^\S+ {"move":"(\w+)"} /gm)].map(([, move]) => move);

async function defaultVersion() {
  const commands =
    'cmake -S . -B build/release -UWEBSOCKET_VERSION && cmake --build build/release --target websocket';
  assert.equal((await run('bash', ['-ec', commands], { cwd, seconds: 300 })).code, 0);
}

test('"Try it" does what it says: two clients and a filter stay through a new build', async (t) => {
  const env = { SLIPRING_STATE: temporaryDirectory(t) };
  await defaultVersion();
  cleanup(t, defaultVersion);

  const host = new Terminal(t, block('start'), env);
  await host.shows(/ ready /, 500);
  const subscriber = new Terminal(t, block('subscribe'), env);
  await subscriber.shows(/^subscribed to game\/\+\/move$/m);
  const talk = new Terminal(t, block('talk'), env);
  await talk.shows(/connected to/);
  talk.type(block('type'));
  await talk.shows(/^< .*"op":"published","id":1,"position":"default@[0-9a-f]{16}:1"/m);
  await talk.shows(/^< .*"op":"published","id":2,"position":"default@[0-9a-f]{16}:2"/m);
  await talk.shows(/^< .*"op":"error","id":9,"status":"UNIMPLEMENTED"/m);
  await subscriber.shows(/^game\/42\/move {"move":"e4"} default@[0-9a-f]{16}:1$/m);
  const [before] = serving(await command('status', env));
  assert.deepEqual([before.version, before.sessions], ['1.0.0', '2']);

  await command('new build', env);
  await command('reload', env);
  const after = await until('status shows both sessions on the new version', async () => {
    const [build] = serving(await command('status after', env));
    return build?.version === '1.2.0' && build.sessions === '2' && build;
  });
  assert.notEqual(after.build, before.build);
  talk.type(block('type after'));
  await talk.shows(/^< .*"op":"help","id":9,.*"websocket 1.2.0"/m);
  await subscriber.shows(/^game\/42\/move {"move":"e5"} default@[0-9a-f]{16}:3$/m);
  assert.doesNotMatch(subscriber.shown, /chat/, 'the filter holds');

  const home = { ...env, HOME: temporaryDirectory(t) };
  const resume = async () => {
    const terminal = new Terminal(t, block('resume'), home);
    await terminal.shows(/^subscribed to game\/\+\/move from/m);
    return terminal;
  };
  const endOf = async (terminal) => {
    terminal.process.kill('SIGINT');
    await within('the client to end', terminal.exited);
  };
  let resumed = await resume();
  talk.type(block('type here'));
  await resumed.shows(/ default@[0-9a-f]{16}:4$/m);
  assert.deepEqual(movesIn(resumed), ['Nf3']);
  await endOf(resumed);
  talk.type(block('type meanwhile'));
  await talk.shows(/"op":"published","id":6/);
  resumed = await resume();
  await resumed.shows(/ default@[0-9a-f]{16}:6$/m);
  assert.deepEqual(movesIn(resumed), ['Nc6', 'Bb5']);
  await endOf(resumed);
  talk.type(block('type last'));
  await talk.shows(/"op":"published","id":7/);

  host.process.kill('SIGINT');
  for (const client of [subscriber, talk]) {
    await client.shows(/"op":"closing","reason":"service restart","retry_ms":\d+/);
    await client.shows(/closed with 1012 service restart; retry in \d+ ms/);
    assert.equal(client.shown.match(/closed/g).length, 1);
  }
  assert.equal(await within('slipringd to end', host.exited), 0);

  const again = new Terminal(t, block('start again'), env);
  await again.shows(/ ready /, 500);
  resumed = await resume();
  await resumed.shows(/ default@[0-9a-f]{16}:7$/m);
  assert.deepEqual(movesIn(resumed), ['a6']);
  const talkAgain = new Terminal(t, block('talk'), env);
  await talkAgain.shows(/connected to/);
  talkAgain.type(block('type here'));
  await resumed.shows(/ default@[0-9a-f]{16}:8$/m);
  assert.deepEqual(movesIn(resumed), ['a6', 'Nf3']);
  again.process.kill('SIGINT');
  assert.equal(await within('slipringd to end', again.exited), 0);
});

test('the configuration that README shows is accepted', async (t) => {
  const file = `${temporaryDirectory(t)}/slipring.yaml`;
  fs.writeFileSync(file, /```yaml\n([^]*?)```/.exec(readme)[1]);
  const { code, stderr } = await run(bin('slipringd'), ['--check', '--config', file]);
  assert.equal(code, 0, stderr);
});

test('README names exactly two commands to run and to test, and they are there', () => {
  const commands = block('commands').trim().split('\n').map((line) => line.replace(/\s*#.*/, ''));
  assert.deepEqual(commands, ['packaging/run.sh', 'packaging/test.sh']);
  for (const one of commands) fs.accessSync(`${cwd}/${one}`, fs.constants.X_OK);
});

test('every document that README links to is there', () => {
  for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g)) {
    assert.ok(fs.existsSync(`${cwd}/${target}`), target);
  }
});
