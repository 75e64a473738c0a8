// A process of its own with many clients of slipring.json.v1 that check every message they get.
//
// Each publishes numbered events to a topic of its own and reads them back, and reads a common topic
// to which one client of all the processes publishes. Every second publish or so goes out in two fragments
// with a turn in between, so that at any time about a quarter of the clients have a message half sent.
import WebSocket from 'ws';
import { pace, serve } from './lib/remote.mjs';

const common = 'all';
// Connections are dealt to shards in turns: what they do must not follow their numbers.
const mixed = (a, b) => (Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b)) >>> 12;
const pad = (client, number) => 'x'.repeat(mixed(client, number) % 90);
const sequenceOf = (position) => Number(position.slice(position.lastIndexOf(':') + 1));
const epochOf = (position) => position.slice(0, position.lastIndexOf(':'));

// What one client has seen of a topic in which every number comes once and in order.
class Track {
  next = 0;
  missing = new Set(); // passed over, not seen since

  get seen() {
    return this.next - this.missing.size;
  }

  see(number, faults) {
    if (number >= this.next) {
      for (; this.next < number; this.next++) this.missing.add(this.next);
      this.next = number + 1;
    } else if (this.missing.delete(number)) {
      faults.reordered++;
    } else {
      faults.doubled++;
    }
  }
}

class Client {
  published = 0;
  pending = new Map(); // number → {at, answered, seen}: sequences, as soon as they are known
  own = new Track();
  all = new Track();
  digest = 0; // of the common topic's numbers and sequences
  last = 0; // sequence of the last event
  half = ''; // of a message, still to be sent

  constructor(load, id, topic = `own/${id}`) {
    this.load = load;
    this.id = id;
    this.topic = topic;
    this.begins = mixed(id, 0) % 2 === 0;
  }

  async open(url) {
    this.socket = new WebSocket(url, 'slipring.json.v1', { perMessageDeflate: false });
    this.socket.on('close', (code) => this.load.closes.push({ id: this.id, code }));
    this.socket.on('message', (text) => this.#read(text));
    await new Promise((resolve, reject) => {
      this.socket.on('open', resolve);
      this.socket.on('error', reject);
    });
  }

  subscribe() {
    const filters = { own: [this.topic], all: [common] };
    for (const [id, filter] of Object.entries(filters)) {
      this.socket.send(JSON.stringify({ op: 'subscribe', id, filters: filter }));
    }
    return new Promise((resolve) => (this.subscribed = { resolve, left: 2 }));
  }

  get port() {
    return this.socket._socket?.localPort;
  }

  // One of two turns for each event.
  turn(mayBegin) {
    if (this.half) {
      this.socket.send(this.half, { fin: true });
      this.half = '';
    } else if (mayBegin && this.begins) {
      this.publish(mixed(this.published, this.id) % 2 === 0);
    }
    this.begins = !this.begins;
  }

  publish(inHalves = false) {
    const n = this.published++;
    this.pending.set(n, { at: performance.now() });
    const data = { c: this.id, n, pad: pad(this.id, n) };
    const text = JSON.stringify({ op: 'publish', id: n, topic: this.topic, data });
    const cut = inHalves ? text.length >> 1 : text.length;
    this.socket.send(text.slice(0, cut), { fin: !inHalves });
    this.half = text.slice(cut);
  }

  #read(text) {
    const { faults } = this.load;
    let message = {};
    try {
      message = JSON.parse(text);
    } catch {
      faults.foreign++;
    }
    if (message.op === 'event') this.#event(message);
    else if (message.op === 'published') this.#published(message);
    else if (message.op === 'gap') faults.gaps++;
    else if (message.op === 'subscribed' && --this.subscribed.left >= 0) {
      if (this.subscribed.left === 0) this.subscribed.resolve();
    } else faults.foreign++;
  }

