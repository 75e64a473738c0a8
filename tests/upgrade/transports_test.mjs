// A transport is replaced side by side: under a storm of connections none is refused, and who is cut
// when the old version's time is over comes back with its cursor and has lost nothing.
//   node transports_test.mjs     with SLIPRING_READERS, SLIPRING_UPGRADES (for each transport)
import assert from 'node:assert/strict';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { account, caughtUp, nothingWrong } from '../clients/lib/account.mjs';
import { EventClient } from '../clients/lib/events.mjs';
import { defaultPlugins, Host, sanitized, testPlugins } from '../clients/lib/host.mjs';
import { Publisher, Reader } from '../clients/lib/lasting.mjs';
import { Outside, WebSocket } from '../clients/lib/outside.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const readers = Number(process.env.SLIPRING_READERS ?? (sanitized ? 30 : 130));
const upgrades = Number(process.env.SLIPRING_UPGRADES ?? (sanitized ? 2 : 4));

const file = (name, variant) =>
  path.join(variant === 1 ? defaultPlugins : testPlugins(`${name}-${variant}`), `${name}.so`);
const websocket = (variant) => path.join(testPlugins(`websocket-${variant}`), 'websocket.so');

async function start(t, name, settings, more = '', others = ['page.so']) {
  const plugins = new PluginDirectory(t, [`${name}.so`, ...others]);
  plugins.install(websocket(3));
  const config =
    `endpoints: [{ name: public, listen: "127.0.0.1:0", transport: ${name} }]\n` +
    `upgrade: { ${settings} }\n${more}`;
  const host = await Host.start(t, { plugins: plugins.path, config, args: ['--allow-downgrade'] });
  return { host, plugins };
}

async function command(host, ...args) {
  const { code, stdout, stderr } = await host.cli('--json', 'plugins', ...args);
  return { code, stderr, ...(stdout ? JSON.parse(stdout) : {}) };
}

const states = async (host, name) =>
  (await host.plugin(name)).map(({ version, state, sessions }) => `${version} ${state} ${sessions}`);

const latest = async (host, name) => (await command(host, 'ledger', name)).upgrades.at(-1);

// Connects and leaves, again and again; says what went wrong.
class Storm {
  opened = 0;
  refused = [];

  constructor(url, width) {
    this.going = true;
    this.done = Promise.all(Array.from({ length: width }, () => this.#stay(url)));
  }

  async #stay(url) {
    while (this.going) await this.#visit(url);
  }

  #visit(url) {
    return new Promise((resolve) => {
      const socket = new WebSocket(url, 'slipring.json.v1', { perMessageDeflate: false });
      let open = false;
      socket.on('open', () => {
        open = true;
        this.opened++;
        socket.close();
      });
      socket.on('error', (error) => open || this.refused.push(error.message));
      socket.on('close', resolve);
    });
  }

  async end() {
    this.going = false;
    await within('the storm to end', this.done);
  }
}

// Asks again and again over a connection that is kept while the server keeps it.
class Requests {
  answered = 0;
  failed = [];

  constructor(url) {
    this.going = true;
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    this.done = this.#ask(url);
  }

  async #ask(url) {
    while (this.going) {
      await new Promise((resolve) => {
        const request = http.get(url, { agent: this.agent }, (answer) => {
          answer.resume().on('end', () => {
            this.answered++;
            setTimeout(resolve, 2);
          });
        });
        request.on('error', (error) => {
          this.failed.push(error.message);
          resolve();
        });
      });
    }
    this.agent.destroy();
  }

  end() {
    this.going = false;
    return this.done;
  }
}

