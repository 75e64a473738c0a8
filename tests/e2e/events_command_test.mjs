// slipring publish and slipring subscribe: what they print, their exit codes, what they bear.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { Host, bin, run, sanitized, temporaryDirectory } from '../clients/lib/host.mjs';
import { descriptorsAtRest, residentBytes } from '../clients/lib/process.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const MiB = 1 << 20;

// `slipring …` while it runs: its lines of output, and how it ended.
class Command {
  lines = [];
  errors = [];

  constructor(t, host, ...args) {
    this.process = spawn(bin('slipring'), ['--state', host.state, ...args]);
    createInterface({ input: this.process.stdout }).on('line', (line) => this.lines.push(line));
    createInterface({ input: this.process.stderr }).on('line', (line) => this.errors.push(line));
    this.exited = new Promise((resolve) => {
      this.process.on('close', (code, signal) => resolve({ code, signal }));
    });
    cleanup(t, () => this.process.kill('SIGKILL'));
  }

  // Resolves when the host has confirmed the subscription.
  static async subscribe(t, host, ...args) {
    const command = new Command(t, host, ...args);
    await until('it says that it is subscribed', () =>
      command.errors.some((line) => line.startsWith('subscribed to ')),
    );
    return command;
  }

  async printed(count) {
    await until(`${count} lines of output`, () => this.lines.length >= count, { seconds: 30 });
    return this.lines;
  }

  async code(bounds) {
    return (await within('the command to end', this.exited, bounds)).code;
  }
}

// Publishes what stands on standard input.
async function piped(t, host, input, ...args) {
  const command = new Command(t, host, ...args);
  command.process.stdin.end(input);
  return { code: await command.code({ seconds: 60 }), lines: command.lines, errors: command.errors };
}

// A connection of the control socket, by hand.
async function control(t, host, request) {
  const socket = net.connect(path.join(host.state, 'control.sock'));
  cleanup(t, () => socket.destroy());
  const lines = [];
  let rest = '';
  socket.on('data', (bytes) => {
    const parts = (rest + bytes).split('\n');
    rest = parts.pop();
    for (const line of parts) lines.push(JSON.parse(line));
  });
  socket.write(`${JSON.stringify(request)}\n`);
  await until('the first line of the answer', () => lines.length > 0);
  return { socket, lines };
}

const numbers = (count) => Array.from({ length: count }, (_, i) => String(i + 1));
const sequence = (position) => Number(/^default@[0-9a-f]{16}:(\d+)$/.exec(position)?.[1]);

