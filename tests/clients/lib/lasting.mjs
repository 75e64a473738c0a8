// Clients of slipring.json.v1 that outlast their connections and their host: a publisher that knows what
// was acknowledged, and a reader that goes on where it was and checks that nothing is missing or comes twice.
//
// Both visit whatever `where()` resolves to, a URL, until stop() has been called and all is done.
import { setTimeout as pause } from 'node:timers/promises';
import WebSocket from 'ws';
import { sequenceOf } from './events.mjs';

export const streamOf = (position) => position.slice(0, position.indexOf('@'));
export const epochOf = (position) => position.slice(0, position.lastIndexOf(':'));

// A publisher's id and its number, in as little memory as possible. REQUIRES: id < 16.
export const encode = (id, n) => n * 16 + id;
export const decode = (event) => [event % 16, Math.floor(event / 16)];

class Visitor {
  stopping = false;
  visits = 0;
  errors = []; // answers that nobody should get

  start(where) {
    this.done = this.#stay(where);
    this.done.catch(() => {});
    return this;
  }

  async #stay(where) {
    for (; !this.finished; await pause(5)) await this.#visit(await where());
  }

  #visit(url) {
    return new Promise((resolve) => {
      const socket = new WebSocket(url, 'slipring.json.v1', { perMessageDeflate: false });
      this.socket = socket;
      socket.on('error', () => {}); // followed by close
      socket.on('close', () => resolve(this.left()));
      socket.on('open', () => {
        this.visits++;
        this.entered();
      });
      socket.on('message', (text) => this.read(JSON.parse(text)));
    });
  }

  say(message) {
    this.socket.send(JSON.stringify(message));
  }

  left() {}
}

// Publishes {p, n} with n counting up, `window` at a time. `again`: what was not answered when a connection
// ended is published again, and deduplicated.
export class Publisher extends Visitor {
  acknowledged = []; // position by number; without `again` some stay empty
  count = 0; // of them
  duplicates = 0;
  #next = 0;
  #pending = new Set();
  #since; // when its rate began, and with which number
  #later;

  constructor(id, topic, { window = 64, again = true, size = 0, perSecond = Infinity } = {}) {
    super();
    Object.assign(this, { id, topic, window, again, perSecond, pad: 'x'.repeat(size) });
  }

  get finished() {
    return this.stopping && this.#pending.size === 0;
  }

  // How many it has begun to publish.
  get published() {
    return this.#next;
  }

  entered() {
    this.#since = { at: performance.now(), next: this.#next };
    for (const n of this.#pending) this.#publish(n);
    this.fill();
  }

  left() {
    if (!this.again) this.#pending.clear();
    clearTimeout(this.#later);
  }

  fill() {
    const { at, next } = this.#since;
    const due = next + ((performance.now() - at) / 1000) * this.perSecond;
    while (!this.stopping && this.#pending.size < this.window && this.#next < due) {
      this.#pending.add(this.#next);
      this.#publish(this.#next++);
    }
    clearTimeout(this.#later);
    if (this.finished) this.socket.close();
    else if (this.perSecond !== Infinity) this.#later = setTimeout(() => this.fill(), 5);
  }

  // From now on.
  setRate(perSecond) {
    this.perSecond = perSecond;
    this.#since = { at: performance.now(), next: this.#next };
    if (this.socket.readyState === WebSocket.OPEN) this.fill();
  }

  stop() {
    this.stopping = true;
    if (this.finished) this.socket?.close();
    return this.done;
  }

  #publish(n) {
    const { id: p, topic, pad } = this;
    const once = this.again ? { source: `p${p}`, dedup: `${n}` } : {};
    this.say({ op: 'publish', id: n, topic, data: { p, n, pad }, ...once });
  }

  read({ op, id, position, duplicate, ...rest }) {
    if (op === 'closing') return;
    if (op !== 'published') {
      this.errors.push({ op, id, ...rest });
      this.#pending.delete(id);
      return;
    }
    if (this.acknowledged[id] !== undefined) this.errors.push({ twice: id });
    else this.count++;
    this.acknowledged[id] = position;
    if (duplicate) this.duplicates++;
    this.#pending.delete(id);
    this.fill();
  }
}

// Reads `filters` from the earliest event on. `whole`: they match all of each stream, so no sequence may
// be missing; else numbers of each publisher may not.
export class Reader extends Visitor {
  streams = new Map(); // by name: {epochs, last, position, events: by sequence, as one number}
  count = 0;
  gaps = []; // and starts with one
  doubled = 0;
  missing = 0;
  #places = []; // where to go on

  constructor(filters, { whole = true, cursors = true, start = 'earliest' } = {}) {
    super();
    Object.assign(this, { filters, whole, cursors, from: start });
  }

  get finished() {
    return this.stopping;
  }

  entered() {
    const start = this.#places.length > 0 ? { after: this.#places } : this.from;
    const cursors = this.cursors ? { cursors: true } : {};
    this.say({ op: 'subscribe', id: 1, filters: this.filters, start, ...cursors });
  }

  stop() {
    this.stopping = true;
    this.socket?.close();
    return this.done;
  }

  // Stays connected and reads nothing.
  pause() {
    this.socket.pause();
  }

  resume() {
    this.socket.resume();
  }

  // Goes away, and comes back by itself.
  leave() {
    this.socket.terminate();
  }

  read(message) {
    if (message.op === 'event') this.#event(message);
    else if (message.op === 'subscribed') this.#subscribed(message);
    else if (message.op === 'gap') this.gaps.push(message);
    else if (message.op !== 'closing') this.errors.push(message);
  }

  #subscribed({ from, cursor }) {
    if (from.gap) this.gaps.push(from);
    if (this.#places.length === 0) this.#places = [cursor];
  }

  #event({ position, data: { p, n }, cursor }) {
    const name = streamOf(position);
    const sequence = sequenceOf(position);
    const stream = this.streams.get(name) ?? { epochs: new Set(), last: 0, events: [] };
    this.streams.set(name, stream);
    stream.epochs.add(epochOf(position));
    if (stream.events[sequence] !== undefined) this.doubled++;
    else if (sequence <= stream.last) this.errors.push({ behind: position });
    else if (this.whole) this.missing += sequence - stream.last - 1;
    stream.last = Math.max(stream.last, sequence);
    stream.events[sequence] = encode(p, n);
    stream.position = position;
    this.count++;
    if (cursor) this.#places = [cursor];
    else this.#places = [this.#places[0], ...this.#positions()];
    this.seen?.();
  }

  #positions() {
    return [...this.streams.values()].map((stream) => stream.position);
  }

  // Everything that these acknowledged has come.
  hasAll(publishers) {
    return publishers.every(({ acknowledged }) => {
      const position = acknowledged.at(-1);
      return !position || this.streams.get(streamOf(position))?.last >= sequenceOf(position);
    });
  }
}
