// A house of the zoo: a host whose animal 1.0.0 serves two clients that talk all the time, and what can be
// seen of it while something else is put into the cage.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { Host, temporaryDirectory, testPlugins, transportFile } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { descriptorsAtRest, mappedObjects, threads } from '../clients/lib/process.mjs';
import { until } from '../clients/lib/wait.mjs';
import { Visitor } from './visitor.mjs';

export const file = 'animal.so';
export const animal = (name) => path.join(testPlugins('zoo'), name, file);

// That the animal has, in all its versions.
export const sessions = (plugins) =>
  plugins.reduce((sum, plugin) => sum + (plugin.name === 'animal' ? plugin.sessions : 0), 0);

export class House {
  // `old`: what serves; the rest as for Host.
  static async open(t, { old = 'old', ...options } = {}) {
    const house = new House();
    house.old = animal(old);
    house.plugins = new PluginDirectory(t);
    house.plugins.install(house.old);
    house.marks = path.join(temporaryDirectory(t, 'slipring-zoo-'), 'marks');
    fs.writeFileSync(house.marks, '');
    house.host = await Host.start(t, {
      plugins: house.plugins.path,
      env: { SLIPRING_ZOO_MARKS: house.marks },
      ...options,
    });
    house.visitors = [
      await Visitor.enter(house.host.url('/animal')),
      await Visitor.enter(house.host.url('/animal')),
    ];
    await house.flow('1.0.0');
    house.atRest = await house.holdings();
    return house;
  }

  async flow(version) {
    await Promise.all(this.visitors.map((visitor) => visitor.flow(version)));
  }

  // The directory as it was at the beginning.
  tidy() {
    const directory = this.plugins.path;
    fs.chmodSync(directory, 0o755);
    for (const name of fs.readdirSync(directory)) {
      if (name !== transportFile) fs.rmSync(path.join(directory, name), { recursive: true });
    }
    this.plugins.install(this.old);
  }

  // As an operator asks for it; resolves to the reports on what is not as it was.
  async upgrade() {
    const { code, stdout, stderr } = await this.host.cli('--json', 'plugins', 'upgrade');
    this.host.alive();
    assert.ok(code === 0 || code === 1, stderr);
    return JSON.parse(stdout).reports.filter(({ outcome }) => outcome !== 'unchanged');
  }

  // All that nothing may change that is refused.
  async holdings() {
    const { pid } = this.host;
    const plugins = await until('each client is a session', async () => {
      const { plugins } = await this.host.status();
      return sessions(plugins) === this.visitors.length && plugins;
    });
    const staged = fs.readdirSync(`/proc/${pid}/root${path.join(this.host.state, 'staged')}`);
    return {
      // But for what the animal made calls of the old version come to.
      plugins: plugins.map(({ errors, calls, ...rest }) => rest),
      mapped: mappedObjects(pid),
      staged: staged.filter((name) => name.endsWith('.so')).sort(),
      threads: threads(pid),
      descriptors: await descriptorsAtRest(pid),
    };
  }

  // The version that serves goes on as if nothing had been asked for. The host has a file of its own open now and
  // then, so it may take another look.
  async untouched() {
    await this.flow('1.0.0');
    let now;
    const same = async () => isDeepStrictEqual((now = await this.holdings()), this.atRest);
    await until('all is as it was at the beginning', same).catch(() => {});
    assert.deepEqual(now, this.atRest, 'as it was at the beginning');
  }

  // Resolves to [what `work` gives, the code that ran meanwhile], "host: constructor, init". Of which version: `of`, or
  // whatever is not what serves. What `traffic` brings about is left out, since nobody knows when it comes.
  async watched(work, { of, traffic = false } = {}) {
    const from = fs.statSync(this.marks).size;
    const result = await work();
    const ran = new Map();
    for (const line of fs.readFileSync(this.marks, 'utf8').slice(from).split('\n').slice(0, -1)) {
      const [process, version, name] = line.split(' ');
      if (of ? version !== of : version === '1.0.0') continue;
      if (name === 'receive' && !traffic) continue;
      const where = Number(process) === this.host.pid ? 'host' : 'child';
      if (!ran.has(where)) ran.set(where, new Set());
      ran.get(where).add(name);
    }
    const told = [...ran].map(([where, names]) => `${where}: ${[...names].join(', ')}`);
    return [result, told.join('; ') || 'none'];
  }

  // Without what differs from machine to machine, or from run to run.
  plain(text) {
    return text
      .replaceAll(this.plugins.path, 'PLUGINS')
      .replaceAll(fs.realpathSync(this.host.state), 'STATE')
      .replace(/\banimal-\d+\.so/g, 'animal-N.so')
      .replace(/(?<=^|\s)\/\S*\/(?=lib[^/\s]+\.so)/g, '')
      .replace(/\d+(?= bytes long)/g, 'N')
      .replace(/(?<=within )\d+(?= s\b)/, 'N')
      .replace(/(?<=root or user id )\d+/g, 'N');
  }

  // Puts something into the cage by `put(plugins)`, asks for an upgrade, and sees it refused: in one line a
  // file, by `check`, and with nothing else to be noticed. Resolves to the row of the table.
  async refuses({ name, check, put, reports: expected = 1 }) {
    const { host } = this;
    const from = host.lines.length;
    let reports;
    let ran;
    try {
      put(this.plugins);
      [reports, ran] = await this.watched(() => this.upgrade());
    } finally {
      this.tidy();
    }
    assert.equal(reports.length, expected, JSON.stringify(reports));
    for (const report of reports) {
      assert.deepEqual([report.outcome, report.check], ['rejected', check], JSON.stringify(report));
    }
    const [at] = await this.told(from, reports);
    await this.untouched();
    return { name, at, message: this.plain(reports[0].message), ran, connections: 'untouched' };
  }

  // One line of the log for each report, which has what the report has; resolves to the stages that they
  // name as not reached.
  async told(from, reports) {
    const complaints = () => this.host.lines.slice(from).filter((line) => /^\S+ (warn|error)\b/.test(line));
    await until('the log has a line for each report', () => complaints().length >= reports.length);
    const lines = complaints().map((line) => line.replaceAll('\\"', '"'));
    assert.equal(lines.length, reports.length, lines.join('\n'));
    return reports.map(({ file, check, found, expected }) => {
      const line = lines.find((one) => one.includes(`file=${file} `));
      assert.ok(line, `a line about ${file} in:\n${lines.join('\n')}`);
      for (const part of [check, found, expected]) {
        assert.ok(part && line.includes(part), `${JSON.stringify(part)} in: ${line}`);
      }
      return / not=(\S+)/.exec(line)[1];
    });
  }
}
