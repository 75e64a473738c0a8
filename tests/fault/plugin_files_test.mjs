// How an operator changes the plugin directory, well or badly, and sends SIGHUP. What may lie in a plugin's
// place is in the zoo (tests/zoo).
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { buildId, rebuilt } from '../clients/lib/elf.mjs';
import { Host, defaultPlugins, transportFile } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';

const echoFile = path.join(defaultPlugins, 'echo.so');

async function serving(t) {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  const host = await Host.start(t, { plugins: plugins.path });
  const client = await Client.open(host.url());
  assert.equal((await client.ask('before')).text, 'before');
  const [{ build_id: build }] = await host.plugin('echo');
  return { plugins, host, client, build };
}

// SIGHUP, then: refused in one line, and everything as it was. Returns the report.
async function refused({ host, client, build }, file = 'echo.so') {
  const from = host.lines.length;
  const report = await host.reload(file);
  assert.equal(report.outcome, 'rejected', JSON.stringify(report));
  for (const part of ['check', 'found', 'expected']) {
    assert.ok(report[part], `the report says what was ${part}: ${JSON.stringify(report)}`);
  }
  const complaints = host.lines
    .slice(from)
    .filter((line) => line.includes(file) && /^\S+ (warn|error)\b/.test(line));
  assert.equal(complaints.length, 1, `one line about ${file}:\n${host.lines.slice(from).join('\n')}`);
  for (const part of [report.check, report.found, report.expected]) {
    const line = complaints[0].replaceAll('\\"', '"');
    assert.ok(line.includes(part), `${JSON.stringify(part)} in: ${line}`);
  }
  const builds = await host.plugin('echo');
  assert.deepEqual(builds.map((one) => [one.build_id, one.state]), [[build, 'serving']]);
  assert.equal((await client.ask('after')).text, 'after');
  return report;
}

async function committed({ host, client }, bytes, file = 'echo.so') {
  const report = await host.reload(file);
  assert.equal(report.outcome, 'committed', JSON.stringify(report));
  assert.equal(report.to.build_id, buildId(bytes));
  assert.equal((await client.ask('after')).text, 'after');
  const builds = await host.plugin('echo');
  assert.deepEqual(builds.map((one) => one.mapped_build_id), [buildId(bytes)]);
}

test('a new build put in place by rename is upgraded to', async (t) => {
  const it = await serving(t);
  const bytes = rebuilt(echoFile);
  it.plugins.write('echo.so', bytes);
  await committed(it, bytes);
});

test('a half-copied file is refused, and upgraded to once it is complete', async (t) => {
  const it = await serving(t);
  const bytes = rebuilt(echoFile);
  const half = bytes.length >> 1;
  it.plugins.overwriteInPlace('echo.so', bytes.subarray(0, half));
  await refused(it);
  fs.appendFileSync(it.plugins.file('echo.so'), bytes.subarray(half));
  await committed(it, bytes);
});

test('a bad file beside good ones is refused and the good ones are upgraded', async (t) => {
  const it = await serving(t);
  const bytes = rebuilt(echoFile);
  it.plugins.write('echo.so', bytes);
  it.plugins.write('poem.so', Buffer.from('Über allen Gipfeln'));
  const after = await it.host.reports();
  it.host.process.kill('SIGHUP');
  assert.equal((await it.host.report('poem.so', { after })).outcome, 'rejected');
  assert.equal((await it.host.report('echo.so', { after })).outcome, 'committed');
  assert.equal((await it.client.ask('after')).text, 'after');
});

test('a plugin whose file was removed goes on serving', async (t) => {
  const it = await serving(t);
  it.plugins.remove('echo.so');
  it.host.process.kill('SIGHUP');
  await it.host.logged(/^\S+ warn\b.*echo\.so/);
  const bytes = rebuilt(echoFile);
  it.plugins.write('echo.so', bytes);
  await committed(it, bytes);
});
