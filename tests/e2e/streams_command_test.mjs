// slipring streams, tail, replay, export, import: what they print, their exit codes, what they bear.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { Host, bin, run, sanitized, temporaryDirectory } from '../clients/lib/host.mjs';
import { residentBytes } from '../clients/lib/process.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const MiB = 1 << 20;
const config = `streams:
  - name: scores
    filters: ["game/#"]
    durability: log
    retention: {age: 1h, bytes: 512MiB, events: 1000000}
    deduplication: {window: 5min, ids: 500000}
  - name: short
    filters: ["short/#"]
    durability: memory
`;

// `slipring …` with this on its standard input.
function piped(host, input, ...args) {
  return new Promise((resolve, reject) => {
    const process = spawn(bin('slipring'), ['--state', host.state, ...args]);
    let stdout = '';
    let stderr = '';
    process.stdout.on('data', (bytes) => (stdout += bytes));
    process.stderr.on('data', (bytes) => (stderr += bytes));
    process.on('error', reject);
    process.on('close', (code) => resolve({ code, stdout, stderr }));
    process.stdin.on('error', () => {}); // it has ended before it read all
    process.stdin.end(input);
  });
}

const lines = (text) => text.split('\n').slice(0, -1);
const numbers = (count, from = 1) => Array.from({ length: count }, (_, i) => i + from);
const sequence = (position) => Number(/^[a-z]+@[0-9a-f]{16}:(\d+)$/.exec(position)?.[1]);

async function publish(host, topic, data) {
  const { code, stderr } = await piped(host, data.join('\n'), 'publish', topic, '--lines');
  assert.equal(code, 0, stderr);
}

async function info(host, name, ...args) {
  return (await host.json('streams', 'info', name, ...args)).stream;
}

// What a stream has, as events.
async function contents(host, ...args) {
  const { code, stdout, stderr } = await host.cli('--json', 'replay', ...args);
  assert.equal(code, 0, stderr);
  return lines(stdout).map((line) => JSON.parse(line));
}

const file = (t, name = 'events.jsonl') => path.join(temporaryDirectory(t), name);

test('streams list and info show what is configured and what there is', async (t) => {
  const host = await Host.start(t, { config: `${config}ephemeral: ["live/#"]\n` });
  await publish(host, 'game/1', numbers(3));
  const { stdout } = await host.cli('streams', 'list');
  assert.match(stdout, /^STREAM +DURABILITY +FILTERS +EPOCH +FIRST +LAST +EVENTS +SIZE\n/);
  assert.match(stdout, /^scores +log +game\/# +[0-9a-f]{16} +1 +3 +3 +[\d.]+ B$/m);
  assert.match(stdout, /^short +memory: lost when the host ends +short\/# /m);
  assert.match(stdout, /^default +fsync +# /m);
  assert.match(stdout, /^ephemeral, in no stream: live\/#$/m);
  const text = (await host.cli('streams', 'info', 'scores')).stdout;
  assert.match(text, /^retention +1h, 512 MiB, 1000000 events$/m);
  assert.match(text, /^deduplication +5min, up to 500000 ids$/m);
  assert.match(text, /^lost +none$/m);
  const scores = await info(host, 'scores');
  assert.equal(scores.durability, 'log');
  assert.deepEqual([scores.first, scores.last, scores.events], [1, 3, 3]);
  const unknown = await host.cli('streams', 'info', 'nothing');
  assert.equal(unknown.code, 1);
  assert.match(unknown.stderr, /there is no stream "nothing"/);
});

test('a stream that is not configured any more is shown, and can be purged', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const before = await Host.start(t, { config, state });
  await publish(before, 'game/1', numbers(3));
  await before.stop();
  const host = await Host.start(t, { state });
  assert.match((await host.cli('streams', 'list')).stdout, /^scores +not configured +[0-9a-f]{16} +1 +3/m);
  assert.equal((await host.cli('streams', 'purge', 'scores', '--yes')).code, 0);
  assert.equal((await info(host, 'scores')).events, 0);
});

test('tail prints the last events, and follows', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(30));
  const tail = spawn(bin('slipring'), ['--state', host.state, 'tail', '--last', '3', 'a', 'b']);
  cleanup(t, () => tail.kill('SIGKILL'));
  const printed = [];
  createInterface({ input: tail.stdout }).on('line', (line) => printed.push(line));
  await until('the last three', () => printed.length === 3);
  await publish(host, 'b', ['more']);
  await until('the new one', () => printed.length === 4);
  assert.deepEqual(
    printed.map((line) => line.split('  ').slice(1)),
    [['a', '28'], ['a', '29'], ['a', '30'], ['b', 'more']],
  );
  const exited = new Promise((resolve) => tail.on('close', resolve));
  tail.kill('SIGINT');
  assert.equal(await within('tail to end', exited), 0);
});

test('tail and replay begin where they are told', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(20));
  const data = async (...args) => (await contents(host, ...args)).map((event) => event.data);
  assert.deepEqual(await data(), numbers(20));
  assert.deepEqual(await data('--last', '2'), [19, 20]);
  assert.deepEqual(await data('--from', 'last 2'), [19, 20]);
  assert.deepEqual(await data('--from', '1h'), numbers(20));
  assert.deepEqual(await data('--from', '2100-01-01T00:00:00Z'), []);
  const [first, ...others] = await contents(host);
  assert.equal(others.length, 19);
  assert.deepEqual(await data('--from', first.sliprposition), numbers(19, 2));
  assert.deepEqual(await data('--from', others[9].sliprrecorded), numbers(10, 11));
  const tail = await host.cli('--json', 'tail', '--from', others[9].sliprposition, 'a', '--count', '1');
  assert.equal(JSON.parse(tail.stdout).data, 12);
});

