// What may lie in the plugin directory in a plugin's place. Whatever it is, none of its code runs: one line
// says which check failed, what was found and what was expected; the old version serves on; no connection
// notices. All of it in one house, one after the other, under the same two connections.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { buildId, parts, rebuilt, withoutSections } from '../clients/lib/elf.mjs';
import { temporaryDirectory } from '../clients/lib/host.mjs';
import { notAllowed, seeing } from '../clients/lib/namespace.mjs';
import { mappedObjects } from '../clients/lib/process.mjs';
import { Guide } from './guide.mjs';
import { House, animal, file } from './house.mjs';
import { Swapper } from './swapper.mjs';
import { Visitor } from './visitor.mjs';

const fresh = () => rebuilt(animal('new'));
const write = (bytes, mode) => (plugins) => plugins.write(file, bytes, mode);
const cut = (bytes, at) => write(bytes.subarray(0, at));
const spoilt = (change) => {
  const bytes = fresh();
  change(bytes);
  return write(bytes);
};
const instead = (make) => (plugins) => {
  plugins.remove(file);
  make(plugins.file(file), plugins);
};
const bare = withoutSections(animal('new'));
const at = parts(bare);
const poem = Buffer.from('Über allen Gipfeln ist Ruh\n'.repeat(100));

const animals = [
  { name: 'not ELF', check: 'elf', put: write(poem) },
  { name: 'empty', check: 'elf', put: write(Buffer.alloc(0)) },
  { name: 'truncated in its first word', check: 'elf', put: cut(fresh(), 3) },
  { name: 'truncated in its header', check: 'elf', put: cut(fresh(), 63) },
  { name: 'truncated by half', check: 'elf', put: cut(fresh(), fresh().length >> 1) },
  { name: 'truncated by a byte', check: 'elf', put: cut(fresh(), fresh().length - 1) },
  { name: 'without sections, truncated in its program headers', check: 'elf', put: cut(bare, at.programHeaders) },
  { name: 'without sections, truncated in its note', check: 'elf', put: cut(bare, at.note) },
  { name: 'without sections, truncated in its code', check: 'elf', put: cut(bare, at.code) },
  { name: 'without sections, truncated in its dynamic section', check: 'elf', put: cut(bare, at.dynamic) },
  { name: 'for another machine', check: 'elf', put: spoilt((bytes) => bytes.writeUInt16LE(183, 18)) },
  { name: 'an executable', check: 'elf', put: spoilt((bytes) => bytes.writeUInt16LE(2, 16)) },
  {
    name: 'program headers far outside',
    check: 'elf',
    put: spoilt((bytes) => bytes.writeBigUInt64LE(1n << 62n, 32)),
  },
  { name: 'program headers of no size', check: 'elf', put: spoilt((bytes) => bytes.writeUInt16LE(0, 54)) },
  { name: '65,535 program headers', check: 'elf', put: spoilt((bytes) => bytes.writeUInt16LE(65535, 56)) },
  {
    name: 'of many gigabytes',
    check: 'size',
    put(plugins) {
      plugins.write(file, fresh());
      fs.truncateSync(plugins.file(file), 64 * 2 ** 30);
    },
  },
  {
    name: 'a symbolic link',
    check: 'type',
    put: instead((place) => fs.symlinkSync(animal('new'), place)),
  },
  { name: 'a pipe', check: 'type', put: instead((place) => execFileSync('mkfifo', [place])) },
  { name: 'a directory', check: 'type', put: instead((place) => fs.mkdirSync(place)) },
  { name: 'world-writable file', check: 'mode', put: write(fresh(), 0o666) },
  {
    name: 'world-writable directory',
    check: 'directory mode',
    put(plugins) {
      plugins.write(file, fresh());
      fs.chmodSync(plugins.path, 0o777);
    },
  },
  {
    name: "somebody else's file",
    skip: process.getuid() !== 0 && 'needs root',
    check: 'owner',
    put(plugins) {
      plugins.write(file, fresh());
      fs.chownSync(plugins.file(file), 12345, 12345);
    },
  },
  {
    name: 'two files with equal name and version',
    check: 'twins',
    reports: 2,
    put(plugins) {
      plugins.write(file, fresh());
      plugins.write('zebra.so', fresh());
    },
  },
];