  #event({ topic, position, data }) {
    const { faults } = this.load;
    const sequence = sequenceOf(position);
    this.load.epochs.add(epochOf(position));
    if (sequence <= this.last) faults.misplaced++;
    this.last = sequence;
    if (data.pad !== pad(data.c, data.n)) faults.altered++;
    if (topic === this.topic && data.c === this.id) {
      this.load.read++;
      this.own.see(data.n, faults);
      this.#settle(data.n, 'seen', sequence);
    } else if (topic === common) {
      this.all.see(data.n, faults);
      this.digest = (Math.imul(this.digest, 31) + Math.imul(data.n, 7) + sequence) >>> 0;
    } else faults.foreign++;
  }

  #published({ id, position }) {
    const { faults } = this.load;
    const one = this.pending.get(id);
    const sequence = sequenceOf(position);
    if (!one || one.answered !== undefined) faults.answeredTwice++;
    this.load.sequences.push(sequence);
    if (this.topic === common) {
      this.digest = (Math.imul(this.digest, 31) + Math.imul(id, 7) + sequence) >>> 0;
      this.pending.delete(id);
    } else this.#settle(id, 'answered', sequence);
  }

  // A publish is over when it was answered and its event read, with one and the same position.
  #settle(number, what, sequence) {
    const one = this.pending.get(number);
    if (!one) return;
    one[what] ??= sequence;
    if (one.answered === undefined || one.seen === undefined) return;
    if (one.answered !== one.seen) this.load.faults.misplaced++;
    this.load.slowest = Math.max(this.load.slowest, performance.now() - one.at);
    this.pending.delete(number);
  }
}

class Load {
  clients = [];
  publisher = null; // of the common topic
  closes = [];
  sequences = []; // of everything that was acknowledged
  epochs = new Set();
  read = 0; // events of the clients' own topics
  slowest = 0; // milliseconds from a publish to its answer and its event
  faults = { doubled: 0, reordered: 0, misplaced: 0, altered: 0, answeredTwice: 0, gaps: 0, foreign: 0 };
  #going = false;
  #turn = 0;

  async open({ url, first, connections, commonRate }) {
    while (this.clients.length < connections) {
      const some = Array.from(
        { length: Math.min(100, connections - this.clients.length) },
        (_, i) => new Client(this, first + this.clients.length + i),
      );
      await Promise.all(some.map((client) => client.open(url).then(() => client.subscribe())));
      this.clients.push(...some);
    }
    if (commonRate) {
      this.publisher = new Client(this, -1, common);
      await this.publisher.open(url);
    }
    return {};
  }

  // `rate`: events of each client a second.
  begin({ rate, commonRate }) {
    this.#going = true;
    pace(this.clients.length * rate * 2, () => {
      this.clients[this.#turn].turn(this.#going);
      this.#turn = (this.#turn + 1) % this.clients.length;
    });
    if (this.publisher) pace(commonRate, () => this.#going && this.publisher.publish());
    return {};
  }

  stats() {
    const everybody = this.publisher ? [...this.clients, this.publisher] : this.clients;
    const sum = (value, of = this.clients) => of.reduce((all, client) => all + value(client), 0);
    const waiting = (client) => [...client.pending.values()];
    return {
      open: everybody.filter((client) => client.socket.readyState === WebSocket.OPEN).length,
      closes: this.closes.slice(0, 10),
      closed: this.closes.length,
      published: sum((client) => client.published, everybody),
      publishedOwn: sum((client) => client.published),
      publishedAll: this.publisher?.published ?? 0,
      read: this.read,
      seenOwn: sum((client) => client.own.seen),
      seenAll: sum((client) => client.all.seen),
      outstanding: sum((client) => client.pending.size, everybody),
      unanswered: sum(
        (client) => waiting(client).filter((one) => one.answered === undefined).length,
        everybody,
      ),
      slowest: this.slowest,
      ...this.faults,
    };
  }

  // Local ports of the clients with something under way: how many publishes each.
  outstanding() {
    const busy = this.clients.filter((client) => client.pending.size > 0);
    return { ports: busy.map((client) => [client.port, client.pending.size]) };
  }

  // The positions of everything acknowledged here, and what was made of the common topic.
  account() {
    const digests = new Set(this.clients.map((client) => client.digest));
    if (this.publisher) digests.add(this.publisher.digest);
    return { sequences: this.sequences, epochs: [...this.epochs], digests: [...digests] };
  }

  // From now on `unserved` counts the clients that have read nothing of their own since.
  mark() {
    for (const client of this.clients) client.marked = client.own.next;
    return {};
  }

  unserved() {
    return { left: this.clients.filter((client) => client.own.next === client.marked).length };
  }

  // What was begun is ended, nothing new is begun.
  pause() {
    this.#going = false;
    return {};
  }

  resume() {
    this.#going = true;
    return {};
  }
}

serve(new Load());
