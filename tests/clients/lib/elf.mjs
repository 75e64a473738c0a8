// Spoiled and renewed copies of a plugin, made by changing bytes of its ELF notes.
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';

const loadSegment = 1; // PT_LOAD
const dynamicSegment = 2; // PT_DYNAMIC
const noteSegment = 4; // PT_NOTE

// The program headers of a 64-bit little-endian object: {header, type, flags, at, size}, `header` being
// where it stands itself.
function* segments(bytes) {
  const table = Number(bytes.readBigUInt64LE(32));
  const size = bytes.readUInt16LE(54);
  const count = bytes.readUInt16LE(56);
  for (let i = 0; i < count; i++) {
    const header = table + i * size;
    yield {
      header,
      type: bytes.readUInt32LE(header),
      flags: bytes.readUInt32LE(header + 4),
      at: Number(bytes.readBigUInt64LE(header + 8)),
      size: Number(bytes.readBigUInt64LE(header + 32)),
    };
  }
}

// Its notes: {owner, type, head, name, content}; the last three are views.
function* notes(bytes) {
  for (const segment of segments(bytes)) {
    if (segment.type !== noteSegment) continue;
    let at = segment.at;
    const end = at + segment.size;
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
        head: bytes.subarray(at, at + 12),
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

// A build whose manifest's bytes `change` has changed: (content, head of the note) => {}.
export function withManifestSpoiled(file, change) {
  const bytes = rebuilt(file);
  const { content, head } = manifestNote(bytes);
  change(content, head);
  return bytes;
}

// A build without section headers, which nothing needs that loads it; the linker's stand at the end, where
// every other truncation would be noticed first.
export function withoutSections(file) {
  const bytes = rebuilt(file);
  bytes.writeBigUInt64LE(0n, 40);
  bytes.writeUInt16LE(0, 60);
  return bytes;
}

// Where in the object the middle of each part is, in bytes.
export function parts(bytes) {
  const all = [...segments(bytes)];
  const middle = ({ at, size }) => at + (size >> 1);
  const executable = 1;
  const { content } = manifestNote(bytes);
  return {
    programHeaders: all[1].header + 8,
    note: content.byteOffset - bytes.byteOffset + (content.length >> 1),
    code: middle(all.find(({ type, flags }) => type === loadSegment && flags & executable)),
    dynamic: middle(all.find(({ type }) => type === dynamicSegment)),
  };
}