let cutInAll = 0;
for (const name of ['web', 'lws']) {
  test(`${upgrades} upgrades of ${name} under a storm: none is refused, ${readers} are cut each time`, async (t) => {
    const { host, plugins } = await start(
      t, name, 'probation: 0s, drain: 1500ms', 'streams: [{ name: default, durability: log }]\n',
    );
    const where = async () => host.url('/ws');
    const publisher = new Publisher(1, 'news', { perSecond: 40 }).start(where);
    const all = Array.from({ length: readers }, () => new Reader(['#']).start(where));
    await until('all read', () => all.every((one) => one.count > 0));
    const storm = new Storm(host.url('/ws'), 8);
    const requests = name === 'web' ? new Requests(`http://${host.endpoints[0].address}/`) : undefined;

    let cut = 0;
    let drained = 0;
    for (let i = 0; i < upgrades; i++) {
      const [before, asked] = [storm.opened, requests?.answered];
      await until('the storm goes on', () => storm.opened > before + 30);
      if (requests) await until('requests go on', () => requests.answered > asked + 10);
      plugins.install(file(name, i % 2 === 0 ? 2 : 1));
      const made = await command(host, 'upgrade', name);
      assert.equal(made.reports[0].outcome, 'committed', JSON.stringify(made));
      const to = made.reports[0].to.generation;
      await until('the version before has ended', async () =>
        (await host.plugin(name)).every(({ generation, state }) =>
          state === (generation === to ? 'serving' : 'retired')), { seconds: 30 });
      const { sessions } = await latest(host, name);
      assert.equal(sessions.planned, sessions.drained + sessions.cut, JSON.stringify(sessions));
      assert.equal(sessions.moved + sessions.stayed + sessions.ended, 0, JSON.stringify(sessions));
      assert.ok(sessions.cut >= readers + 1, JSON.stringify(sessions));
      cut += sessions.cut;
      drained += sessions.drained;
      await until('all came back', () =>
        [publisher, ...all].every(({ visits }) => visits === i + 2));
    }
    await storm.end();
    await requests?.end();
    await publisher.stop();
    await caughtUp(all, [publisher]);

    assert.deepEqual(storm.refused, []);
    assert.deepEqual(requests?.failed ?? [], []);
    for (const one of all) assert.deepEqual(account(one, [publisher]), nothingWrong);
    const retired = (await host.plugin(name)).filter(({ state }) => state === 'retired');
    assert.equal(retired.length, upgrades);
    for (const { cause, sessions, mapped } of retired) {
      assert.deepEqual([cause, sessions, mapped], ['still mapped because it is pinned', 0, true]);
    }
    await Promise.all(all.map((one) => one.stop()));
    cutInAll += cut;
    t.diagnostic(
      `${storm.opened} connections of the storm, refused 0; ${requests?.answered ?? 0} requests, failed 0; ` +
        `${cut} cut, ${drained} ended before; ${publisher.count} events, to ${readers} readers each`,
    );
  });
}

test('a thousand connections were cut', { skip: sanitized }, () => {
  assert.ok(cutInAll >= 1000, `${cutInAll}`);
});

for (const name of ['web', 'lws']) {
  test(`who is cut by an upgrade of ${name} is told when to come back`, async (t) => {
    const { host, plugins } = await start(t, name, 'probation: 0s, drain: 200ms', 'shutdown: { reconnects: 100 }\n');
    const clients = await Promise.all(Array.from({ length: 20 }, () => EventClient.open(host)));
    for (const client of clients) await client.subscribe('#');
    plugins.install(file(name, 2));
    const { reports } = await command(host, 'upgrade', name);
    assert.equal(reports[0].message, `${name} 1.0.0 replaced by 1.1.0, 20 sessions stay with 1.0.0 until they end`);
    await clients[0].publish('last', 'words');
    const hints = new Set();
    for (const client of clients) {
      const { code, reason } = await within('the connection to close', client.closed);
      assert.equal((await client.event()).data, 'words');
      const { retry_ms: retry, ...closing } = client.closing;
      assert.deepEqual(closing, { op: 'closing', reason: 'deadline' });
      assert.deepEqual([code, reason], [1012, `${name} 1.0.0 was replaced; retry in ${retry} ms`]);
      hints.add(retry);
    }
    assert.equal(hints.size, clients.length, 'no two of them come at once');
  });

  test(`sessions of both versions of ${name} move with their adapter`, async (t) => {
    const { host, plugins } = await start(t, name, 'probation: 0s, drain: 0s');
    const old = await EventClient.open(host);
    await old.subscribe('#');
    plugins.install(file(name, 2));
    await command(host, 'upgrade', name);
    const fresh = await EventClient.open(host);
    await fresh.subscribe('#');
    assert.deepEqual(await states(host, name), ['1.0.0 draining 1', '1.1.0 serving 1']);
    plugins.install(websocket(2));
    const { reports } = await command(host, 'upgrade', 'websocket');
    assert.equal(reports[0].sessions.moved, 2);
    await fresh.publish('a', 1);
    for (const client of [old, fresh]) assert.equal((await client.event()).data, 1);
    await old.close();
    await until('the old version has ended', async () =>
      (await states(host, name)).join() === '1.0.0 retired 0,1.1.0 serving 1');
    const { sessions } = await latest(host, name);
    assert.deepEqual([sessions.planned, sessions.drained, sessions.cut], [1, 1, 0]);
    await fresh.close();
  });
}

