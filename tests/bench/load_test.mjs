// The load generator works and finds what a server does wrong. No figure is looked at: sanitizers and
// other tests may be running.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Host, testPlugins, transportFile } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { load, startLimit, startNpmWs, steeredLoad } from './lib/programs.mjs';
import path from 'node:path';

const brief = { connections: 10, 'warm-up': 0.05, seconds: 0.2 };
const patterns = {
  'ping-pong': { depth: 4 },
  paced: { pattern: 'paced', rate: 2000, timeline: 10 },
};

function assertMeasured(said) {
  const { lost, doubled, reordered, altered, closed } = said;
  assert.deepEqual({ lost, doubled, reordered, altered, closed },
    { lost: 0, doubled: 0, reordered: 0, altered: 0, closed: 0 });
  assert.equal(said.void, false);
  assert.ok(said.messages > 0 && said.p99_us >= said.p50_us && said.longest_us >= said.p99_us);
}

for (const [name, pattern] of Object.entries(patterns)) {
  test(`every server answers ${name} with nothing missing`, async (t) => {
    const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
    plugins.install(path.join(testPlugins('tally-1'), 'tally.so'));
    const host = await Host.start(t, { plugins: plugins.path });
    const slipringd = { name: 'slipringd', pid: host.pid, port: host.port };
    const servers = [await startLimit(t), await startNpmWs(t),
      { ...slipringd, path: '/echo' }, { ...slipringd, path: '/tally' }];
    for (const server of servers) assertMeasured(await load(t, server, { ...brief, ...pattern }));
  });
}

test('connections stay between steered runs', async (t) => {
  const limit = await startLimit(t);
  const steered = await steeredLoad(t, limit, brief);
  for (let run = 0; run < 2; run++) assertMeasured(await steered.run());
});

const faults = { lose: 'lost', double: 'doubled', reorder: 'reordered', alter: 'altered' };
for (const [fault, count] of Object.entries(faults)) {
  test(`a server that is made to ${fault} messages makes the figures void`, async (t) => {
    const said = await load(t, await startLimit(t, 1, fault), { ...brief, depth: 4 });
    assert.ok(said[count] > 0, JSON.stringify(said));
    assert.equal(said.void, true);
  });
}
