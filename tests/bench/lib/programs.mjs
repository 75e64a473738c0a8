// The programs of a benchmark: servers to measure, and the load generator that measures them. Each is
// ended by its own process when the run is over, whatever happened.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { cleanup } from '../../clients/lib/cleanup.mjs';
import { bin } from '../../clients/lib/host.mjs';
import { within } from '../../clients/lib/wait.mjs';

// A child that talks in lines of JSON on its standard output.
class Lines {
  #queue = [];
  #wake = () => {};

  constructor(t, file, args) {
    this.process = spawn(file, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.exited = once(this.process, 'exit').then(([code, signal]) => {
      this.ended = { code, signal };
      this.#wake();
      return this.ended;
    });
    createInterface({ input: this.process.stdout }).on('line', (line) => {
      this.#queue.push(JSON.parse(line));
      this.#wake();
    });
    cleanup(t, () => this.stop());
  }

  get pid() {
    return this.process.pid;
  }

  // The next line; undefined when the child has ended without one.
  async next(seconds = 60) {
    const arrived = async () => {
      while (this.#queue.length === 0 && !this.ended) {
        await new Promise((resolve) => (this.#wake = resolve));
      }
      return this.#queue.shift();
    };
    return within(`a line of ${this.process.spawnargs.join(' ')}`, arrived(), { seconds });
  }

  async stop() {
    if (!this.ended) this.process.kill();
    await this.exited;
  }
}

// A server of ours that says on which port it is: {name, pid, port, stop()}, and what `more` says of it.
async function ours(t, file, args, more) {
  const server = new Lines(t, file, args);
  const said = await server.next();
  return { pid: server.pid, port: said.port, stop: () => server.stop(), ...more };
}

const startLimitOf = (kind, more) => (t, threads, fault) =>
  ours(t, bin('slipring_bench_limit'), [kind, String(threads), ...(fault ? [fault] : [])],
    { name: 'limit', ...more });

export const startLimit = (t, threads = 2, fault) => startLimitOf('echo', { path: '/' })(t, threads, fault);

// It has one thread.
export const startPubsubLimit = (t, fault) => startLimitOf('pubsub', { dialect: 'slipring' })(t, 1, fault);

export const startNpmWs = (t) =>
  ours(t, process.execPath, [fileURLToPath(new URL('../peers/npm_ws.mjs', import.meta.url))],
    { name: 'npm ws', path: '/' });

// What to connect to and {connections: 10, pattern: 'paced'} as a load program's arguments. A server is
// {port, pid or pids, dialect, path, topic}, as far as the program asks for it.
function argumentsOf({ dialect, port, path, topic, pid, pids = [pid] }, options) {
  const named = Object.entries({ dialect, port, path, topic, ...options })
    .filter(([, value]) => value !== undefined)
    .flatMap(([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]));
  return [...named, ...pids.flatMap((one) => ['--server', String(one)])];
}

// Measures `server` once: what `program` says.
async function measured(program, t, server, options) {
  const generator = new Lines(t, bin(program), argumentsOf(server, options));
  const said = await generator.next(120);
  await generator.exited;
  if (!said) throw new Error(`no load on ${server.name}: ${JSON.stringify(options)}`);
  return said;
}

// Connections that stay, and send when run() is called.
async function steered(program, t, server, options) {
  const generator = new Lines(t, bin(program), argumentsOf(server, { ...options, steered: true }));
  if (!(await generator.next(90))) throw new Error(`no connections to ${server.name}`);
  return {
    run() {
      generator.process.stdin.write('run\n');
      return generator.next(120);
    },
    stop: () => generator.stop(),
  };
}

export const load = (...of) => measured('slipring_bench_ws', ...of);
export const steeredLoad = (...of) => steered('slipring_bench_ws', ...of);
export const pubsubLoad = (...of) => measured('slipring_bench_pubsub', ...of);
export const steeredPubsubLoad = (...of) => steered('slipring_bench_pubsub', ...of);
