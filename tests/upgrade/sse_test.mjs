// The adapter sse is replaced, to and fro, under streams over HTTP/1.1 and HTTP/2 while events come: none
// of them is closed, no event is lost, doubled or out of order.
//   node sse_test.mjs     with SLIPRING_STREAMS (over each), SLIPRING_UPGRADES
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, defaultPlugins, sanitized, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { Remote } from '../clients/lib/remote.mjs';
import { until } from '../clients/lib/wait.mjs';

const each = Number(process.env.SLIPRING_STREAMS ?? (sanitized ? 60 : 300));
const upgrades = Number(process.env.SLIPRING_UPGRADES ?? (sanitized ? 6 : 10));
const lingering = Math.min(50, each);
const streams = 2 * each;

// Shorter slices than usual: more rounds of each move in which events come. One stream that cannot move
// takes all back.
const config = `
upgrade: { slice: 20us, max_failed_moves: 0% }
limits: { stall: 60s }
adapters: { sse: { heartbeat: 1s } }
`;

const program = new URL('../clients/sse_load.mjs', import.meta.url);
const builds = [path.join(defaultPlugins, 'sse.so'), path.join(testPlugins('sse-next'), 'sse.so')];

// Publishes one after another: to all, to one, and now and then much at once, which takes longer to write.
class Publisher {
  common = 0;
  own = 0;

  constructor(client) {
    this.client = client;
  }

  async publish(topic, data) {
    const answer = await this.client.ask(JSON.stringify({ op: 'publish', id: 1, topic, data }));
    assert.equal(JSON.parse(answer.text).op, 'published', answer.text);
  }

  async round(text = '') {
    await this.publish('all', { n: this.common++, text });
    const reader = this.own % streams;
    await this.publish(`own/${reader}`, Math.floor(this.own++ / streams));
  }

  async run(going) {
    while (going()) {
      await this.round();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

test(`${upgrades} upgrades under ${each} streams over each of HTTP/1.1 and HTTP/2`, async (t) => {
  const plugins = new PluginDirectory(t, ['web.so', 'websocket.so', 'sse.so']);
  const host = await Host.start(t, { plugins: plugins.path, config, args: ['--allow-downgrade'] });
  const { address } = host.endpoints[0];
  const load = new Remote(t, program);
  await load.ask('open', { address, first: 0, http1: each, overHttp2: each, lingering });
  const publisher = new Publisher(await Client.open(host.url('/ws')));
  await host.sessions(streams + 1);

  const reports = [];
  for (let number = 1; number <= upgrades; number++) {
    plugins.install(builds[number % 2]);
    await load.ask('linger', { on: true });
    for (let i = 0; i < 4; i++) await publisher.round('x'.repeat(30_000));
    let going = true;
    const publishing = publisher.run(() => going);
    reports.push(await host.reload('sse.so'));
    await load.ask('linger', { on: false });
    going = false;
    await publishing;
  }
  const wanted = publisher.common * streams + publisher.own;
  const all = async () => (await load.ask('stats')).read >= wanted;
  await until('every event has come', all, { seconds: 60, everyMs: 50 });
  const stats = await load.ask('stats');
  const { counters } = await host.status();

  const sum = (what) => reports.reduce((total, { shards }) => total + shards.reduce((n, one) => n + one[what], 0), 0);
  t.diagnostic(`${wanted} events read, ${stats.comments} heartbeats, ${sum('with_output')} moved with output queued`);
  for (const report of reports) assert.equal(report.outcome, 'committed', JSON.stringify(report));
  assert.equal(sum('moved'), upgrades * streams);
  assert.ok(sum('with_output') > 0, 'streams moved with a part of an event still to be written');
  const { closed, doubled, passedOver, foreign, read } = stats;
  assert.deepEqual({ closed, doubled, passedOver, foreign, read }, { closed: 0, doubled: 0, passedOver: 0, foreign: 0, read: wanted });
  assert.equal(counters.gaps_announced_total, 0);
  assert.ok(stats.comments > 0, 'heartbeats came');
});
