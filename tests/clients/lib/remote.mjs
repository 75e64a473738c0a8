// A Node program of a test's own that is steered by IPC: load clients must not share the thread of the
// test that watches them. {id, command, …} is answered with {id, …}, or {id, error}.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { cleanup } from './cleanup.mjs';
import { within } from './wait.mjs';

export class Remote {
  #answers = new Map();
  #last = 0;

  // `url`: of the program, which calls serve().
  constructor(t, url) {
    this.process = fork(fileURLToPath(url));
    cleanup(t, () => this.process.kill());
    this.process.on('message', ({ id, ...answer }) => {
      this.#answers.get(id)(answer);
      this.#answers.delete(id);
    });
    this.process.on('exit', (code) => {
      for (const answer of this.#answers.values()) answer({ error: `it exited with ${code}` });
    });
  }

  async ask(command, parameters = {}) {
    const id = ++this.#last;
    const reply = new Promise((resolve) => this.#answers.set(id, resolve));
    this.process.send({ id, command, ...parameters });
    const answer = await within(`the load client to ${command}`, reply, { seconds: 60 });
    if (answer.error) throw new Error(`the load client could not ${command}: ${answer.error}`);
    return answer;
  }
}

// In the program: each command is a method of `object`.
export function serve(object) {
  process.on('message', async ({ id, command, ...parameters }) => {
    try {
      process.send({ id, ...(await object[command](parameters)) });
    } catch (error) {
      process.send({ id, error: error.message });
    }
  });
  process.on('disconnect', () => process.exit(0));
}

// Calls `turn` `perSecond` times a second. What a busy process could not do in time it makes up for, a
// quarter of a second at most.
export function pace(perSecond, turn) {
  const most = Math.max(1, perSecond / 4);
  let due = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    due = Math.min(due + ((now - last) * perSecond) / 1000, most);
    last = now;
    for (; due >= 1; due--) turn();
  }, 1);
}
