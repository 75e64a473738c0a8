// What README shows, as it is printed. A block is found by the comment before it: <!-- try: NAME -->
import assert from 'node:assert/strict';
import fs from 'node:fs';

export const readme = fs.readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

export function block(name) {
  const found = new RegExp(`<!-- try: ${name} -->\\n\`\`\`\\w*\\n([^]*?)\`\`\``).exec(readme);
  assert.ok(found, `README has a block "${name}"`);
  return found[1];
}