test('publish prints the position, subscribe the event on a line', async (t) => {
  const host = await Host.start(t);
  const subscriber = await Command.subscribe(t, host, 'subscribe', 'game/+/move', 'chat');
  assert.deepEqual(subscriber.errors, ['subscribed to game/+/move, chat']);
  const { code, stdout } = await host.cli('publish', 'game/42/move', '{"move":"e4","after":0.5}');
  assert.equal(code, 0);
  assert.equal(sequence(stdout.trim()), 1);
  await host.cli('publish', 'game/42/end', 'not subscribed');
  await host.cli('publish', 'chat', 'two\nlines\u001b[2J');
  const [first, second] = await subscriber.printed(2);
  assert.equal(first, `${stdout.trim()}  game/42/move  {"move":"e4","after":0.5}`);
  assert.match(second, /:3 {2}chat {2}two\\nlines\\u001b\[2J$/);
});

test('--json prints what scripts read: the answer, and CloudEvents 1.0', async (t) => {
  const host = await Host.start(t);
  const subscriber = await Command.subscribe(t, host, '--json', 'subscribe', '#');
  const fields = ['--type', 'game.move', '--id', 'm1', '--source', '/board', '--key', 'game 42'];
  const delivery = ['--priority', '7', '--ttl', '5s'];
  const { published } = await host.json('publish', 'game/42', '[1]', ...fields, ...delivery);
  const event = JSON.parse((await subscriber.printed(1))[0]);
  delete event.sliprrecorded;
  assert.deepEqual(event, {
    specversion: '1.0',
    id: 'm1',
    source: '/board',
    type: 'game.move',
    subject: 'game/42',
    datacontenttype: 'application/json',
    partitionkey: 'game 42',
    sliprposition: published.position,
    sliprpriority: 7,
    sliprttlms: '5000',
    data: [1],
  });
});

test('data come from the argument, a file or standard input, byte for byte', async (t) => {
  const host = await Host.start(t);
  const subscriber = await Command.subscribe(t, host, '--json', 'subscribe', 'a');
  const file = path.join(temporaryDirectory(t), 'data');
  const binary = Buffer.from([0, 255, 10, 13]);
  fs.writeFileSync(file, binary);
  await host.cli('publish', 'a', 'Grüße\n');
  await host.cli('publish', 'a', '--file', file);
  await piped(t, host, '{"a":1}', 'publish', 'a');
  await piped(t, host, '{"a":2}', 'publish', 'a', '--file', '-');
  await host.cli('publish', 'a', '5', '--content-type', 'text/x-number');
  await piped(t, host, '', 'publish', 'a');
  const events = (await subscriber.printed(6)).map((line) => JSON.parse(line));
  assert.deepEqual(
    events.map(({ datacontenttype, data, data_base64 }) => [datacontenttype, data ?? data_base64]),
    [
      ['text/plain', 'Grüße\n'],
      ['application/octet-stream', binary.toString('base64')],
      ['application/json', { a: 1 }],
      ['application/json', { a: 2 }],
      ['text/x-number', '5'],
      [undefined, undefined],
    ],
  );
});

test('--count ends it after so many events, Ctrl-C at any time, both with 0', async (t) => {
  const host = await Host.start(t);
  const three = await Command.subscribe(t, host, 'subscribe', 'a', '--count', '3');
  const endless = await Command.subscribe(t, host, 'subscribe', 'a');
  for (const data of numbers(5)) await host.cli('publish', 'a', data);
  assert.equal(await three.code(), 0);
  assert.equal(three.lines.length, 3);
  await endless.printed(5);
  endless.process.kill('SIGINT');
  assert.equal(await endless.code(), 0);
  assert.equal(endless.lines.length, 5);
});

test('--lines publishes 1,000 lines in their order', async (t) => {
  const host = await Host.start(t);
  const subscriber = await Command.subscribe(t, host, '--json', 'subscribe', 'log', '--count', '1000');
  const published = await piped(t, host, numbers(1000).join('\n'), 'publish', 'log', '--lines');
  assert.equal(published.code, 0, published.errors.join('\n'));
  assert.deepEqual(published.lines.map(sequence), numbers(1000).map(Number));
  assert.equal(await subscriber.code({ seconds: 30 }), 0);
  const events = subscriber.lines.map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ data }) => data), numbers(1000).map(Number));
  assert.deepEqual(events.map(({ sliprposition }) => sliprposition), published.lines);
});

test('--lines publishes a line as soon as it is there', async (t) => {
  const host = await Host.start(t);
  const publisher = new Command(t, host, 'publish', 'log', '--lines');
  for (const line of numbers(3)) {
    publisher.process.stdin.write(`${line}\n`);
    await publisher.printed(Number(line));
  }
  publisher.process.stdin.end();
  assert.equal(await publisher.code(), 0);
  assert.equal(publisher.lines.length, 3);
});

test('--lines stops at the line that is refused, and names it', async (t) => {
  const host = await Host.start(t);
  for (const size of [1.2 * MiB, 4 * MiB]) {
    const input = [...numbers(3), 'x'.repeat(size), ...numbers(3)].join('\n');
    const { code, lines, errors } = await piped(t, host, input, 'publish', 'log', '--lines');
    assert.equal(code, 1);
    assert.match(errors.join('\n'), /line 4: .*bytes/);
    assert.ok(lines.length >= 3, `${lines.length} published`);
  }
});

