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

// An echo server: {name, pid, port, path}.
async function peer(t, name, file, args) {
  const server = new Lines(t, file, args);
  const said = await server.next();
  return { name, pid: server.pid, port: said.port, path: '/', stop: () => server.stop() };
}

export const startLimit = (t, threads = 2, fault) =>
  peer(t, 'limit', bin('slipring_bench_limit'), [String(threads), ...(fault ? [fault] : [])]);

export const startNpmWs = (t) =>
  peer(t, 'npm ws', process.execPath, [fileURLToPath(new URL('../peers/npm_ws.mjs', import.meta.url))]);

// {connections: 10, pattern: 'paced'} as the generator's arguments.
const argumentsOf = (server, options) =>
  Object.entries({ port: server.port, path: server.path, server: server.pid, ...options }).flatMap(
    ([name, value]) => (value === true ? [`--${name}`] : [`--${name}`, String(value)]),
  );

// Measures `server` once: what slipring_bench_ws says.
export async function load(t, server, options) {
  const generator = new Lines(t, bin('slipring_bench_ws'), argumentsOf(server, options));
  const said = await generator.next(120);
  await generator.exited;
  if (!said) throw new Error(`no load on ${server.name}: ${JSON.stringify(options)}`);
  return said;
}

// Connections that stay, and send when run() is called.
export async function steeredLoad(t, server, options) {
  const generator = new Lines(t, bin('slipring_bench_ws'), argumentsOf(server, { ...options, steered: true }));
  if (!(await generator.next(90))) throw new Error(`no connections to ${server.name}`);
  return {
    run() {
      generator.process.stdin.write('run\n');
      return generator.next(120);
    },
    stop: () => generator.stop(),
  };
}
