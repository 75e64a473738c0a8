// A slipringd of its own for a test: free port, temporary state directory, its output kept line by line.
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cleanup } from './cleanup.mjs';
import { makeCertificate } from './tls.mjs';
import { until, within } from './wait.mjs';

export const build = process.env.SLIPRING_BUILD ?? path.resolve('build/release');
// Under a sanitizer, memory is used and threads are started that are not the host's own.
export const sanitized = Boolean(process.env.SLIPRING_SANITIZE);
// What a test's host is reached by, unless its configuration names endpoints: a transport, in the clear
// or under TLS.
export const transport = process.env.SLIPRING_TRANSPORT ?? 'web';
export const transportFile = `${transport}.so`;
export const secure = process.env.SLIPRING_TLS === '1';
export const bin = (name) => path.join(build, 'bin', name);

// The build's own plugins, one of its test adapters' directories.
export const defaultPlugins = path.join(build, 'lib/slipring/plugins');
export const testPlugins = (name) => path.join(build, 'lib/slipring/test-plugins', name);

export function temporaryDirectory(t, prefix = 'slipring-') {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), prefix));
  cleanup(t, () => fs.rmSync(directory, { recursive: true, force: true }));
  return directory;
}

// Runs a program to its end: {code, stdout, stderr}.
export function run(file, args, { env, cwd, seconds = 30 } = {}) {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { env: { ...process.env, ...env }, cwd, timeout: seconds * 1000, maxBuffer: 1 << 28 },
      (error, stdout, stderr) => {
        if (error && (error.killed || typeof error.code !== 'number')) {
          const how = error.signal ? `ended by ${error.signal}` : error.message;
          reject(new Error(`${file} ${args.join(' ')}: ${how}\n${stderr}`));
        } else {
          resolve({ code: error ? error.code : 0, stdout, stderr });
        }
      },
    );
  });
}

// The line of a configuration that names the endpoint a test talks to. `times`: {handshake, ping, pong},
// as each transport calls them; `origins`: those allowed.
export function endpoint(t, { listen = '127.0.0.1:0', times = {}, origins } = {}) {
  const settings = timesOf[transport](times);
  if (secure) settings.push(`tls: { certificates: [${makeCertificate(temporaryDirectory(t)).yaml}] }`);
  const allowed = origins ? `, origins: ${JSON.stringify(origins)}` : '';
  return (
    `endpoints: [{ name: public, listen: "${listen}", transport: ${transport}${allowed}, ` +
    `settings: { ${settings.join(', ')} } }]\n`
  );
}

