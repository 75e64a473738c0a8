// What an endurance run does to two plugins: upgrades of both side by side, rollbacks of both, other settings
// for tally, and builds of tally that fail, one for each state in which a build can. Every act adds what the
// ledger has to say of it.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { Client } from '../clients/lib/client.mjs';
import { until } from '../clients/lib/wait.mjs';
import { websocket } from './events.mjs';
import { tally } from './drive.mjs';

const builds = {
  tally: [tally('tally-labelled-1'), tally('tally-labelled-2')],
  websocket: [websocket('websocket-1'), websocket('websocket-2')],
};

export const names = Object.keys(builds);

const labels = ['white', 'red', 'green', 'blue'];

// Rehearsals import no samples, so that a build that refuses them is found in the move.
export const config = (label = labels[0]) =>
  `adapters: { tally: { label: ${label} } }\n` +
  'upgrade: { probation: 300s, rehearsal: { samples: 0 } }\n' +
  'streams: [{ name: default, durability: memory, retention: { bytes: 64KiB } }]\n';

export class Endurance {
  // Of each plugin's file, in order: what the ledger must have.
  expected = { 'tally.so': [], 'websocket.so': [] };
  planned = { 'tally.so': [], 'websocket.so': [] }; // sessions, said beforehand
  #current = { tally: 0, websocket: 0 };
  #failures = 0;
  #changes = 0;

  // `loads`: the clients of each plugin, by its name.
  constructor(host, plugins, loads) {
    Object.assign(this, { host, plugins, loads });
  }

