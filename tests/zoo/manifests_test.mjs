// Complete shared objects whose manifest, symbols or libraries do not do. All that is wrong with them can be read
// in the file, so none of their code runs. One house, the same two connections.
import test from 'node:test';
import { withManifestSpoiled, withoutManifest } from '../clients/lib/elf.mjs';
import { Guide } from './guide.mjs';
import { House, animal, file } from './house.mjs';

const built = (name) => (plugins) => plugins.install(animal(name));
const spoilt = (change) => (plugins) => plugins.write(file, withManifestSpoiled(animal('new'), change));

const animals = [
  { name: 'no note', check: 'note', put: (plugins) => plugins.write(file, withoutManifest(animal('new'))) },
  { name: 'note corrupt', check: 'manifest', put: spoilt((content) => content.fill(0xff, 8, 40)) },
  { name: 'note that is no manifest', check: 'manifest', put: spoilt((content) => content.write('POEM', 4)) },
  { name: 'note longer than its segment', check: 'elf', put: spoilt((_, head) => head.writeUInt32LE(1 << 30, 4)) },
  { name: 'wrong ABI major', check: 'abi', put: built('wrong-abi-major') },
  { name: 'newer ABI minor', check: 'abi', put: built('newer-abi-minor') },
  { name: 'wrong kind', check: 'kind', put: built('wrong-kind') },
  { name: 'unknown profile', check: 'profile', put: built('unknown-profile') },
  { name: 'downgrade', check: 'downgrade', put: built('downgrade') },
  { name: 'state schema too new', check: 'state schema', put: built('state-schema-too-new') },
  { name: 'configuration rejected by the schema', check: 'settings', put: built('configuration-rejected') },
  { name: 'unique symbol', check: 'unique symbols', put: built('unique-symbol') },
  { name: 'thread_local with a destructor', check: 'thread exit', put: built('thread-local-destructor') },
  { name: 'starts a thread', check: 'threads', put: built('starts-a-thread') },
  { name: 'needs a library that is missing', check: 'libraries', put: built('missing-library') },
  { name: 'generated protobuf', check: 'libraries', put: built('generated-protobuf') },
];

test('manifests', async (t) => {
  const guide = new Guide('Manifests, symbols, libraries');
  const house = await House.open(t);
  for (const one of animals) {
    await t.test(one.name, async () => guide.see(await house.refuses(one)));
  }
  await t.test('docs/zoo.md', () => guide.close());
});