test('tail and replay tell what is not kept any more', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(20));
  const position = (await contents(host))[4].sliprposition;
  const at = (number) => position.replace(/\d+$/, number);
  assert.equal((await host.cli('streams', 'purge', 'default', '--before', at(11), '--yes')).code, 0);
  const gap = new RegExp(`events are missing, from ${at(6)} to ${at(10)}: they are not kept any more`);
  for (const command of [['replay'], ['tail', 'a', '--count', '1']]) {
    const { code, stdout, stderr } = await host.cli(...command, '--from', position);
    assert.equal(code, 0);
    assert.match(stderr, gap);
    assert.ok(stdout.startsWith(at(11)), stdout);
  }
});

test('replay publishes again what it reads, to another topic', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'game/1', numbers(1000));
  await publish(host, 'chat/1', ['not this']);
  const args = ['--filter', 'game/#', '--from', 'last 600'];
  const { code, stdout } = await host.cli('replay', ...args, '--to-topic', 'copy/#');
  assert.equal(code, 0);
  assert.match(stdout, /^replayed 600 events to copy\/#, up to default@[0-9a-f]{16}:1001\n$/);
  const copies = await contents(host, '--filter', 'copy/#');
  assert.deepEqual(copies.map(({ data }) => data), numbers(600, 401));
  assert.deepEqual([...new Set(copies.map(({ subject }) => subject))], ['copy/game/1']);
  // Again, also what has a deduplication id.
  assert.equal((await host.cli('replay', ...args, '--to-topic', 'again')).code, 0);
  assert.equal((await host.cli('replay', ...args, '--to-topic', 'again')).code, 0);
  assert.equal((await contents(host, '--filter', 'again')).length, 1200);
  const refused = await host.cli('replay', ...args, '--to-topic', 'a/+');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /event 1: topic: found \+/);
});

test('what one host exports another imports: the same events in the same order', async (t) => {
  const from = await Host.start(t, { config });
  const to = await Host.start(t, { config });
  await publish(from, 'game/1', numbers(700));
  const fields = ['--type', 'game.move', '--id', 'm1', '--source', '/board', '--key', 'k', '--ttl', '1h'];
  await from.cli('publish', 'game/2', '{"move":"e4"}', ...fields);
  await piped(from, Buffer.from([0, 255]), 'publish', 'game/2');
  await publish(from, 'chat', numbers(300));
  const exported = file(t);
  const { code, stdout } = await from.cli('export', exported);
  assert.equal(code, 0);
  assert.match(stdout, /^exported 1002 events to .*, up to scores@[0-9a-f]{16}:702, short@[0-9a-f]{16}:0, default@[0-9a-f]{16}:300\n$/);
  assert.ok(!fs.existsSync(`${exported}.part`));
  assert.deepEqual(await to.json('import', exported), { imported: { events: 1002, duplicates: 0 } });
  const own = ({ sliprposition, sliprrecorded, sliprdedup, id, ...rest }) => ({
    ...rest,
    id: id === sliprposition ? undefined : id,
  });
  for (const stream of ['scores', 'default']) {
    const before = await contents(from, '--stream', stream);
    const after = await contents(to, '--stream', stream);
    assert.deepEqual(after.map(own), before.map(own));
    assert.deepEqual(
      after.map(({ sliprposition }) => sequence(sliprposition)),
      numbers(before.length),
    );
  }
});

