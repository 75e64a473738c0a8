// A plugin that hangs: it is named while it does, others are served, and a host that hangs for too long
// starts itself again with nothing lost that was acknowledged.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { account, caughtUp, nothingWrong } from '../clients/lib/account.mjs';
import { Client } from '../clients/lib/client.mjs';
import { bin, Host, run, temporaryDirectory, testPlugins, transportFile } from '../clients/lib/host.mjs';
import { Publisher, Reader } from '../clients/lib/lasting.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const forEver = '3600000';

async function start(t, watchdog, options = {}) {
  const plugins = new PluginDirectory(t, [transportFile, 'websocket.so']);
  plugins.install(path.join(testPlugins('sleeper'), 'sleeper.so'));
  const config = `watchdog: ${watchdog}\nstreams: [{ name: default, durability: fsync }]\n`;
  return Host.start(t, { config, plugins: plugins.path, ...options });
}

// A client of /sleeper on each of the host's two shards.
async function oneOnEachShard(host) {
  const clients = [await Client.open(host.url('/sleeper')), await Client.open(host.url('/sleeper'))];
  const { sessions } = await host.json('sessions');
  assert.deepEqual(sessions.map(({ shard }) => shard).sort(), [0, 1]);
  return clients;
}

test('a callback over its limit is named while it hangs, and the other shard serves on', async (t) => {
  const host = await start(t, '{ callback: 500ms, restart: 0s }');
  const [one, two] = await oneOnEachShard(host);
  one.send('2500');
  const line = await host.logged(/^\S+ warn +callback over limit /);
  assert.match(line, /plugin=sleeper version=1\.0\.0 generation=\d+ function=receive thread=shard-[01] /);
  assert.equal((await two.ask('0')).text, '0');
  assert.equal(one.unread, 0, 'it was named after it had returned');
  assert.equal((await one.next()).text, '2500');
  const back = await host.logged(/^\S+ warn +callback returned /);
  assert.match(back, /plugin=sleeper .* function=receive /);
  const took = Number(/milliseconds=([\d.]+)/.exec(back)[1]);
  assert.ok(took > 2000 && took < 10_000, back);
  assert.equal(host.lines.filter((each) => / callback over limit plugin=sleeper /.test(each)).length, 1);

  const [sleeper] = await host.plugin('sleeper');
  assert.equal(sleeper.over_limit, 1);
  assert.equal(sleeper.last_over_limit.function, 'receive');
  assert.equal(await host.counter('callbacks_over_limit_total{sleeper}'), 1);
});

test('errors that a plugin answers are counted', async (t) => {
  const host = await start(t, '{ callback: 10s }');
  const client = await Client.open(host.url('/sleeper'));
  client.send('fail');
  assert.equal((await within('the close', client.closed)).code, 1011);
  const [sleeper] = await host.plugin('sleeper');
  assert.equal(sleeper.errors, 1);
  assert.equal(sleeper.over_limit, 0);
  assert.equal(sleeper.last_over_limit, null);
});

test('a host that hangs starts itself again, says why, and has all that was acknowledged', async (t) => {
  const host = await start(t, '{ callback: 100ms, restart: 1s }');
  const where = async () => {
    const ready = host.lines.findLast((line) => /^\S+ \w+ +ready\b/.test(line));
    return `ws://${/ address=(\S+)/.exec(ready)[1]}/ws`;
  };
  const publishers = ['a', 'b'].map((topic, id) => new Publisher(id, topic).start(where));
  const reader = new Reader(['#']).start(where);
  await until('publishing goes on', () => publishers.every(({ count }) => count > 100));
  const open = fs.readdirSync(`/proc/${host.pid}/fd`).length;

  const client = await Client.open(host.url('/sleeper'));
  client.send(forEver);
  const error = await host.logged(/^\S+ error +a shard hangs, starting again /);
  assert.match(error, / in="sleeper 1\.0\.0 in receive" /);
  const from = host.lines.indexOf(error);
  await host.logged(/^\S+ \w+ +ready\b/, { from, seconds: 30 });
  const why = host.lines.slice(from).find((line) => /last run ended because/.test(line));
  assert.match(why, /last run ended because sleeper 1\.0\.0 in receive hung/);

  const record = JSON.parse(fs.readFileSync(/ record=(\S+)/.exec(why)[1], 'utf8'));
  assert.equal(record.hung.function, 'receive');
  assert.deepEqual(record.threads.map(({ thread }) => thread), ['shard-0', 'shard-1', 'control']);
  assert.ok(record.generations.some(({ plugin, over_limit }) => plugin === 'sleeper' && over_limit > 0));

  const before = publishers.map(({ count }) => count);
  await until('publishing goes on', () => publishers.every(({ count }, i) => count > before[i] + 100));
  assert.equal(host.ended, undefined, 'it is still the same process');
  assert.equal((await host.status()).host.pid, host.pid);
  assert.equal(fs.readFileSync(`/proc/${host.pid}/comm`, 'utf8'), 'slipringd\n');
  const openNow = fs.readdirSync(`/proc/${host.pid}/fd`).length;
  assert.ok(openNow <= open + 5, `${open} descriptors were open before, ${openNow} are now`);
  await Promise.all(publishers.map((one) => one.stop()));
  await caughtUp([reader], publishers);
  await reader.stop();
  assert.deepEqual(account(reader, publishers), nothingWrong);
});

test('a host that was told to stop and hangs ends, and the next one says why', async (t) => {
  const state = temporaryDirectory(t, 'slipring-state-');
  const host = await start(t, '{ callback: 100ms, restart: 1s }', { state });
  const client = await Client.open(host.url('/sleeper'));
  client.send(forEver);
  await host.logged(/^\S+ warn +callback over limit /);
  host.process.kill('SIGTERM');
  assert.deepEqual(await within('slipringd to end', host.exited), { code: 70, signal: null });
  host.killed = true;
  const next = await start(t, '{ callback: 100ms }', { state });
  await next.logged(/last run ended because sleeper 1\.0\.0 in receive hung/);
});

test('a restart that would come before the first warning is no configuration', async (t) => {
  const file = path.join(temporaryDirectory(t), 'slipring.yaml');
  fs.writeFileSync(file, 'watchdog: { callback: 1s, restart: 100ms }\n');
  const { code, stderr } = await run(bin('slipringd'), ['--config', file, '--check']);
  assert.equal(code, 2);
  assert.match(stderr, /restart: found .*100ms.*accepted: 0s/);
});
