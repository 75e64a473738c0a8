// The upgrade harness for events: a host with the adapter websocket, and clients in several processes
// that publish and read while builds of the adapter replace each other.
import assert from 'node:assert/strict';
import path from 'node:path';
import { Host, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { Remote } from '../clients/lib/remote.mjs';
import { env, Flow } from './drive.mjs';

export const websocket = (variant) => path.join(testPlugins(variant), 'websocket.so');

const program = new URL('../clients/events_load.mjs', import.meta.url);

// Asks all processes as one: numbers are added up, lists joined.
export class EventLoad extends Flow {
  static async start(t, url, { connections, processes, rate, commonRate }) {
    const load = new EventLoad();
    load.connections = connections;
    load.remotes = Array.from({ length: processes }, () => new Remote(t, program));
    const each = Math.ceil(connections / processes);
    await Promise.all(
      load.remotes.map((remote, i) => {
        const first = i * each;
        const some = { first, connections: Math.min(each, connections - first) };
        return remote.ask('open', { url, ...some, commonRate: i === 0 ? commonRate : 0 });
      }),
    );
    await load.ask('begin', { rate, commonRate });
    return load;
  }

  async ask(command, parameters) {
    const answers = await Promise.all(this.remotes.map((one) => one.ask(command, parameters)));
    const merged = {};
    for (const [key, value] of answers.flatMap((answer) => Object.entries(answer))) {
      if (Array.isArray(value)) merged[key] = (merged[key] ?? []).concat(value);
      else if (key === 'slowest') merged[key] = Math.max(merged[key] ?? 0, value);
      else merged[key] = (merged[key] ?? 0) + value;
    }
    return merged;
  }

  // With what the harness waits for: `answered`, and what is still under way.
  async stats() {
    const stats = await this.ask('stats');
    const { publishedOwn, publishedAll, seenOwn, seenAll } = stats;
    const lost = publishedOwn - seenOwn + publishedAll * this.connections - seenAll;
    return { ...stats, answered: stats.read, outstanding: stats.outstanding + Math.abs(lost), lost };
  }

  async finish() {
    await this.drain();
    const { sequences, epochs, digests } = await this.ask('account');
    const unique = (list) => [...new Set(list)];
    const stats = await this.stats();
    return { ...stats, sequences, epochs: unique(epochs), digests: unique(digests) };
  }
}

// A host that serves /ws; `connections` clients are connected and subscribed. Beside them there is the one
// that publishes to all.
export async function underEvents(t, options) {
  const { connections, processes = 1, rate = 1, commonRate = 10, config } = options;
  const plugins = new PluginDirectory(t);
  plugins.install(websocket('websocket-1'));
  const args = ['--allow-downgrade'];
  const host = await Host.start(t, { plugins: plugins.path, config, env, args });
  const load = await EventLoad.start(t, host.url('/ws'), { connections, processes, rate, commonRate });
  await host.sessions(connections + 1);
  return { host, load, plugins, build: websocket };
}

const faults = [
  'closed',
  'lost',
  'unanswered',
  'answeredTwice',
  'doubled',
  'reordered',
  'misplaced',
  'altered',
  'gaps',
  'foreign',
];

// No connection was closed; every event was acknowledged once, reached whoever had asked for it once
// and in order, at the position that was acknowledged, and nothing else came. Together their
// positions are all there are.
export function assertAccounted(stats) {
  const found = faults.filter((fault) => stats[fault] !== 0).map((fault) => [fault, stats[fault]]);
  assert.deepEqual(found, [], JSON.stringify(stats.closes));
  assert.equal(stats.epochs.length, 1, 'all positions are of one epoch');
  assert.equal(stats.digests.length, 1, 'everybody read the same of the common topic');
  const sequences = Float64Array.from(stats.sequences).sort();
  assert.equal(sequences.length, stats.published);
  sequences.forEach((sequence, i) => assert.equal(sequence, i + 1, 'each sequence was given once'));
}