test('import is idempotent: what was imported before is there once', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(1000));
  const exported = file(t);
  await host.cli('export', exported);
  const to = await Host.start(t);
  const half = lines(fs.readFileSync(exported, 'utf8')).slice(0, 600).join('\n');
  assert.equal((await piped(to, half, 'import', '-')).stdout, 'imported 600 events\n');
  assert.equal((await to.cli('import', exported)).stdout, 'imported 400 events; there before: 600\n');
  assert.deepEqual((await contents(to)).map(({ data }) => data), numbers(1000));
});

test('import ends at a line that is refused, and says how to go on', async (t) => {
  const host = await Host.start(t);
  const line = (number, subject = 'a') => JSON.stringify({ subject, data: number });
  const all = numbers(2000).map((number) => line(number, number === 700 ? 'a/+' : 'a'));
  const refused = await piped(host, all.join('\n'), 'import', '-');
  assert.equal(refused.code, 1);
  const [, where, skip] = /line (\d+): topic: found \+.*--skip (\d+)/.exec(refused.stderr);
  assert.equal(where, '700');
  assert.equal((await piped(host, all.join('\n'), 'import', '-', '--skip', skip)).code, 0);
  const data = (await contents(host)).map((event) => event.data);
  assert.deepEqual(data, numbers(2000).filter((number) => number !== 700));

  const broken = await piped(host, [line(1), 'no JSON', line(2)].join('\n'), 'import', '-');
  assert.equal(broken.code, 1);
  assert.match(broken.stderr, /line 2: accepted is a CloudEvent .*--skip 2/);
  assert.equal((await contents(host)).length, 2000);
});

test('import goes on after a host that was killed: every event is there once', async (t) => {
  const count = sanitized ? 10_000 : 60_000;
  const state = temporaryDirectory(t, 'slipring-state-');
  const killed = new Host(t, { state });
  await killed.ready();
  const input = file(t);
  const line = (number) => JSON.stringify({ subject: 'a', source: '/t', id: `${number}`, data: number });
  fs.writeFileSync(input, numbers(count).map((number) => `${line(number)}\n`).join(''));
  const importing = killed.cli('import', input);
  await until('it has begun', async () => (await info(killed, 'default')).events > 1000);
  killed.process.kill('SIGKILL');
  killed.ended = await killed.exited;
  killed.stop = async () => {};
  const { code, stderr } = await importing;
  assert.equal(code, 3, stderr);
  const [, skip] = /go on with --skip (\d+)/.exec(stderr);
  const host = await Host.start(t, { state });
  const again = await host.cli('import', input, '--skip', skip);
  assert.equal(again.code, 0, again.stderr);
  assert.deepEqual((await contents(host)).map(({ data }) => data), numbers(count));
});

test('import takes lines as they come, and ends at Ctrl-C with what it has read', async (t) => {
  const host = await Host.start(t);
  const importing = spawn(bin('slipring'), ['--state', host.state, 'import', '-']);
  cleanup(t, () => importing.kill('SIGKILL'));
  let errors = '';
  importing.stderr.on('data', (bytes) => (errors += bytes));
  for (const number of numbers(3)) {
    importing.stdin.write(`${JSON.stringify({ subject: 'a', data: number })}\n`);
    await until('it is published', async () => (await info(host, 'default')).events === number);
  }
  const exited = new Promise((resolve) => importing.on('close', resolve));
  importing.kill('SIGINT');
  assert.equal(await within('import to end', exited), 1);
  assert.match(errors, /standard input: interrupted; go on with --skip 3/);
});

test('export and import of 60 MB take little memory, in the commands and in the host', async (t) => {
  const count = sanitized ? 10_000 : 60_000;
  const host = await Host.start(t);
  const filler = 'x'.repeat(900);
  const input = file(t, 'input');
  const output = fs.createWriteStream(input);
  for (const number of numbers(count)) {
    output.write(`${JSON.stringify({ subject: 'load', id: `${number}`, data: { number, filler } })}\n`);
  }
  await new Promise((resolve) => output.end(resolve));
  const measured = async (...args) => {
    const process = spawn(bin('slipring'), ['--state', host.state, ...args]);
    cleanup(t, () => process.kill('SIGKILL'));
    let peak = 0;
    let errors = '';
    process.stdout.resume();
    process.stderr.on('data', (bytes) => (errors += bytes));
    const watch = setInterval(() => {
      if (process.exitCode === null) peak = Math.max(peak, residentBytes(process.pid));
    }, 20);
    const code = await new Promise((resolve) => process.on('close', resolve));
    clearInterval(watch);
    assert.equal(code, 0, errors);
    if (!sanitized) assert.ok(peak < 64 * MiB, `${args[0]} had ${peak / MiB} MiB`);
  };
  await measured('import', input);
  const before = residentBytes(host.pid);
  const exported = file(t);
  await measured('export', exported);
  const grown = residentBytes(host.pid) - before;
  if (!sanitized) assert.ok(grown < 48 * MiB, `the host grew by ${grown / MiB} MiB`);
  const events = lines(fs.readFileSync(exported, 'utf8')).map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ data }) => data.number), numbers(count));
});

