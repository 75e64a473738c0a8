// What may lie in the plugin directory when SIGHUP comes. Whatever it is: one line says which check
// failed, what was found and what was expected; the old version serves on; no connection notices.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { buildId, rebuilt, withAbiMinor, withoutManifest } from '../clients/lib/elf.mjs';
import { Host, defaultPlugins, temporaryDirectory, transportFile } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { mappedObjects } from '../clients/lib/process.mjs';

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

test('a file that is not ELF is refused', async (t) => {
  const it = await serving(t);
  it.plugins.write('echo.so', Buffer.from('#!/bin/sh\necho I am no plugin\n'.repeat(100)));
  const { found, expected } = await refused(it);
  assert.match(`${found} ${expected}`, /ELF/);
});

test('an object of another machine is refused', async (t) => {
  const it = await serving(t);
  const bytes = rebuilt(echoFile);
  bytes.writeUInt16LE(183, 18); // EM_AARCH64
  it.plugins.write('echo.so', bytes);
  await refused(it);
});

test('a truncated file is refused, wherever it was cut off', async (t) => {
  const it = await serving(t);
  const bytes = rebuilt(echoFile);
  const size = bytes.length;
  for (const length of [0, 3, 63, 64, 400, size >> 2, size >> 1, size - 4096, size - 1]) {
    it.plugins.write('echo.so', bytes.subarray(0, length));
    await refused(it).catch((error) => assert.fail(`${length} of ${size} bytes: ${error.message}`));
  }
  it.plugins.write('echo.so', bytes);
  await committed(it, bytes);
});

test('headers that point outside of the file are refused', async (t) => {
  const it = await serving(t);
  const spoil = {
    'program headers beyond the end': (bytes) => bytes.writeBigUInt64LE(1n << 62n, 32),
    'a program header size of 0': (bytes) => bytes.writeUInt16LE(0, 54),
    '65535 program headers': (bytes) => bytes.writeUInt16LE(65535, 56),
  };
  for (const [what, change] of Object.entries(spoil)) {
    const bytes = rebuilt(echoFile);
    change(bytes);
    it.plugins.write('echo.so', bytes);
    await refused(it).catch((error) => assert.fail(`${what}: ${error.message}`));
  }
});

test('an object without the note of a manifest is refused', async (t) => {
  const it = await serving(t);
  it.plugins.write('echo.so', withoutManifest(echoFile));
  const { found, expected } = await refused(it);
  assert.match(`${found} ${expected}`, /note|manifest/);
});

test('a plugin for another ABI is refused, both named', async (t) => {
  const it = await serving(t);
  it.plugins.write('echo.so', withAbiMinor(echoFile, 99));
  const { found, expected } = await refused(it);
  assert.match(found, /0\.99/);
  assert.match(expected, /0\.2/);
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

test('a file overwritten in place while it is mapped harms nothing', async (t) => {
  const it = await serving(t);
  it.plugins.overwriteInPlace('echo.so', Buffer.alloc(4096, 0xcc));
  for (let i = 0; i < 100; i++) assert.equal((await it.client.ask(`${i}`)).text, `${i}`);
  const another = await Client.open(it.host.url());
  assert.equal((await another.ask('x')).text, 'x');
  await refused(it);
  const mapped = mappedObjects(it.host.pid).filter((file) => file.startsWith(it.plugins.path));
  assert.deepEqual(mapped, [], "the operator's files are never mapped");
});

test('a world-writable file is refused', async (t) => {
  const it = await serving(t);
  it.plugins.write('echo.so', rebuilt(echoFile), 0o666);
  const { found, expected } = await refused(it);
  assert.match(`${found} ${expected}`, /writ/);
});

test('anything in a world-writable directory is refused', async (t) => {
  const it = await serving(t);
  it.plugins.write('echo.so', rebuilt(echoFile));
  fs.chmodSync(it.plugins.path, 0o777);
  const from = it.host.lines.length;
  it.host.process.kill('SIGHUP');
  const line = await it.host.logged(/^\S+ (warn|error)\b.*writ/, { from });
  assert.ok(line.includes(it.plugins.path), line);
  await it.host.status();
  const complaints = it.host.lines.slice(from).filter((one) => /^\S+ (warn|error)\b/.test(one));
  assert.equal(complaints.length, 1, complaints.join('\n'));
  const [{ build_id: build }] = await it.host.plugin('echo');
  assert.equal(build, it.build);
  assert.equal((await it.client.ask('after')).text, 'after');
});

test('a file of somebody else is refused', { skip: process.getuid() !== 0 && 'needs root' }, async (t) => {
  const it = await serving(t);
  it.plugins.write('echo.so', rebuilt(echoFile));
  fs.chownSync(it.plugins.file('echo.so'), 12345, 12345);
  const { found } = await refused(it);
  assert.match(found, /12345/);
});

test('a symbolic link is refused', async (t) => {
  const it = await serving(t);
  const elsewhere = path.join(temporaryDirectory(t), 'echo.so');
  fs.writeFileSync(elsewhere, rebuilt(echoFile));
  it.plugins.remove('echo.so');
  fs.symlinkSync(elsewhere, it.plugins.file('echo.so'));
  await refused(it);
});

test('a pipe or a directory with the name of a plugin is refused and holds nothing up', async (t) => {
  const it = await serving(t);
  it.plugins.remove('echo.so');
  execFileSync('mkfifo', [it.plugins.file('echo.so')]);
  await refused(it);
  it.plugins.remove('echo.so');
  fs.mkdirSync(it.plugins.file('echo.so'));
  await refused(it);
});

test('a file of many gigabytes is refused without reading it', async (t) => {
  const it = await serving(t);
  it.plugins.write('echo.so', rebuilt(echoFile));
  fs.truncateSync(it.plugins.file('echo.so'), 64 * 2 ** 30);
  await refused(it);
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

test('two files of equal name and version are refused, both named', async (t) => {
  const it = await serving(t);
  it.plugins.write('another.so', rebuilt(echoFile));
  const from = it.host.lines.length;
  it.host.process.kill('SIGHUP');
  const line = await it.host.logged(/^\S+ (warn|error)\b.*another\.so/, { from });
  assert.match(line, /echo\.so/);
  const [{ build_id: build }] = await it.host.plugin('echo');
  assert.equal(build, it.build);
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