test('files', async (t) => {
  const guide = new Guide('Files');
  const house = await House.open(t);

  for (const one of animals) {
    await t.test(one.name, { skip: one.skip }, async () => guide.see(await house.refuses(one)));
    if (one.skip) guide.skip(one.name);
  }

  await t.test('file overwritten while mapped', async () => {
    const put = (plugins) => plugins.overwriteInPlace(file, Buffer.alloc(4096, 0xcc));
    const mapped = mappedObjects(house.host.pid).filter((one) => one.startsWith(house.plugins.path));
    assert.deepEqual(mapped, [], "the operator's files are never mapped");
    guide.see(await house.refuses({ name: 'file overwritten while mapped', check: 'elf', put }));
    const another = await Visitor.enter(house.host.url('/animal'));
    await another.flow('1.0.0');
    await another.hush();
    await another.close();
  });

  await t.test('symlink swapped between check and load', async (t) => {
    const name = 'symlink swapped between check and load';
    guide.see(await swapped(t, name));
  });

  const skip = notAllowed();
  await t.test('noexec staging directory', { skip }, async (t) => {
    guide.see(await onAMount(t, { name: 'noexec staging directory', spoil: remountNoexec }));
  });
  await t.test('disk full while staging', { skip }, async (t) => {
    guide.see(await onAMount(t, { name: 'disk full while staging', spoil: fill }));
  });
  if (skip) for (const name of ['noexec staging directory', 'disk full while staging']) guide.skip(name);

  await t.test('docs/zoo.md', () => guide.close());
});

// Good builds are brought in while the file is a link to a bad one every other moment: whatever is checked is what
// is loaded, and it is never the link's target.
async function swapped(t, name) {
  const house = await House.open(t);
  const { plugins, host } = house;
  const good = path.join(plugins.path, '.good');
  let refused;
  const [, ran] = await house.watched(async () => {
    for (let builds = 0; builds < 3; builds++) {
      const bytes = rebuilt(animal('old'));
      fs.rmSync(good, { force: true });
      fs.writeFileSync(good, bytes);
      const swapper = new Swapper(t, { file: plugins.file(file), good, bad: animal('new') });
      let committed = false;
      for (let looks = 0; !committed || !refused; looks++) {
        assert.ok(looks < 200, `a link and a file are found now and then; committed: ${committed}`);
        for (const report of await house.upgrade()) {
          if (report.outcome === 'committed') {
            assert.equal(report.to.build_id, buildId(bytes));
            committed = true;
          } else {
            assert.equal(report.check, 'type', JSON.stringify(report));
            refused = report;
          }
        }
      }
      await swapper.stop();
      const [{ mapped_build_id: mapped, build_id: build }] = await host.plugin('animal');
      assert.deepEqual([mapped, build], [buildId(bytes), buildId(bytes)]);
    }
  });
  await house.flow('1.0.0');
  return { name, at: 'staged', message: house.plain(refused.message), ran, connections: 'untouched' };
}

// A house whose staging directory is a file system of its own, which `spoil` does something to. That holds for
// every file: the transport's is looked at too.
async function onAMount(t, { name, spoil }) {
  const state = temporaryDirectory(t, 'slipring-state-');
  const staged = path.join(state, 'staged');
  fs.mkdirSync(staged);
  const house = await House.open(t, {
    state,
    command: seeing(`mount -t tmpfs -o size=64m tmpfs ${staged}`),
  });
  spoil(house.host, staged);
  return house.refuses({ name, check: 'staging', reports: 2, put: write(fresh()) });
}

function remountNoexec({ pid }, staged) {
  const inside = ['--target', pid, '--mount', '--user', '--preserve-credentials'];
  execFileSync('nsenter', [...inside, 'mount', '-n', '-i', '-o', 'remount,noexec', 'tmpfs', staged]);
}

// Leaves room for a part of the file.
function fill({ pid }, staged) {
  const filler = fs.openSync(`/proc/${pid}/root${staged}/filler`, 'w');
  const block = Buffer.alloc(1 << 16);
  let size = 0;
  try {
    for (;;) size += fs.writeSync(filler, block);
  } catch (error) {
    assert.equal(error.code, 'ENOSPC');
  }
  fs.ftruncateSync(filler, size - 98304);
  fs.closeSync(filler);
}