test('a reader who does not read holds up nobody', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(5000).map((number) => `${number} ${'x'.repeat(1000)}`));
  const stopped = spawn(bin('slipring'), ['--state', host.state, 'replay']);
  cleanup(t, () => stopped.kill('SIGKILL'));
  stopped.stdout.pause();
  await host.cli('publish', 'a', 'more');
  assert.equal((await contents(host, '--last', '1')).length, 1);
});

test('purge removes nothing without --yes', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(20));
  const asked = await host.cli('streams', 'purge', 'default');
  assert.equal(asked.code, 2);
  assert.match(asked.stderr, /would remove all events of stream default, which has 20: .*--yes/);
  assert.equal((await info(host, 'default')).events, 20);
});

test('purge removes what is before a position or a time, or everything', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(20));
  const purge = (...args) => host.cli('streams', 'purge', 'default', '--yes', ...args);
  const events = await contents(host);
  const first = await purge('--before', events[5].sliprposition);
  assert.match(first.stdout, /^removed 5 events of default; it begins at 6 now\n$/);
  assert.match((await purge('--before', events[9].sliprrecorded)).stdout, /^removed 4 events/);
  assert.deepEqual((await contents(host)).map(({ data }) => data), numbers(11, 10));
  assert.match((await purge()).stdout, /^removed 11 events of default; it begins at 21 now\n$/);
  await publish(host, 'a', ['next']);
  assert.equal(sequence((await contents(host))[0].sliprposition), 21);
  const refused = await purge('--before', 'default@0000000000000000:3');
  assert.equal(refused.code, 1);
  assert.match(refused.stderr, /of another history/);
  assert.equal((await purge('--before', 'yesterday')).code, 1);
});

test('what was purged stays away after a restart', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const before = await Host.start(t, { state });
  await publish(before, 'a', numbers(20));
  const position = (await contents(before))[9].sliprposition;
  await before.cli('streams', 'purge', 'default', '--before', position, '--yes');
  await before.stop();
  const host = await Host.start(t, { state });
  assert.deepEqual((await contents(host)).map(({ data }) => data), numbers(11, 10));
  assert.equal((await info(host, 'default')).epoch, position.slice(8, 24));
});

test('verify refuses while a host has the log, and finds nothing in a sound one', async (t) => {
  const host = await Host.start(t, { config });
  await publish(host, 'game/1', numbers(100));
  const offline = (...args) => host.cli('streams', ...args);
  for (const command of [['verify'], ['list', '--offline'], ['purge', 'scores', '--yes', '--offline']]) {
    const { code, stderr } = await offline(...command);
    assert.equal(code, 1, command.join(' '));
    assert.match(stderr, new RegExp(`in use by slipringd, process ${host.pid}`));
  }
  await host.stop();
  const { code, stdout } = await offline('verify');
  assert.equal(code, 0);
  assert.match(stdout, /^no damage found: 2 streams, [\d.]+ KiB in .*\/log\n$/);
  assert.match((await offline('list', '--offline')).stdout, /^scores .* 1 +100 +100 /m);
  assert.match((await offline('purge', 'scores', '--yes', '--offline')).stdout, /^removed 100 events/);
  assert.equal((await info(host, 'scores', '--offline')).first, 101);
});

test('a stream that is to be in memory from now on is purged offline first', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const before = await Host.start(t, { config, state });
  await publish(before, 'game/1', numbers(10));
  await before.stop();
  const changed = config.replace('durability: log', 'durability: memory');
  const written = file(t, 'slipring.yaml');
  fs.writeFileSync(written, changed);
  const refused = await run(bin('slipringd'), ['--state', state, '--config', written]);
  assert.equal(refused.code, 1);
  const advice = /slipring (streams purge scores --offline)/.exec(refused.stderr);
  assert.equal((await before.cli(...advice[1].split(' '), '--yes')).code, 0);
  const host = await Host.start(t, { config: changed, state });
  assert.equal((await info(host, 'scores')).durability, 'memory');
});

