// Plugins whose flaw shows in the host only: rehearsal cannot know it, or does not ask for what is wrong.
import assert from 'node:assert/strict';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { defaultPlugins } from '../clients/lib/host.mjs';
import { until, within } from '../clients/lib/wait.mjs';
import { Guide } from './guide.mjs';
import { House, animal, sessions } from './house.mjs';

const built = (name) => (plugins) => plugins.install(animal(name));

const refused = [
  { name: 'init fails in the host only', check: 'load', put: built('init-fails-when-live') },
  { name: 'create fails in the host only', check: 'create', put: built('create-fails-when-live') },
];

test('host', async (t) => {
  const guide = new Guide('Host');
  const house = await House.open(t);
  for (const one of refused) {
    await t.test(one.name, async () => guide.see(await house.refuses(one)));
  }
  const others = {
    importRefuses,
    exportFails,
    exportThrows,
    importRefusesOne,
    openThrows,
    receiveThrows,
    closeThrows,
    endThrows,
  };
  for (const [name, see] of Object.entries(others)) {
    await t.test(name, async (t) => guide.see(await see(t)));
  }
  await t.test('docs/zoo.md', () => guide.close());
});

const importRefuses = (t) => rolledBack(t, { name: 'import refuses all in the host only', put: 'import-refuses-when-live' });
const exportFails = (t) => rolledBack(t, { name: 'export of the old version fails', old: 'export-fails' });
const exportThrows = (t) => rolledBack(t, { name: 'export of the old version throws', old: 'throws-from-export-state' });

// The sessions cannot move: all go on with the version that served before, which is the animal if `old` is given.
async function rolledBack(t, { name, old, put = 'new' }) {
  const house = await House.open(t, { old });
  const [[report], ran] = await house.watched(() => {
    built(put)(house.plugins);
    return house.upgrade();
  }, { of: old && '1.0.0' });
  assert.equal(report.outcome, 'rolled back', JSON.stringify(report));
  assert.equal(report.stayed_because.length, 1, 'the report gives the reason');
  const line = await house.host.logged(/ warn +plugin rolled back /);
  assert.ok(line.includes(report.message), line);
  await house.untouched();
  return { name, at: report.stage, message: house.plain(report.message), ran, connections: 'untouched' };
}

async function importRefusesOne(t) {
  const house = await House.open(t);
  const { host, visitors } = house;
  const [[report], ran] = await house.watched(() => {
    built('import-refuses-one')(house.plugins);
    return house.upgrade();
  });
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  await host.logged(/ warn +plugin committed .* stayed=1 /);
  const generations = (await host.plugin('animal')).map((one) => [one.state, one.version, one.sessions, one.mapped]);
  assert.deepEqual(generations.sort(), [
    ['draining', '1.0.0', 1, true],
    ['serving', '2.0.0', 1, true],
  ]);
  for (const visitor of visitors) await visitor.flow();
  const versions = visitors.map(({ version }) => version);
  assert.deepEqual([...versions].sort(), ['1.0.0', '2.0.0'], 'each client is answered by one version');

  const stayed = visitors[versions.indexOf('1.0.0')];
  await stayed.hush();
  await stayed.close();
  await until('the old version goes with its last session', async () => (await host.plugin('animal')).length === 1);
  await visitors[versions.indexOf('2.0.0')].flow('2.0.0');
  return {
    name: 'import refuses one session',
    at: 'moving',
    message: `${report.message} (${report.stayed_because[0]})`,
    ran,
    connections: 'one moved, one stayed: no gap, no close',
  };
}

// Found by the first message only: those who send one pay for it, nobody else does.
async function receiveThrows(t) {
  const house = await House.open(t);
  const { host, plugins, visitors } = house;
  plugins.install(path.join(defaultPlugins, 'echo.so'));
  await house.upgrade();
  const beside = await Client.open(host.url('/echo'));
  for (const visitor of visitors) await visitor.hush();
  const [[report], ran] = await house.watched(async () => {
    built('throws-from-receive')(plugins);
    const reports = await house.upgrade();
    visitors[0].send('anything');
    const { code } = await within('the close', visitors[0].closed);
    assert.equal(code, 1011);
    await until('one session is left', async () => sessions((await host.status()).plugins) === 1);
    return reports;
  }, { traffic: true });
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  assert.equal((await beside.ask('still here')).text, 'still here');
  visitors[1].unbroken();
  return {
    name: 'receive throws',
    at: '(serving)',
    message: report.message,
    ran,
    connections: 'closed with 1011 when it sends; others untouched',
  };
}

// Found by those who come new; who is there already has moved.
async function openThrows(t) {
  const house = await House.open(t);
  const [[report], ran] = await house.watched(async () => {
    built('throws-from-open')(house.plugins);
    const reports = await house.upgrade();
    await assert.rejects(Client.open(house.host.url('/animal')), { statusCode: 500 });
    return reports;
  });
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  await house.flow('2.0.0');
  return {
    name: 'open throws',
    at: '(serving)',
    message: report.message,
    ran,
    connections: 'both moved: no gap, no close; new ones refused with 500',
  };
}

async function closeThrows(t) {
  const house = await House.open(t);
  const { host, visitors } = house;
  const [[report], ran] = await house.watched(async () => {
    built('throws-from-close')(house.plugins);
    const reports = await house.upgrade();
    await visitors[0].hush();
    assert.equal((await visitors[0].close()).code, 1000);
    await until('one session is left', async () => sessions((await host.status()).plugins) === 1);
    return reports;
  });
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  await visitors[1].flow('2.0.0');
  return {
    name: 'close throws',
    at: '(serving)',
    message: report.message,
    ran,
    connections: 'both moved: no gap, no close; ended as ever',
  };
}

// An old version that lets exceptions out when it is replaced, is replaced.
async function endThrows(t) {
  const house = await House.open(t, { old: 'throws-at-the-end' });
  const [[report], ran] = await house.watched(() => {
    built('new')(house.plugins);
    return house.upgrade();
  }, { of: '1.0.0' });
  assert.deepEqual([report.outcome, report.unloaded], ['committed', true], JSON.stringify(report));
  await house.flow('2.0.0');
  const left = (await house.host.plugin('animal')).map((one) => [one.state, one.version, one.sessions]);
  assert.deepEqual(left, [['serving', '2.0.0', 2]]);
  return {
    name: 'release, destroy and deinit of the old version throw',
    at: '(unloaded)',
    message: report.message,
    ran,
    connections: 'both moved: no gap, no close',
  };
}
