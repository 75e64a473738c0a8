// A plugin directory of a test's own, changed the way an operator should, or should not.
import fs from 'node:fs';
import path from 'node:path';
import { defaultPlugins, temporaryDirectory, transportFile } from './host.mjs';

export class PluginDirectory {
  // With copies of the build's `names`, e.g. [transportFile, 'echo.so'].
  constructor(t, names = [transportFile]) {
    this.path = path.join(temporaryDirectory(t, 'slipring-plugins-'), 'plugins');
    fs.mkdirSync(this.path, { mode: 0o755 });
    for (const name of names) this.install(path.join(defaultPlugins, name));
  }

  file(name) {
    return path.join(this.path, name);
  }

  // Copies `source` beside its place and renames it there: what is mapped stays as it is.
  install(source, name = path.basename(source)) {
    this.write(name, fs.readFileSync(source));
  }

  write(name, bytes, mode = 0o644) {
    const fresh = this.file(`.${name}.new`);
    fs.writeFileSync(fresh, bytes);
    fs.chmodSync(fresh, mode);
    fs.renameSync(fresh, this.file(name));
  }

  // What nobody should do: the same inode gets other bytes.
  overwriteInPlace(name, bytes) {
    const descriptor = fs.openSync(this.file(name), 'r+');
    fs.ftruncateSync(descriptor, 0);
    fs.writeSync(descriptor, bytes);
    fs.closeSync(descriptor);
  }

  remove(name) {
    fs.rmSync(this.file(name));
  }
}