test('verify says what is damaged, and where, and changes nothing', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(2000).map((number) => `${number} ${Math.random()} ${'x'.repeat(200)}`));
  await host.stop();
  const records = path.join(host.state, 'log', 'records');
  const tables = fs.readdirSync(records).filter((name) => name.endsWith('.sst'));
  const size = (name) => fs.statSync(path.join(records, name)).size;
  const largest = path.join(records, tables.sort((a, b) => size(b) - size(a))[0]);
  const bytes = fs.readFileSync(largest);
  bytes[bytes.length >> 1] ^= 1;
  fs.writeFileSync(largest, bytes);
  const verify = () => host.cli('streams', 'verify');
  const found = await verify();
  assert.equal(found.code, 1, found.stdout + found.stderr);
  const [, from, to] = /^default +(\d+) to (\d+) +records are damaged$/m.exec(found.stdout);
  assert.ok(Number(from) >= 1 && Number(to) <= 2000 && Number(from) <= Number(to));
  assert.match(found.stdout, /^damage found: 1 stream, /m);
  const again = await host.cli('--json', 'streams', 'verify');
  assert.equal(again.code, 1);
  const { findings } = JSON.parse(again.stdout);
  assert.ok(findings.some((each) => each.stream === 'default' && each.from === Number(from)));
  // What the host does with it: the rest is there, and what is not is announced.
  const repaired = await Host.start(t, { state: host.state });
  const { stderr } = await repaired.cli('replay');
  assert.match(stderr, new RegExp(`from default@[0-9a-f]{16}:${from} to`));
});

test('a log that is damaged beyond reading is damage too', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', numbers(10));
  await host.stop();
  const records = path.join(host.state, 'log', 'records');
  for (const name of fs.readdirSync(records).filter((each) => each.startsWith('MANIFEST'))) {
    fs.writeFileSync(path.join(records, name), 'nothing');
  }
  for (const command of [['verify'], ['list', '--offline']]) {
    const { code, stderr } = await host.cli('streams', ...command);
    assert.equal(code, 1, command.join(' '));
    assert.match(stderr, /^slipring: .*log/);
  }
});

test('a state directory without a log, or that is none, is said to be so', async (t) => {
  const state = temporaryDirectory(t);
  const verify = (where) => run(bin('slipring'), ['--state', where, 'streams', 'verify']);
  const empty = await verify(state);
  assert.equal(empty.code, 1);
  assert.match(empty.stderr, /there is no log in /);
  assert.deepEqual(fs.readdirSync(state), []);
  assert.match((await verify(path.join(state, 'nothing'))).stderr, /there is no state directory /);
});

test('a file that cannot be written or read is named', async (t) => {
  const host = await Host.start(t);
  await publish(host, 'a', [1]);
  const nowhere = path.join(host.state, 'nothing', 'file');
  for (const command of ['export', 'import']) {
    const { code, stderr } = await host.cli(command, nowhere);
    assert.equal(code, 1);
    assert.ok(stderr.includes(nowhere), stderr);
  }
  const full = await host.cli('export', '/dev/full');
  assert.equal(full.code, 1);
  assert.match(full.stderr, /\/dev\/full: No space left on device/);
});

test('wrong usage exits with 2; no host, with 3', async (t) => {
  const state = temporaryDirectory(t);
  const cli = (...args) => run(bin('slipring'), ['--state', state, ...args]);
  for (const args of [
    ['streams'],
    ['streams', 'info'],
    ['streams', 'purge'],
    ['tail'],
    ['tail', 'a', '--last', '0'],
    ['tail', 'a', '--from', 'yesterday'],
    ['tail', 'a', '--from', 'last ten'],
    ['tail', 'a', '--from', 'earliest', '--last', '3'],
    ['replay', '--to-topic', 'a', '--to-file', 'b'],
    ['replay', '--from', 'default@x:1'],
    ['export'],
    ['import'],
    ['import', 'a', '--skip', '-1'],
  ]) {
    assert.equal((await cli(...args)).code, 2, args.join(' '));
  }
  const input = file(t);
  fs.writeFileSync(input, '{}\n');
  for (const args of [
    ['streams', 'list'],
    ['streams', 'info', 'default'],
    ['streams', 'purge', 'default', '--yes'],
    ['tail', 'a'],
    ['replay'],
    ['replay', '--to-topic', 'a'],
    ['export', '-'],
    ['import', input],
  ]) {
    const { code, stderr } = await cli(...args);
    assert.equal(code, 3, args.join(' '));
    assert.ok(stderr.includes(state), stderr);
  }
});
