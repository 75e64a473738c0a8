// What the kernel says a process holds.
import fs from 'node:fs';
import path from 'node:path';
import { cleanup } from './cleanup.mjs';
import { until } from './wait.mjs';

// Distinct shared objects in the process's address space, deleted ones included.
export function mappedObjects(pid) {
  const paths = fs
    .readFileSync(`/proc/${pid}/maps`, 'utf8')
    .split('\n')
    .map((line) => /(\/\S.*)$/.exec(line)?.[1])
    .filter((file) => file && /\.so(\.|$| )/.test(path.basename(file)));
  return [...new Set(paths)].sort();
}

export const threads = (pid) => fs.readdirSync(`/proc/${pid}/task`).length;

const targets = (pid) =>
  fs.readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return null; // closed since it was listed
    }
  });

// Of the control socket: the one that listens, and those of its connections.
function controlSockets(pid) {
  const lines = fs.readFileSync(`/proc/${pid}/net/unix`, 'utf8').split('\n');
  const control = lines.filter((line) => line.endsWith('/control.sock'));
  const known = new Set(control.map((line) => `socket:[${line.split(/\s+/)[6]}]`));
  return targets(pid).filter((one) => known.has(one)).length;
}

// Files of the log come and go with what is written; how many may be open is RocksDB's setting.
const isOfLog = (target) => target.includes('/log/records');

// Every open descriptor of the host now, but for the log's files.
export const descriptors = (pid) =>
  targets(pid).filter((one) => one !== null && !isOfLog(one)).length;

// The same once nobody is connected to the control socket: one that has just answered may not be closed
// yet. A control connection that stays open makes this fail.
export async function descriptorsAtRest(pid) {
  await until('the control socket has no connection left', () => controlSockets(pid) === 1);
  return descriptors(pid);
}

function kilobytes(file, pattern) {
  let sum = 0;
  for (const [, value] of fs.readFileSync(file, 'utf8').matchAll(pattern)) sum += Number(value);
  return sum * 1024;
}

// What the process has written. Clean pages of files count as private only while no other process
// happens to map the same library.
export const privateBytes = (pid) =>
  kilobytes(`/proc/${pid}/smaps_rollup`, /^Private_Dirty:\s+(\d+) kB/gm);
export const residentBytes = (pid) => kilobytes(`/proc/${pid}/status`, /^VmRSS:\s+(\d+) kB/gm);

// What the process has to itself in memory; pages of files, which the kernel can drop, do not count.
export const anonymousBytes = (pid) =>
  kilobytes(`/proc/${pid}/status`, /^Rss(?:Anon|Shmem):\s+(\d+) kB/gm);

// The most that it had while this was watching.
export class PeakMemory {
  bytes = 0;

  constructor(t, pid) {
    this.before = anonymousBytes(pid);
    const watch = setInterval(() => {
      this.bytes = Math.max(this.bytes, anonymousBytes(pid));
    }, 20);
    cleanup(t, () => clearInterval(watch));
  }
}

export const holdings = async (pid) => ({
  objects: mappedObjects(pid).length,
  threads: threads(pid),
  descriptors: await descriptorsAtRest(pid),
  privateBytes: privateBytes(pid),
});