  async #command(...args) {
    const { code, stdout, stderr } = await this.host.cli('--json', 'plugins', ...args);
    assert.ok(code === 0 || code === 1, `plugins ${args.join(' ')}: ${stderr}`);
    return { code, ...(stdout ? JSON.parse(stdout) : {}) };
  }

  #expect(name, outcome, stage, sessions) {
    this.expected[`${name}.so`].push(`${outcome} in ${stage}`);
    this.planned[`${name}.so`].push(sessions);
  }

  // Both plugins to their other build, at the same time.
  async upgrade() {
    await Promise.all(names.map((name) => this.loads[name].flow(0.05)));
    for (const name of names) this.plugins.install(builds[name][1 - this.#current[name]]);
    const { plan } = await this.#command('plan', ...names);
    const made = await Promise.all(names.map((name) => this.#command('upgrade', name)));
    names.forEach((name, i) => {
      const [report] = made[i].reports;
      assert.equal(report.outcome, 'committed', report.message);
      const { with_state: moves, stay } = plan.find(({ plugin }) => plugin === name).sessions;
      assert.equal(stay, 0);
      this.#expect(name, 'committed', 'unloaded', moves);
      this.#current[name] = 1 - this.#current[name];
    });
  }

  // Both back to the build before, out of their probation.
  async rollback() {
    const made = await Promise.all(names.map((name) => this.#command('rollback', name)));
    for (const [i, name] of names.entries()) {
      assert.equal(made[i].code, 0, name);
      assert.equal(made[i].reports[0].outcome, 'rolled back');
      this.expected[`${name}.so`].splice(-1, 1, 'rolled back in probation');
      this.#current[name] = 1 - this.#current[name];
      await this.#release(name);
    }
  }

  // Tally gets another label: a generation of the same build, to which all sessions move.
  async configure() {
    const label = labels[++this.#changes % labels.length];
    await this.loads.tally.flow(0.05);
    this.host.configure(config(label));
    const { plan: [{ action, sessions }] } = await this.#command('plan', 'tally');
    assert.equal(action, 'configure');
    const { reports: [report] } = await this.#command('upgrade', 'tally');
    assert.equal(report.outcome, 'committed', report.message);
    assert.equal(report.changed, 'configuration');
    this.#expect('tally', 'committed', 'unloaded', sessions.with_state);
    await this.loads.tally.serveAll();
    assert.deepEqual(await this.loads.tally.ask('labels'), { [label]: this.loads.tally.connections });
  }

  // The next of the ways in which a build of tally can fail, while websocket is let alone.
  async fail() {
    const [how, act] = this.#ways[this.#failures++ % this.#ways.length];
    const before = await this.#serving();
    await act();
    await until(`all are back after ${how}`, async () => (await this.#serving()) === before, { seconds: 30 });
    this.plugins.install(builds.tally[this.#current.tally]);
    return how;
  }

  // Sessions that serve, and by which build.
  async #serving() {
    const found = await this.host.plugin('tally');
    return found.filter(({ sessions, state }) => sessions > 0 || state === 'serving')
      .map(({ build_id: build, state, sessions }) => `${build} ${state} ${sessions}`).join();
  }

  async #release(name) {
    assert.equal((await this.#command('quarantine', '--release', name)).released, 1);
  }

  async #refused(stage, sessions = 0) {
    const { code, reports } = await this.#command('upgrade', 'tally');
    assert.equal(code, 1);
    this.#expect('tally', reports[0].outcome, stage, sessions);
    return reports[0];
  }

  async #fails(variant, stage) {
    this.plugins.install(tally(variant));
    return this.#refused(stage);
  }

  // Clients that talk until the build they are on has given up.
  async #untilBack(name, count, stage) {
    const clients = await Promise.all(
      Array.from({ length: count }, () => Client.open(this.host.url('/tally'))));
    for (let i = 0; i < 10; i++) for (const client of clients) await client.ask(`${i};`);
    await until(`${name} has gone back`, async () =>
      (await this.host.plugin('tally')).every(({ version }) => version !== '2.0.1'), { seconds: 30 });
    for (const client of clients) assert.equal(JSON.parse((await client.ask('x;')).text).n, 11, 'with its state');
    await Promise.all(clients.map((client) => client.close()));
    await until('their sessions have ended', async () =>
      (await this.host.plugin('tally')).some(({ sessions }) => sessions === this.loads.tally.connections));
    this.#expect('tally', 'rolled back', stage, null);
    await this.#release('tally');
  }

  #ways = [
    ['found: a directory that anyone may write to', async () => {
      fs.chmodSync(this.plugins.path, 0o777);
      const { code, reports } = await this.#command('upgrade');
      assert.equal(code, 1);
      assert.equal(reports[0].check, 'directory mode');
      fs.chmodSync(this.plugins.path, 0o755);
    }],
    ['staged: a file that anyone may write to', async () => {
      const bytes = fs.readFileSync(builds.tally[1 - this.#current.tally]);
      this.plugins.write('tally.so', bytes, 0o646);
      await this.#refused('found');
    }],
    ['verified: no plugin at all', async () => {
      this.plugins.write('tally.so', Buffer.from('no plugin at all'));
      await this.#refused('staged');
    }],
    ['rehearsed: init fails', () => this.#fails('tally-init-fails', 'verified')],
    ['loaded: no instance in the host', () => this.#fails('tally-fails-live', 'rehearsed')],
    ['canary: it is not well', async () => {
      this.plugins.install(tally('tally-unwell'));
      const { reports } = await this.#command('canary', 'tally', '--share', '50%');
      assert.equal(reports[0].stage, 'canary', reports[0].message);
      await this.#untilBack('the canary', 40, 'canary');
    }],
    ['moving: it refuses all sessions', async () => {
      this.plugins.install(tally('tally-refuses-all'));
      await this.#refused('moving', this.loads.tally.connections);
    }],
    ['probation: it is not well', async () => {
      this.plugins.install(tally('tally-unwell'));
      assert.equal((await this.#command('upgrade', 'tally')).reports[0].stage, 'probation');
      await this.#untilBack('the new version', 20, 'probation');
    }],
  ];

  // What the ledger says is what was done, and what became of the sessions is what the plan said.
  async assertLedger() {
    const { upgrades } = await this.#command('ledger', '--limit', '100000');
    for (const [file, expected] of Object.entries(this.expected)) {
      const of = upgrades.filter((one) => path.basename(one.file) === file && one.outcome !== 'installed');
      const last = expected.at(-1);
      const found = of.map(({ outcome, stage }) => `${outcome} in ${stage}`);
      // The last one may still be in its probation.
      if (last === 'committed in unloaded' && found.at(-1) === 'committed in probation') found.splice(-1, 1, last);
      assert.deepEqual(found, expected, file);
      of.forEach(({ sessions, ...one }, i) => {
        const which = `${file} ${i}: ${JSON.stringify({ sessions, ...one, shards: null })}`;
        assert.equal(sessions.planned, sessions.moved + sessions.stayed + sessions.ended, which);
        if (this.planned[file][i] !== null) assert.equal(sessions.planned, this.planned[file][i], which);
      });
    }
  }
}
