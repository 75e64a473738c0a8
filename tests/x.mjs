import { Host } from './clients/lib/host.mjs';
import { Publisher, Reader } from './clients/lib/lasting.mjs';
import { privateBytes } from './clients/lib/process.mjs';
import { setTimeout as pause } from 'node:timers/promises';
const durability = process.argv[2];
const host = new Host(undefined, { config: `streams: [{ name: default, durability: ${durability}, ring: 1MiB }]\n`, env: { GLIBC_TUNABLES: 'glibc.malloc.trim_threshold=65536:glibc.malloc.mmap_threshold=65536' }, state: '/tmp/w/st1' });
await host.ready();
const p = [0,1,2].map((i) => new Publisher(i, `t/${i}`, { again: false, size: 50, window: 256 }).start(() => host.url('/ws')));
const r = new Reader(['#']).start(() => host.url('/ws'));
for (let i = 0; i < 12; i++) { await pause(1000); console.log(p.reduce((s, o) => s + o.count, 0), r.count, (privateBytes(host.pid) / 1048576).toFixed(1)); }
await host.kill(); process.exit(0);
