// docs/zoo.md, the guide to the zoo: one table for each test file. What a test has seen is held against
// its row; with SLIPRING_ZOO_WRITE=1 the rows are written anew (one test file at a time).
import assert from 'node:assert/strict';
import fs from 'node:fs';

const guide = new URL('../../docs/zoo.md', import.meta.url);
const writes = process.env.SLIPRING_ZOO_WRITE === '1';

const head = '| animal | found at | message | code that ran | connections |\n|---|---|---|---|---|\n';

const line = (row) => {
  const cells = [row.name, row.at, row.message, row.ran, row.connections];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
};

// The table under the heading `title`.
export class Guide {
  #seen = new Map();

  constructor(title) {
    this.title = title;
    const text = fs.readFileSync(guide, 'utf8');
    const begin = text.indexOf(head, text.indexOf(`\n## ${title}\n`)) + head.length;
    assert.ok(begin >= head.length, `docs/zoo.md has a table under "${title}"`);
    const end = text.indexOf('\n\n', begin - 1) + 1 || text.length;
    this.rest = [text.slice(0, begin), text.slice(end)];
    this.rows = text.slice(begin, end).split('\n').filter((row) => row !== '');
  }

  #written(name) {
    return this.rows.find((row) => row.startsWith(`| ${name} |`));
  }

  see(row) {
    this.#seen.set(row.name, line(row));
    if (!writes) assert.equal(line(row), this.#written(row.name), 'what docs/zoo.md says of it');
  }

  // Not to be seen here: its row is believed.
  skip(name) {
    this.#seen.set(name, this.#written(name));
  }

  close() {
    if (writes) {
      const rows = [...this.#seen.values()].map((row) => `${row}\n`).join('');
      fs.writeFileSync(guide, this.rest.join(rows));
    } else {
      const names = this.rows.map((row) => /^\| (.*?) \|/.exec(row)[1]);
      assert.deepEqual(names, [...this.#seen.keys()], `docs/zoo.md, under "${this.title}"`);
    }
  }
}
