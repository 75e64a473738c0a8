// Runs the parts that are asked for, one after the other, and reports. See run.sh.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { build } from '../clients/lib/host.mjs';
import { http } from './lib/http.mjs';
import { memory } from './lib/memory.mjs';
import { messages } from './lib/messages.mjs';
import { micro } from './lib/micro.mjs';
import { pubsub } from './lib/pubsub.mjs';
import { sse } from './lib/sse.mjs';
import { streams } from './lib/streams.mjs';
import { upgrades } from './lib/upgrades.mjs';

const parts = { messages, pubsub, sse, streams, http, upgrades, memory, micro };
const longest = 600; // seconds in all

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !parts[name]);
if (unknown.length > 0) {
  console.error(`no such part: ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}

// What the tests' helpers undo their work with: everything a part started ends with it.
class Scope {
  #undo = [];

  after(undo) {
    this.#undo.push(undo);
  }

  async end() {
    while (this.#undo.length > 0) await this.#undo.pop()();
  }
}

const stop = new Promise((_, reject) => {
  setTimeout(() => reject(new Error(`not done in ${longest} s`)), longest * 1000).unref();
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.once(signal, () => reject(new Error(`ended by ${signal}`)));
  }
});

const begun = performance.now();
const loadBefore = os.loadavg()[0];
const results = { machine: { processors: os.cpus().length, model: os.cpus()[0].model, kernel: os.release() } };
const file = path.join(build, 'bench.json');
try {
  for (const name of wanted.length > 0 ? wanted : Object.keys(parts)) {
    const scope = new Scope();
    try {
      results[name] = await Promise.race([parts[name](scope), stop]);
    } finally {
      await scope.end();
    }
  }
} finally {
  results.load = { before: loadBefore, after: os.loadavg()[0] };
  results.seconds = Math.round((performance.now() - begun) / 1000);
  fs.writeFileSync(file, `${JSON.stringify(results, null, 1)}\n`);
}
console.log(`\n${results.seconds} s; load of the machine ${results.load.before.toFixed(1)} before, \
${results.load.after.toFixed(1)} after; everything measured: ${path.relative('.', file)}`);
process.exit(0);
