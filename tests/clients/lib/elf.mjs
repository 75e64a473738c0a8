// Spoiled and renewed copies of a plugin, made by changing bytes of its ELF notes.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';

const noteSegment = 4; // PT_NOTE

// The notes of a 64-bit little-endian object: {owner, type, name, content}; the latter two are views.
function* notes(bytes) {
  const table = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  for (let i = 0; i < count; i++) {
    const header = table + i * size;
    if (bytes.readUInt32LE(header) !== noteSegment) continue;
    let at = Number(bytes.readBigUInt64LE(header + 8));
    const end = at + Number(bytes.readBigUInt64LE(header + 32));
    const align = (value) => (value + 3) & ~3;
    while (at + 12 <= end) {
      const nameSize = bytes.readUInt32LE(at);
      const contentSize = bytes.readUInt32LE(at + 4);
      const type = bytes.readUInt32LE(at + 8);
      const name = bytes.subarray(at + 12, at + 12 + nameSize);
      const begin = at + 12 + align(nameSize);
      yield {
        owner: name.toString('latin1').replace(/\0$/, ''),
        type,
        name,
        content: bytes.subarray(begin, begin + contentSize),
      };
      at = begin + align(contentSize);
    }
  }
}

function note(bytes, owner, type) {
  for (const one of notes(bytes)) if (one.owner === owner && one.type === type) return one;
  return assert.fail(`the object has no note of ${owner}, type ${type}`);
}

const buildIdNote = (bytes) => note(bytes, 'GNU', 3);
const manifestNote = (bytes) => note(bytes, 'slipring', 1);

export const buildId = (bytes) => buildIdNote(bytes).content.toString('hex');

// The same code as another build of it: what an operator gets from compiling again.
export function rebuilt(file) {
  const bytes = fs.readFileSync(file);
  const id = buildIdNote(bytes).content;
  randomBytes(id.length).copy(id);
  return bytes;
}

// A build without the note: its owner is nobody the host knows.
export function withoutManifest(file) {
  const bytes = rebuilt(file);
  manifestNote(bytes).name.write('somebody', 'latin1');
  return bytes;
}

// A build against another minor of the ABI. The manifest is a FlatBuffer: a field's place is found
// through the table's vtable, whose entry for field i stands at 4 + 2 i.
export function withAbiMinor(file, minor) {
  const bytes = rebuilt(file);
  const buffer = manifestNote(bytes).content;
  const abiMinorField = 4;
  const root = buffer.readUInt32LE(0);
  const vtable = root - buffer.readInt32LE(root);
  const offset = buffer.readUInt16LE(vtable + 4 + 2 * abiMinorField);
  assert.notEqual(offset, 0, 'the manifest states the minor of its ABI');
  buffer.writeUInt32LE(minor, root + offset);
  return bytes;
}
