// The program that README prints under "One cursor for all protocols", as it is printed: it reads over
// WebSocket, server-sent events, REST and WebSocket again while events are published at a pace, and while
// each adapter is replaced under it.
//   node readme_cursor_test.mjs     with SLIPRING_RATE: events a second
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { defaultPlugins, Host, sanitized, temporaryDirectory, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { block } from '../clients/lib/readme.mjs';
import { Remote } from '../clients/lib/remote.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const rate = Number(process.env.SLIPRING_RATE ?? (sanitized ? 1500 : 5000));
const protocols = ['overWebSocket', 'overServerSentEvents', 'overRest'];
// What is replaced while each is read over.
const adapters = ['websocket', 'sse', 'rest'];

const modules = fileURLToPath(new URL('../clients/node_modules', import.meta.url));
const load = new URL('../clients/ticks_load.mjs', import.meta.url);

// The program, and what it has printed: runs of one protocol, and the numbers it read over each.
class Program {
  runs = [];
  errors = '';

  constructor(t) {
    const directory = temporaryDirectory(t);
    fs.symlinkSync(modules, `${directory}/node_modules`);
    fs.writeFileSync(`${directory}/one-cursor.mjs`, block('one cursor'));
    this.process = spawn(process.execPath, ['one-cursor.mjs'], { cwd: directory });
    this.exited = new Promise((resolve) => this.process.on('close', resolve));
    this.process.stderr.on('data', (bytes) => (this.errors += bytes));
    createInterface({ input: this.process.stdout }).on('line', (line) => this.#read(line));
    cleanup(t, async () => {
      this.process.kill();
      await this.exited;
    });
  }

  #read(line) {
    const [protocol, number] = line.split(' ');
    if (this.runs.at(-1)?.protocol !== protocol) this.runs.push({ protocol, numbers: [] });
    this.runs.at(-1).numbers.push(Number(number));
  }

  reads(protocol) {
    return until(`it reads ${protocol}`, () => this.runs.at(-1)?.protocol === protocol || this.errors, {
      seconds: 60,
    });
  }
}

test(`one cursor over three protocols, ${rate} events a second, every adapter replaced under it`, async (t) => {
  const plugins = new PluginDirectory(t, fs.readdirSync(defaultPlugins));
  const host = await Host.start(t, { plugins: plugins.path, listen: null, shards: null, admin: null });
  const publisher = new Remote(t, load);
  await publisher.ask('begin', { url: 'ws://localhost:8080/ws', topic: 'ticks', rate });
  const program = new Program(t);

  for (const [i, protocol] of protocols.entries()) {
    await program.reads(protocol);
    plugins.install(path.join(testPlugins(`${adapters[i]}-next`), `${adapters[i]}.so`));
    host.process.kill('SIGHUP');
    await until(`${adapters[i]} has been replaced`, async () => (await host.plugin(adapters[i])).length === 2);
  }
  assert.equal(await within('the program to end', program.exited, { seconds: 60 }), 0, program.errors);
  const { perSecond, refused } = await publisher.ask('end');
  const reports = [];
  for (const adapter of adapters) reports.push(await host.report(`${adapter}.so`, { after: [] }));

  const moved = reports.map(({ shards }) => shards.reduce((sum, shard) => sum + shard.moved, 0));
  t.diagnostic(`${Math.round(perSecond)} events a second; moved ${moved} sessions of ${adapters}`);
  assert.deepEqual(program.runs.map(({ protocol }) => protocol), [...protocols, protocols[0]]);
  const numbers = program.runs.flatMap((run) => run.numbers);
  assert.ok(numbers.length >= 80_000);
  const unexpected = numbers.findIndex((number, i) => number !== numbers[0] + i);
  assert.equal(unexpected, -1, `not once and in order: ${numbers.slice(Math.max(0, unexpected - 3), unexpected + 3)}`);
  assert.deepEqual(refused, []);
  assert.deepEqual(reports.map(({ outcome }) => outcome), ['committed', 'committed', 'committed']);
  assert.ok(moved[0] === 2 && moved[1] === 1, 'what was read over moved, and the publisher');
});