test('what cannot be published or subscribed is refused with 1 and a reason', async (t) => {
  const host = await Host.start(t);
  const refusals = [
    [['publish', 'a/+', 'x'], /topic: found \+ at byte 2/],
    [['publish', 'a/#', 'x'], /topic: found #/],
    [['publish', '', 'x'], /topic/],
    [['publish', '$SYS/a', 'x'], /reserved/],
    [['publish', 'a', '--file', path.join(host.state, 'nothing')], /nothing/],
    [['subscribe', 'a/#/b'], /filter: found # at byte 2/],
    [['subscribe', 'a', 'b+'], /filter: found \+/],
  ];
  for (const [args, reason] of refusals) {
    const { code, stderr } = await host.cli(...args);
    assert.equal(code, 1, args.join(' '));
    assert.match(stderr, reason);
  }
  for (const size of [1.2 * MiB, 20 * MiB]) {
    const { code, errors } = await piped(t, host, Buffer.alloc(size), 'publish', 'a');
    assert.equal(code, 1);
    assert.match(errors.join('\n'), /bytes/);
  }
});

test('wrong usage exits with 2; no host, with 3', async (t) => {
  const state = temporaryDirectory(t);
  const cli = (...args) => run(bin('slipring'), ['--state', state, ...args]);
  for (const args of [
    ['publish'],
    ['subscribe'],
    ['subscribe', 'a', '--count', '0'],
    ['publish', 'a', 'x', '--priority', '10'],
    ['publish', 'a', 'x', '--ttl', 'soon'],
    ['publish', 'a', 'x', '--file', 'y'],
    ['publish', 'a', 'x', '--lines'],
  ]) {
    assert.equal((await cli(...args)).code, 2, args.join(' '));
  }
  for (const args of [['publish', 'a', 'x'], ['publish', 'a', '--lines'], ['subscribe', 'a']]) {
    const { code, stderr } = await cli(...args);
    assert.equal(code, 3, args.join(' '));
    assert.ok(stderr.includes(state), stderr);
  }
});

test('an ephemeral topic has no position', async (t) => {
  const host = await Host.start(t, { config: 'ephemeral: ["cursor/#"]\n' });
  const people = await Command.subscribe(t, host, 'subscribe', 'cursor/+');
  const script = await Command.subscribe(t, host, '--json', 'subscribe', '#');
  assert.equal((await host.cli('publish', 'cursor/1', 'here')).stdout, '-\n');
  assert.deepEqual(await host.json('publish', 'cursor/2', 'there'), { published: {} });
  assert.deepEqual(await people.printed(2), ['-  cursor/1  here', '-  cursor/2  there']);
  const events = (await script.printed(2)).map((line) => JSON.parse(line));
  assert.deepEqual(events.map(({ data }) => data).sort(), ['here', 'there']);
  for (const event of events) assert.ok(!('sliprposition' in event));
});

test('status names the streams, and says that the default one is synced', async (t) => {
  const host = await Host.start(t, { config: 'ephemeral: ["cursor/#", "presence/+"]\n' });
  const { streams, ephemeral } = await host.status();
  assert.equal(streams.length, 1);
  assert.equal(streams[0].name, 'default');
  assert.equal(streams[0].durability, 'fsync');
  assert.deepEqual(streams[0].filters, ['#']);
  assert.deepEqual(ephemeral, ['cursor/#', 'presence/+']);
  const { stdout } = await host.cli('status');
  assert.match(stdout, /default +fsync +# +[0-9a-f]{16} +1 +0/);
  assert.match(stdout, /ephemeral.*cursor\/#,presence\/\+/);
  const { published } = await host.json('publish', 'a', 'x');
  assert.ok(published.position.startsWith(`default@${streams[0].epoch}:`));
});

test('a host that stops tells its subscribers, who exit with 3', async (t) => {
  const host = await Host.start(t);
  const subscribers = [
    await Command.subscribe(t, host, 'subscribe', '#'),
    await Command.subscribe(t, host, '--json', 'subscribe', 'a'),
  ];
  const lazy = await control(t, host, { op: 'subscribe', filters: ['a'] });
  lazy.socket.pause();
  await host.cli('publish', 'a', 'last');
  await host.stop();
  for (const subscriber of subscribers) {
    assert.equal(await subscriber.code(), 3);
    assert.equal(subscriber.lines.length, 1);
    assert.match(subscriber.errors.at(-1), /the host is stopping/);
  }
});

test('subscribers that come and go leave nothing behind', async (t) => {
  const host = await Host.start(t);
  const before = await descriptorsAtRest(host.pid);
  const stays = await Command.subscribe(t, host, 'subscribe', 'a');
  for (const _ of numbers(20)) {
    const goers = await Promise.all(
      numbers(10).map(() => control(t, host, { op: 'subscribe', filters: ['a', '#'] })),
    );
    for (const { socket, lines } of goers) {
      assert.ok('subscribed' in lines[0]);
      socket.destroy();
    }
    await until('they are gone', async () => {
      const asked = await control(t, host, { op: 'subscribe', filters: ['a'] });
      asked.socket.destroy();
      return 'subscribed' in asked.lines[0];
    });
  }
  await host.cli('publish', 'a', 'x');
  await stays.printed(1);
  stays.process.kill('SIGINT');
  await stays.code();
  assert.equal(await descriptorsAtRest(host.pid), before);
});

// Publishes many events to `topic` while a connection that subscribed does not read: that connection, and
// by how much the host has grown.
async function floodedWhileLazy(t, topic, count, size) {
  const host = await Host.start(t, { config: 'ephemeral: ["live/#"]\n' });
  const lazy = await control(t, host, { op: 'subscribe', filters: [topic] });
  lazy.socket.pause();
  const input = numbers(count).map((number) => `${number} ${'x'.repeat(size)}`);
  const before = residentBytes(host.pid);
  let peak = 0;
  const watch = setInterval(() => (peak = Math.max(peak, residentBytes(host.pid))), 20);
  cleanup(t, () => clearInterval(watch));
  const { code, lines } = await piped(t, host, input.join('\n'), 'publish', topic, '--lines');
  clearInterval(watch);
  assert.equal(code, 0);
  assert.equal(lines.length, count);
  lazy.socket.resume();
  await host.cli('publish', topic, 'end');
  await until('the end arrives', () => lazy.lines.at(-1).event?.data === 'end', { seconds: 30 });
  return { lines: lazy.lines.slice(1), grown: (peak - before) / MiB };
}

const allowed = (mebibytes) => (sanitized ? Infinity : mebibytes);

test('a subscriber of a stream who does not read costs bounded memory, and reads all later', async (t) => {
  const many = 20_000;
  const { lines, grown } = await floodedWhileLazy(t, 'load', many, 3000);
  t.diagnostic(`the host grew by ${grown.toFixed(1)} MiB`);
  assert.deepEqual(lines.map((line) => sequence(line.event?.sliprposition)), numbers(many + 1).map(Number));
  assert.ok(grown < allowed(64), `the host grew by ${grown} MiB`);
});

test('of an ephemeral topic he is told what is missing, and costs bounded memory', async (t) => {
  const many = sanitized ? 40_000 : 100_000;
  const { lines, grown } = await floodedWhileLazy(t, 'live/load', many, 500);
  t.diagnostic(`the host grew by ${grown.toFixed(1)} MiB`);
  let next = 1;
  let lost = 0;
  for (const { event, gap } of lines) {
    if (gap) lost += gap.count;
    else if (event.data !== 'end') assert.equal(Number.parseInt(event.data, 10), next + lost);
    if (!gap) next++;
  }
  assert.equal(next - 1 + lost, many + 1);
  assert.ok(lost > many / 2, `${lost} of ${many} are announced as missing`);
  assert.ok(grown < allowed(32), `the host grew by ${grown} MiB`);
});

test('the command announces a gap: on standard error, and with --json among the events', async (t) => {
  const host = await Host.start(t, { config: 'ephemeral: ["live/#"]\n' });
  const subscriber = spawn(bin('slipring'), ['--state', host.state, '--json', 'subscribe', 'live/load']);
  cleanup(t, () => subscriber.kill('SIGKILL'));
  let errors = '';
  subscriber.stderr.on('data', (bytes) => (errors += bytes));
  await until('it is subscribed', () => errors.includes('subscribed to live/load'));
  subscriber.kill('SIGSTOP');
  const input = numbers(20_000).map((number) => `${number} ${'x'.repeat(1000)}`);
  assert.equal((await piped(t, host, input.join('\n'), 'publish', 'live/load', '--lines')).code, 0);
  const lines = [];
  createInterface({ input: subscriber.stdout }).on('line', (line) => lines.push(JSON.parse(line)));
  subscriber.kill('SIGCONT');
  await until('the gap is announced', () => lines.some((line) => line.gap), { seconds: 30 });
  await until('it is announced on standard error', () => /\d+ events are missing/.test(errors));
});
