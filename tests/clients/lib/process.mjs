// What the kernel says a process holds.
import fs from 'node:fs';
import path from 'node:path';

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
// Open descriptors, without Unix sockets: those are the control socket's, and one that has just answered
// may or may not be closed yet when it is counted.
export function descriptors(pid) {
  const unix = new Set(
    fs.readFileSync(`/proc/${pid}/net/unix`, 'utf8')
      .split('\n')
      .slice(1)
      .map((line) => `socket:[${line.split(/\s+/)[6]}]`),
  );
  const target = (fd) => {
    try {
      return fs.readlinkSync(`/proc/${pid}/fd/${fd}`);
    } catch {
      return null; // closed since it was listed
    }
  };
  const targets = fs.readdirSync(`/proc/${pid}/fd`).map(target);
  return targets.filter((one) => one !== null && !unix.has(one)).length;
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

export const holdings = (pid) => ({
  objects: mappedObjects(pid).length,
  threads: threads(pid),
  descriptors: descriptors(pid),
  privateBytes: privateBytes(pid),
});