// An upgrade that a test does not look at in its probation is settled at once.
function settledAtOnce(config) {
  if (/\bprobation:/.test(config)) return config;
  if (/^upgrade: \{/m.test(config)) return config.replace(/^upgrade: \{/m, 'upgrade: { probation: 0s,');
  return `${config.trimEnd()}\nupgrade: { probation: 0s }\n`;
}

const named = (names) => (times) => Object.entries(times).map(([what, time]) => `${names[what]}: ${time}`);
const timesOf = {
  lws: named({ handshake: 'handshake_timeout', ping: 'ping_interval', pong: 'pong_timeout' }),
  web(times) {
    const all = named({ handshake: 'head', ping: 'ping_interval', pong: 'pong' })(times);
    return all.length > 0 ? [`times: { ${all.join(', ')} }`] : [];
  },
};

export class Host {
  lines = []; // of the log, oldest first
  exited; // resolves to {code, signal}
  #endpoint; // what the test's own endpoint adds to its configuration

  // `t`: the test that ends the host, if it did not end it itself. Options:
  //   plugins  directory; default: the build's     config   text of the configuration file
  //   args     further arguments                   shards   default 2
  //   listen   default 127.0.0.1 on a free port; null when the configuration names its endpoints
  //   state    directory; default: a new one       env      further environment
  //   command  what slipringd is run under, e.g. ['taskset', '-c', '0']
  //   admin    address of the admin interface; default: none, as many hosts run at once; null: what the
  //            configuration says, or the default
  //   stateInEnvironment  the state directory is not given as an argument
  static async start(t, options = {}) {
    const host = new Host(t, options);
    await host.ready();
    return host;
  }

  constructor(t, options = {}) {
    const { plugins, config, args = [], shards = 2, listen = '127.0.0.1:0', env, command = [] } = options;
    this.state = options.state ?? temporaryDirectory(t, 'slipring-state-');
    const line = [...command, bin('slipringd')];
    if (options.stateInEnvironment) line.unshift('env', `SLIPRING_STATE=${this.state}`);
    else line.push('--state', this.state);
    if (plugins) line.push('--plugins', plugins);
    const ownEndpoint = listen && !/^endpoints:/m.test(config ?? '');
    this.#endpoint = ownEndpoint ? endpoint(t, { listen }) : '';
    if (ownEndpoint || config !== undefined) {
      this.configFile = path.join(temporaryDirectory(t, 'slipring-config-'), 'slipring.yaml');
      this.configure(config ?? '');
      line.push('--config', this.configFile);
    }
    const admin = options.admin ?? (options.admin === null || /^admin:/m.test(config ?? '') ? null : 'none');
    if (admin) line.push('--admin', admin);
    if (shards) line.push('--shards', String(shards));
    line.push(...args);
    this.process = spawn(line[0], line.slice(1), {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...env },
    });
    this.exited = new Promise((resolve, reject) => {
      this.process.on('error', reject);
      this.process.on('close', (code, signal) => resolve({ code, signal }));
    });
    this.exited.then((how) => (this.ended = how), () => {});
    createInterface({ input: this.process.stderr }).on('line', (text) => this.lines.push(text));
    cleanup(t, () => this.stop());
  }

  // Writes the configuration file; the host reads it again when it is told to.
  configure(config) {
    fs.writeFileSync(this.configFile, settledAtOnce(this.#endpoint ? `${config}\n${this.#endpoint}` : config));
  }

  // As a crash would end it.
  async kill() {
    this.process.kill('SIGKILL');
    await within('slipringd to end after SIGKILL', this.exited);
    this.killed = true;
  }

  get pid() {
    return this.process.pid;
  }

  async ready() {
    await until('slipringd says ready', () => {
      if (this.ended) {
        throw this.#final(`slipringd ended (${JSON.stringify(this.ended)}) before it was ready`);
      }
      return this.lines.some((text) => /^\S+ \w+ +ready\b/.test(text));
    });
    this.endpoints = (await this.status()).endpoints;
  }

  url(where = '/echo', endpoint = 0) {
    return `${secure ? 'wss' : 'ws'}://${this.endpoints[endpoint].address}${where}`;
  }

  // Of the admin interface: what a request to a path of it answers. `token`: that of the host.
  async admin(where, { token = false, headers = {}, ...options } = {}) {
    this.adminAddress ??= await until('the log names the admin interface', () => {
      this.alive();
      return this.lines.map((text) => / admin address=(\S+)/.exec(text)?.[1]).find(Boolean);
    });
    const authorization = token
      ? { authorization: `Bearer ${fs.readFileSync(path.join(this.state, 'admin-token'), 'utf8').trim()}` }
      : {};
    return fetch(`http://${this.adminAddress}${where}`, {
      ...options, headers: { ...authorization, ...headers },
    });
  }

  get port() {
    return Number(this.endpoints[0].address.replace(/.*:/, ''));
  }

  // The command line tool, talking to this host.
  cli(...args) {
    return run(bin('slipring'), ['--state', this.state, ...args]);
  }

  async json(...args) {
    const { code, stdout, stderr } = await this.cli('--json', ...args);
    assert.equal(code, 0, `slipring --json ${args.join(' ')}: ${stderr}`);
    return JSON.parse(stdout);
  }

  status() {
    return this.json('status');
  }

  async plugin(name) {
    return (await this.status()).plugins.filter((plugin) => plugin.name === name);
  }

  // Waits until that many sessions are open.
  sessions(count, bounds) {
    return until(
      `${count} open sessions`,
      async () => (await this.status()).host.sessions === count,
      bounds,
    );
  }

  async counter(name) {
    return (await this.status()).counters[name] ?? 0;
  }

  // The first line of the log after `from` (an index into `lines`) that matches.
  logged(pattern, { from = 0, seconds } = {}) {
    return until(
      `the log says ${pattern}`,
      () => this.lines.slice(from).find((text) => pattern.test(text)),
      { seconds },
    );
  }

  // SIGHUP; resolves to the report on `file` (its name in the plugin directory) that follows, once
  // it says how the upgrade ended.
  async reload(file) {
    const after = await this.reports();
    this.process.kill('SIGHUP');
    return this.report(file, { after });
  }

  // The reports of upgrades that the host remembers, oldest first.
  async reports() {
    return (await this.status()).upgrades;
  }

  // The report on `file` that came after the reports `after`.
  report(file, { after, seconds = 20 } = {}) {
    return until(
      `a report of an upgrade to ${file}`,
      async () => {
        this.alive();
        const fresh = added(after, await this.reports());
        return fresh.findLast((one) => path.basename(one.file) === file && finished(one));
      },
      { seconds, everyMs: 20 },
    );
  }

  alive() {
    if (this.ended) throw this.#final(`slipringd has ended: ${JSON.stringify(this.ended)}`);
  }

  // SIGTERM, and the exit code that goes with it. What a sanitizer found shows as another code.
  async stop() {
    if (this.killed) return;
    if (!this.ended) this.process.kill('SIGTERM');
    try {
      const how = await within('slipringd to end after SIGTERM', this.exited, { seconds: 20 });
      assert.deepEqual(how, { code: 0, signal: null }, this.#tail('slipringd did not exit well'));
    } finally {
      if (!this.ended) this.process.kill('SIGKILL');
    }
  }

  #tail(what) {
    return `${what}; its log ends:\n${this.lines.slice(-60).join('\n')}`;
  }

  #final(what) {
    return Object.assign(new Error(this.#tail(what)), { final: true });
  }
}

// An upgrade has ended when it was turned down, or when the old version is gone or explains why not.
export function finished(report) {
  return report.outcome !== undefined && report.outcome !== '' &&
    (report.outcome !== 'committed' || report.unloaded || report.stage === 'retired');
}

// What a list has at its end that an earlier state of it had not; it may forget its beginning.
function added(before, now) {
  if (now.length > before.length) return now.slice(before.length);
  const last = JSON.stringify(before.at(-1));
  return now.slice(now.findLastIndex((one) => JSON.stringify(one) === last) + 1);
}
