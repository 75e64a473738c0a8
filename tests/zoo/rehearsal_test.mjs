// Plugins in whose files nothing wrong can be read: it shows when their code runs, in a process of its own. The
// host never maps them. One house, the same two connections; another for those who never come to an end.
import test from 'node:test';
import { sanitized } from '../clients/lib/host.mjs';
import { patience } from '../clients/lib/wait.mjs';
import { Guide } from './guide.mjs';
import { House, animal } from './house.mjs';

const built = (name) => (plugins) => plugins.install(animal(name));

const animals = [
  { name: 'needs another build of a loaded library', check: 'load', put: built('another-build-of-a-library') },
  { name: 'constructor aborts', check: 'load', put: built('constructor-aborts') },
  { name: 'constructor exits', check: 'load', put: built('constructor-exits') },
  { name: "note lies about the descriptor's version", check: 'init', put: built('lies-about-its-version') },
  { name: "note lies about the descriptor's state schema", check: 'init', put: built('lies-about-its-state-schema') },
  { name: 'missing factory', check: 'init', put: built('missing-factory') },
  { name: 'get_factory throws', check: 'init', put: built('get-factory-throws') },
  { name: 'missing profile', check: 'init', put: built('missing-profile') },
  { name: 'init fails', check: 'init', put: built('init-fails') },
  { name: 'init throws', check: 'init', put: built('throws-from-init') },
  { name: 'configuration rejected by the plugin', check: 'create', put: built('create-fails') },
  { name: 'create throws', check: 'create', put: built('throws-from-create') },
  { name: 'self-test fails', check: 'self-test', put: built('self-test-fails') },
  {
    name: 'self-test eats memory',
    skip: sanitized && 'a sanitizer maps more than any limit',
    check: 'memory',
    put: built('self-test-eats-memory'),
  },
  { name: 'import refuses all', check: 'import', put: built('import-refuses-all') },
  { name: 'import throws', check: 'import', put: built('throws-from-import-state') },
  { name: 'leaves a thread', check: 'unload', put: built('leaves-a-thread') },
  { name: 'stays mapped', check: 'unload', put: built('stays-mapped') },
];

const endless = [
  { name: 'self-test hangs', check: 'time', put: built('self-test-hangs') },
  { name: 'import hangs', check: 'time', put: built('import-hangs') },
];

test('rehearsal', async (t) => {
  const guide = new Guide('Rehearsal');
  const see = async (house, one) => {
    const { name, skip, check, put } = one;
    await t.test(name, { skip }, async () => {
      guide.see(await house.refuses({ name, check: `rehearsal: ${check}`, put }));
    });
    if (skip) guide.skip(name);
  };

  const house = await House.open(t, { config: 'upgrade: { rehearsal: { memory: 128MiB } }\n' });
  for (const one of animals) await see(house, one);

  const impatient = `upgrade: { rehearsal: { time: ${5 * patience}s } }\n`;
  const another = await House.open(t, { config: impatient });
  for (const one of endless) await see(another, one);
  await t.test('docs/zoo.md', () => guide.close());
});