test('a new version that fails changes nothing', async (t) => {
  const { host, plugins } = await start(t, 'web', 'probation: 0s');
  const client = await EventClient.open(host);
  await client.subscribe('#');
  for (const [variant, stage, found] of [
    ['init-fails', 'verified', /init/],
    ['create-fails', 'rehearsed', /^create: found endpoint public: transport web 1\.2\.0 create answered UNAVAILABLE: no second one/],
  ]) {
    plugins.install(file('web', variant));
    const { code, reports } = await command(host, 'upgrade', 'web');
    assert.equal(code, 1);
    assert.deepEqual([reports[0].outcome, reports[0].stage], ['rejected', stage], reports[0].message);
    assert.match(reports[0].message, found);
    const another = await EventClient.open(host);
    await another.publish('a', variant);
    assert.equal((await client.event()).data, variant);
    await another.close();
  }
  const left = (await host.plugin('web')).map(({ version, state, cause }) => [version, state, cause]);
  assert.deepEqual(left.map(([version, state]) => [version, state]), [['1.0.0', 'serving'], ['1.2.0', 'retired']]);
  assert.match(left[1][2], /^rejected, still mapped because it is pinned: create: /);
  await client.close();
});

test('no more versions drain than are allowed', async (t) => {
  const { host, plugins } = await start(t, 'web', 'probation: 0s, drain: 0s, max_draining: 1');
  const client = await EventClient.open(host);
  plugins.install(file('web', 2));
  assert.equal((await command(host, 'upgrade', 'web')).code, 0);
  plugins.install(file('web', 1));
  const refused = await command(host, 'upgrade', 'web');
  assert.equal(
    refused.reports[0].message,
    'draining: found 1 versions of web that drain: 1.0.0, expected fewer than 1 (upgrade.max_draining)',
  );
  assert.equal((await command(host, 'plan', 'web')).plan[0].action, 'refuse');
  await client.close();
  await until('it may', async () => (await command(host, 'upgrade', 'web')).code === 0);
});

test('a transport goes back to the version before, in its probation and later', async (t) => {
  const { host, plugins } = await start(t, 'web', 'probation: 60s, drain: 0s');
  const client = await EventClient.open(host);
  await client.subscribe('#');
  const says = async (what) => {
    const other = await EventClient.open(host);
    await other.publish('a', what);
    assert.equal((await client.event()).data, what);
    await other.close();
  };
  plugins.install(file('web', 2));
  await command(host, 'upgrade', 'web');
  assert.deepEqual(await states(host, 'web'), ['1.0.0 warm 1', '1.1.0 serving 0']);
  await says('new');
  const back = await command(host, 'rollback', 'web');
  assert.equal(back.reports[0].message, 'web 1.0.0 serves again: rollback: found asked for by command');
  await until('the new one has ended', async () =>
    (await states(host, 'web')).join() === '1.0.0 serving 1,1.1.0 retired 0');
  await says('old again');
  assert.equal((await command(host, 'quarantine', '--release', 'web')).code, 0);
  assert.equal((await command(host, 'upgrade', 'web')).code, 0);
  await says('new again');
  await host.stop();
  assert.equal((await within('the connection to close', client.closed)).code, 1012);
});

test('a link stays up, and is made again by the new version', async (t) => {
  const outside = await Outside.start(t);
  const { host, plugins } = await start(
    t, 'lws', 'probation: 0s, drain: 1500ms',
    `links: [{ name: prices, target: "ws://127.0.0.1:${outside.port}", adapter: feed }]\n` +
      'adapters: { feed: { links: { prices: { topic: in } } } }\n',
    ['feed.so'],
  );
  const reader = await EventClient.open(host);
  await reader.subscribe('in');
  const first = await outside.connected();
  plugins.install(file('lws', 2));
  assert.equal((await command(host, 'upgrade', 'lws')).code, 0);
  first.socket.send('{"n":1}');
  assert.deepEqual((await reader.event()).data, { n: 1 });
  await reader.close();
  const second = await outside.connected(2);
  const again = await EventClient.open(host);
  await again.subscribe('in');
  second.socket.send('{"n":2}');
  assert.deepEqual((await again.event()).data, { n: 2 });
  await until('the old version has ended', async () =>
    (await states(host, 'lws')).join() === '1.0.0 retired 0,1.1.0 serving 2');
  const [link] = (await host.status()).links;
  assert.deepEqual([link.state, link.connections], ['connected', 2]);
  await again.close();
});
