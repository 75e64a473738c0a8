// A process of its own that talks to /tally over many connections and checks every answer.
//
// Each connection sends numbered texts, several a second: whole, in WebSocket fragments, in several
// messages (parts, of which the last ends with ';'), or in bursts. Between two pieces it waits for
// its next turn, so that at any time about half of the connections have a message half sent. An
// answer is {"n": count of the session, "v": version, "text": what was collected}, with a "label" when the
// adapter has been given one.
import WebSocket from 'ws';
import { pace, serve } from './lib/remote.mjs';

// Connections are dealt to shards in turns: what they do must not follow their numbers.
const mixed = (a, b) => (Math.imul(a + 1, 0x9e3779b1) ^ Math.imul(b + 1, 0x85ebca6b)) >>> 12;

class Talker {
  begun = 0; // texts begun
  next = 0; // number of the text whose answer comes next, when nothing goes wrong
  count = 0; // the last `n`
  missing = new Set(); // skipped by an answer, not answered since
  sent = new Map(); // number → {text, at}: begun and not answered
  pieces = []; // of the current text, still to be sent
  versions = new Set();
  label; // of the last answer

  constructor(load, id) {
    this.load = load;
    this.id = id;
  }

  open(url) {
    this.socket = new WebSocket(url, { perMessageDeflate: false });
    this.socket.on('message', (data) => this.#answered(JSON.parse(data)));
    this.socket.on('close', (code) => this.load.closes.push({ id: this.id, code }));
    return new Promise((resolve, reject) => {
      this.socket.on('open', resolve);
      this.socket.on('error', reject);
    });
  }

  get port() {
    return this.socket._socket?.localPort;
  }

  // One turn: a piece of the current text, or the first one of the next.
  step(mayBegin) {
    if (this.pieces.length === 0) {
      if (!mayBegin) return;
      this.#compose();
    }
    for (const { data, fin } of this.pieces.shift()) this.socket.send(data, { fin });
  }

  // Fills `pieces`: one entry per turn, each a list of frames.
  #compose() {
    const shape = mixed(this.id, this.begun) % 6;
    const text = this.#begin();
    const third = Math.floor(text.length / 3);
    const [a, b, c] = [text.slice(0, third), text.slice(third, 2 * third), text.slice(2 * third)];
    const part = (data) => [{ data, fin: true }];
    const open = (data) => [{ data, fin: false }];
    switch (shape) {
      case 0:
        this.pieces = [part(text)];
        break;
      case 1:
        this.pieces = [open(a), part(b + c)];
        break;
      case 2:
        this.pieces = [part(a), part(b + c)];
        break;
      case 3:
        this.pieces = [open(a), open(b), part(c)];
        break;
      case 4:
        this.pieces = [part(a), open(b), part(c)];
        break;
      default:
        this.pieces = [[text, this.#begin(), this.#begin()].flatMap((one) => part(one))];
    }
  }

  #begin() {
    const number = this.begun++;
    const text = `${this.id}.${number}.${'x'.repeat(mixed(number, this.id) % 120)};`;
    this.sent.set(number, { text, at: performance.now() });
    return text;
  }

  #answered({ n, v, text, label }) {
    const faults = this.load.faults;
    this.load.answered++;
    this.versions.add(v);
    this.label = label;
    if (n !== this.count + 1) faults.misnumbered++;
    this.count = n;

    const [id, number] = text.split('.', 2).map(Number);
    const expected = this.sent.get(number);
    if (id !== this.id || Number.isNaN(number) || number >= this.begun) {
      faults.foreign++;
      return;
    }
    if (!expected) {
      faults.doubled++;
      return;
    }
    this.sent.delete(number);
    if (expected.text !== text && expected.text !== `${text};`) faults.altered++;
    this.load.slowest = Math.max(this.load.slowest, performance.now() - expected.at);
    if (number < this.next) {
      this.missing.delete(number);
      faults.reordered++;
    } else {
      for (; this.next < number; this.next++) this.missing.add(this.next);
      this.next = number + 1;
    }
  }
}

class Load {
  talkers = [];
  answered = 0;
  slowest = 0; // milliseconds from beginning a text to its answer
  closes = [];
  faults = { doubled: 0, reordered: 0, misnumbered: 0, altered: 0, foreign: 0 };
  #talking = false;
  #turn = 0;

  async open({ url, connections, rate }) {
    while (this.talkers.length < connections) {
      const some = Array.from(
        { length: Math.min(100, connections - this.talkers.length) },
        (_, i) => new Talker(this, this.talkers.length + i),
      );
      await Promise.all(some.map((talker) => talker.open(url)));
      this.talkers.push(...some);
    }
    // The six shapes, which are equally frequent, take 12 turns for 8 texts.
    this.#talking = true;
    pace(connections * rate * (12 / 8), () => {
      this.talkers[this.#turn].step(this.#talking);
      this.#turn = (this.#turn + 1) % connections;
    });
    return {};
  }

  stats() {
    const open = this.talkers.filter((talker) => talker.socket.readyState === WebSocket.OPEN);
    const sum = (value) => this.talkers.reduce((all, talker) => all + value(talker), 0);
    return {
      open: open.length,
      closes: this.closes.slice(0, 10),
      closed: this.closes.length,
      begun: sum((talker) => talker.begun),
      answered: this.answered,
      outstanding: sum((talker) => talker.sent.size),
      missing: sum((talker) => talker.missing.size),
      slowest: this.slowest,
      versions: this.talkers.map((talker) => [...talker.versions]),
      ...this.faults,
    };
  }

  // Local ports of the connections with a text begun and not answered: how many texts each.
  outstanding() {
    const busy = this.talkers.filter((talker) => talker.sent.size > 0);
    return { ports: busy.map((talker) => [talker.port, talker.sent.size]) };
  }

  // From now on `unserved` counts the connections that have not had an answer since.
  mark() {
    for (const talker of this.talkers) talker.marked = talker.count;
    return {};
  }

  unserved() {
    return { left: this.talkers.filter((talker) => talker.count === talker.marked).length };
  }

  // How many connections had each label in their last answer.
  labels() {
    const counts = {};
    for (const { label } of this.talkers) counts[label] = (counts[label] ?? 0) + 1;
    return counts;
  }

  // Texts that were begun are ended, no new ones are begun.
  pause() {
    this.#talking = false;
    return {};
  }

  resume() {
    this.#talking = true;
    return {};
  }

  close({ index }) {
    this.talkers[index].socket.close(1000);
    return {};
  }
}

serve(new Load());
