// A process of its own that reads streams of server-sent events and checks each: every stream brings
// every number of the common topic once and in order, and those of a topic that only it reads.
//
// Some streams over HTTP/2 are not read from for a while now and then: so the host has a part of an
// event left for them when they move.
import http2 from 'node:http2';
import { EventStream } from './lib/sse.mjs';
import { serve } from './lib/remote.mjs';

// So many streams share a connection over HTTP/2.
const perConnection = 50;

class Reader {
  common = 0; // the number to come
  own = 0;

  constructor(load, id, lingers) {
    Object.assign(this, { load, id, lingers });
  }

  async open(address, session) {
    this.stream = await EventStream.open(address, `?topic=all&topic=own/${this.id}`, { session });
    if (this.stream.status !== 200) throw new Error(`answered ${this.stream.status}`);
    await this.stream.begun();
    this.stream.parser.event = (event) => this.#see(event);
    this.stream.end.then(() => this.load.closed++);
  }

  #see({ type, data }) {
    const { faults } = this.load;
    if (type !== 'message') return void (faults.foreign++);
    const { topic, data: event } = JSON.parse(data);
    const which = topic === 'all' ? 'common' : 'own';
    if (which === 'own' && topic !== `own/${this.id}`) return void (faults.foreign++);
    this.load.read++;
    const number = event.n ?? event;
    if (number === this[which]) return void this[which]++;
    if (number < this[which]) faults.doubled++;
    else faults.passedOver += number - this[which];
    this[which] = Math.max(this[which], number + 1);
  }
}

serve({
  read: 0,
  closed: 0,
  faults: { doubled: 0, passedOver: 0, foreign: 0 },
  readers: [],
  sessions: [],

  // `first`: the number of the first one; `lingering` of those over HTTP/2 are those that stop reading.
  async open({ address, first, http1, overHttp2, lingering }) {
    const one = async (i, session, lingers) => {
      const reader = new Reader(this, first + i, lingers);
      this.readers.push(reader);
      await reader.open(address, session);
    };
    for (let i = 0; i < http1; i += 50) {
      await Promise.all(Array.from({ length: Math.min(50, http1 - i) }, (_, k) => one(i + k)));
    }
    for (let i = 0; i < overHttp2; i += perConnection) {
      const session = http2.connect(`http://${address}`);
      this.sessions.push(session);
      const some = Math.min(perConnection, overHttp2 - i);
      // Those that stop share a connection: its window is not taken from others.
      const lingers = i < lingering;
      await Promise.all(Array.from({ length: some }, (_, k) => one(http1 + i + k, session, lingers)));
    }
    return {};
  },

  async linger({ on }) {
    for (const { lingers, stream } of this.readers) if (lingers) stream.source[on ? 'pause' : 'resume']();
    return {};
  },

  async stats() {
    const sum = (what) => this.readers.reduce((all, reader) => all + reader[what], 0);
    const comments = this.readers.reduce((all, { stream }) => all + stream.parser.comments, 0);
    return { read: this.read, closed: this.closed, common: sum('common'), own: sum('own'), comments, ...this.faults };
  },
});
