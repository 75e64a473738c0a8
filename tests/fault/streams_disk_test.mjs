// The disk is full: publishing is refused with words that help, reading goes on, and when there is room again
// publishing goes on too. Nothing that was acknowledged is lost, nothing that was refused is there.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { EventClient, sequenceOf } from '../clients/lib/events.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { notAllowed, seeing } from '../clients/lib/namespace.mjs';
import { until } from '../clients/lib/wait.mjs';

const MiB = 1 << 20;

// A host whose log is on a disk of 64 MiB, half of which is taken by `filler`.
async function onSmallDisk(t, durability) {
  const state = temporaryDirectory(t, 'slipring-state-');
  const log = path.join(state, 'log');
  fs.mkdirSync(log);
  const mount = `mount -t tmpfs -o size=64m tmpfs ${log} && head -c 32M /dev/zero > ${log}/filler`;
  const config = `streams: [{ name: default, durability: ${durability} }]\n`;
  const host = await Host.start(t, { state, config, admin: '127.0.0.1:0', command: seeing(mount) });
  // As the host sees it.
  return { host, filler: `/proc/${host.pid}/root${log}/filler` };
}

for (const durability of ['fsync', 'log']) {
  test(`a full disk, durability ${durability}`, { skip: notAllowed() }, async (t) => {
    const { host, filler } = await onSmallDisk(t, durability);
    const [writer, live] = [await EventClient.open(host), await EventClient.open(host)];
    await live.subscribe('a');
    const data = 'x'.repeat(MiB / 4);
    const acknowledged = [];
    let number = 0;
    const publish = async () => {
      const id = number++;
      const answer = await writer.ask({ op: 'publish', id, topic: 'a', eid: `${id}`, data });
      if (answer.op === 'published') acknowledged.push([answer.position, `${id}`]);
      return answer;
    };
    let refused;
    while (!refused && number < 400) {
      const answer = await publish();
      if (answer.op === 'error') refused = answer;
    }
    assert.equal(refused?.status, 'RESOURCE_EXHAUSTED', JSON.stringify(refused));
    assert.match(refused.message, /disk is full: nothing of this was published/);
    await host.logged(/log_write_failed.*No space left on device/);
    const unready = await until('the host says it is not ready', async () => {
      const answer = await host.admin('/readyz');
      return answer.status === 503 && answer.text();
    });
    assert.equal(unready, 'the log cannot be written\n');
    t.diagnostic(`${acknowledged.length} of 256 KiB, then: ${refused.message}`);

    const readAll = async () => {
      const reader = await EventClient.open(host);
      await reader.subscribe('a', { start: 'earliest' });
      const read = [];
      while (read.length < acknowledged.length) {
        const { op, position, eid } = await reader.event();
        assert.equal(op, 'event');
        read.push([position, eid]);
      }
      assert.deepEqual(read, acknowledged);
      return reader;
    };
    (await readAll()).terminate();

    fs.rmSync(filler);
    await until('publishing goes on', async () => (await publish()).op === 'published', { seconds: 30 });
    await publish();
    assert.equal((await host.admin('/readyz')).status, 200);
    acknowledged.forEach(([position], i) => assert.equal(sequenceOf(position), i + 1));
    const reader = await readAll();
    for (const [position] of acknowledged) assert.equal((await live.event()).position, position);
    await publish();
    for (const one of [reader, live]) assert.equal((await one.event()).position, acknowledged.at(-1)[0]);
  });
}
