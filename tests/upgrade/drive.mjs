// The upgrade harness: a host with an adapter that has state, a load client of its own process, and
// upgrades to and fro between builds of the adapter while the load goes on.
import assert from 'node:assert/strict';
import path from 'node:path';
import { Host, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { holdings } from '../clients/lib/process.mjs';
import { Remote } from '../clients/lib/remote.mjs';
import { patience, until } from '../clients/lib/wait.mjs';

// The C library gives freed memory back at once: what is measured is what the host holds.
export const env = { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=65536:glibc.malloc.mmap_threshold=65536' };

export const tally = (variant) => path.join(testPlugins(variant), 'tally.so');

// How a test waits for a load that has ask(), stats() and connections.
export class Flow {
  // Until `share` of the connections' number has been answered from now on.
  async flow(share = 0.5) {
    const { answered } = await this.stats();
    const enough = answered + Math.max(1, Math.ceil(this.connections * share));
    await until('answers flow', async () => (await this.stats()).answered >= enough, {
      everyMs: 20,
      seconds: 30,
    });
  }

  // Until every connection has had an answer from now on.
  async serveAll() {
    await this.ask('mark');
    await until('everybody has an answer', async () => (await this.ask('unserved')).left === 0, {
      everyMs: 20,
      seconds: 30,
    });
  }

  // Until nothing is under way; what is still unanswered when answers have ceased is lost.
  async drain() {
    await this.ask('pause');
    let last = { answered: -1, at: 0 };
    const quiet = async () => {
      const { answered, outstanding } = await this.stats();
      if (answered !== last.answered) last = { answered, at: performance.now() };
      return outstanding === 0 || performance.now() - last.at > 5000 * patience;
    };
    await until('nothing more is answered', quiet, { everyMs: 20, seconds: 60 });
  }
}

export class Load extends Flow {
  static async start(t, url, { connections, rate = 3 }) {
    const load = new Load();
    load.connections = connections;
    load.remote = new Remote(t, new URL('../clients/load.mjs', import.meta.url));
    await load.ask('open', { url, connections, rate });
    return load;
  }

  ask(command, parameters) {
    return this.remote.ask(command, parameters);
  }

  stats() {
    return this.ask('stats');
  }

  // Drains, then says what every connection saw.
  async finish() {
    await this.drain();
    const { outstanding, ...stats } = await this.stats();
    return { ...stats, lost: outstanding };
  }
}

// A host that serves /tally with the builds of `variant`, under load.
export async function underLoad(t, { variant, connections, rate, config }) {
  const plugins = new PluginDirectory(t);
  plugins.install(tally(variant));
  const host = await Host.start(t, {
    plugins: plugins.path,
    config,
    env,
    args: ['--allow-downgrade'],
  });
  const load = await Load.start(t, host.url('/tally'), { connections, rate });
  await host.sessions(connections);
  return { host, load, plugins, build: tally };
}

// Upgrades `count` times, in turns to each of `variants`; everybody is served by the first version
// and by the second. After each one `settled(number, report)`.
export async function upgrades({ host, load, plugins, build }, variants, count, settled = () => {}) {
  await load.ask('resume');
  const shardOf = await shardsByPort(host);
  const reports = [];
  await load.serveAll();
  for (let number = 1; number <= count; number++) {
    await load.flow();
    const { ports } = await load.ask('outstanding');
    const busy = new Map();
    for (const [port, texts] of ports) {
      const shard = shardOf.get(port);
      busy.set(shard, (busy.get(shard) ?? 0) + texts);
    }
    const file = build(variants[number % variants.length]);
    plugins.install(file);
    const report = await host.reload(path.basename(file));
    reports.push({ ...report, number, outstanding: Object.fromEntries(busy) });
    await settled(number, report);
    if (number === 1) await load.serveAll();
  }
  return reports;
}

async function shardsByPort(host) {
  const { sessions } = await host.json('sessions', '--limit', '1000000');
  return new Map(sessions.map(({ peer, shard }) => [Number(peer.replace(/.*:/, '')), shard]));
}

// What the process holds while nothing is under way.
export async function heldAtRest({ host, load }) {
  await load.drain();
  const held = await holdings(host.pid);
  await load.ask('resume');
  return held;
}

// Every move took every session along, while each shard had texts under way.
export function assertMovedInFlight(reports, connections) {
  for (const report of reports) {
    const which = `upgrade ${report.number}: ${JSON.stringify(report)}`;
    assert.equal(report.outcome, 'committed', which);
    assert.equal(report.unloaded, true, which);
    let moved = 0;
    for (const shard of report.shards) {
      assert.ok(report.outstanding[shard.shard] > 0, `clients waited on shard ${shard.shard}; ${which}`);
      assert.ok(shard.with_input > 0, `input was half collected; ${which}`);
      assert.equal(shard.moved, shard.sessions, which);
      assert.equal(shard.stayed, 0, which);
      moved += shard.moved;
    }
    assert.equal(moved, connections, which);
  }
}

// No connection was closed and no answer lost, doubled, out of order, altered or misnumbered.
export function assertUnbroken(stats) {
  const { closed, lost, doubled, reordered, misnumbered, altered, foreign } = stats;
  const found = { closed, lost, doubled, reordered, misnumbered, altered, foreign };
  const none = { closed: 0, lost: 0, doubled: 0, reordered: 0, misnumbered: 0, altered: 0, foreign: 0 };
  assert.deepEqual(found, none);
  assert.equal(stats.answered, stats.begun);
}
