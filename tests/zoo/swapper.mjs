// A thread that makes `file` a hard link to `good` and a symbolic link to `bad` in turns, many times while a build is
// looked at, until it is stopped.
import fs from 'node:fs';
import { Worker, isMainThread, workerData } from 'node:worker_threads';
import { fileURLToPath } from 'node:url';
import { cleanup } from '../clients/lib/cleanup.mjs';

export class Swapper {
  constructor(t, names) {
    this.stopped = new Int32Array(new SharedArrayBuffer(4));
    this.worker = new Worker(fileURLToPath(import.meta.url), {
      workerData: { ...names, stopped: this.stopped },
    });
    this.ended = new Promise((resolve, reject) => {
      this.worker.on('error', reject);
      this.worker.on('exit', resolve);
    });
    cleanup(t, () => this.stop());
  }

  stop() {
    Atomics.store(this.stopped, 0, 1);
    Atomics.notify(this.stopped, 0);
    return this.ended;
  }
}

if (!isMainThread) {
  const { file, good, bad, stopped } = workerData;
  const fresh = `${file}.next`;
  const place = (make) => {
    make();
    fs.renameSync(fresh, file);
    return Atomics.wait(stopped, 0, 0, 0.5) === 'timed-out';
  };
  while (place(() => fs.symlinkSync(bad, fresh)) && place(() => fs.linkSync(good, fresh)));
}
