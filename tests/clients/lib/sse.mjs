// Streams of server-sent events over HTTP/1.1 and HTTP/2, read by the rules of HTML §9.2.6.
import http from 'node:http';
import http2 from 'node:http2';
import { once } from 'node:events';
import { StringDecoder } from 'node:string_decoder';
import { within } from './wait.mjs';

// Takes bytes as they come, calls event({ type, data, id }) for each event and counts comments.
export class EventStreamParser {
  comments = 0;
  lastEventId = '';
  retry; // the last one that was said
  #text = '';
  #decoder = new StringDecoder('utf8');
  #data = [];
  #type = '';
  #id = '';

  constructor(event) {
    this.event = event;
  }

  push(bytes) {
    this.#text += this.#decoder.write(bytes);
    for (let end; (end = this.#text.indexOf('\n')) >= 0; ) {
      this.#line(this.#text.slice(0, end));
      this.#text = this.#text.slice(end + 1);
    }
  }

  // Something has come that is not a whole event yet.
  get inside() {
    return this.#text !== '' || this.#data.length > 0;
  }

  #line(line) {
    if (line === '') return this.#dispatch();
    if (line.startsWith(':')) return this.comments++;
    const [, name, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (name === 'data') this.#data.push(value);
    if (name === 'event') this.#type = value;
    if (name === 'id' && !value.includes('\0')) this.#id = value;
    if (name === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
  }

  #dispatch() {
    this.lastEventId = this.#id;
    const event = { type: this.#type || 'message', data: this.#data.join('\n'), id: this.#id };
    if (this.#data.length > 0) this.event(event);
    this.#data = [];
    this.#type = '';
  }
}

// An answer, and the events in it.
export class EventStream {
  #arrived = [];
  #waiting = [];

  // Over HTTP/1.1, or as a stream of `session` (http2.connect).
  static async open(address, query, { headers = {}, session, method = 'GET' } = {}) {
    const stream = new EventStream();
    const path = `/events${query}`;
    if (session) {
      const request = session.request({ ':method': method, ':path': path, ...headers });
      const [answer] = await within('an answer over HTTP/2', once(request, 'response'));
      stream.#take(answer[':status'], answer, request, () => request.close(http2.constants.NGHTTP2_CANCEL));
    } else {
      const [host, port] = address.split(/:(?=\d+$)/);
      const request = http.request({ host, port, path, method, headers, agent: false });
      request.end();
      const [answer] = await within('an answer', once(request, 'response'));
      stream.#take(answer.statusCode, answer.headers, answer, () => request.destroy());
    }
    return stream;
  }

  #take(status, headers, source, close) {
    Object.assign(this, { status, headers, source, close, ended: false, text: '' });
    this.parser = new EventStreamParser((event) => {
      const waiter = this.#waiting.shift();
      if (waiter) waiter(event);
      else this.#arrived.push(event);
    });
    this.end = new Promise((resolve) => source.on('close', resolve));
    this.end.then(() => (this.ended = true));
    source.on('error', () => {});
    // What is no stream is kept as text.
    const isStream = headers['content-type'] === 'text/event-stream';
    source.on('data', (bytes) => (isStream ? this.parser.push(bytes) : (this.text += bytes)));
  }

  async next(bounds) {
    if (this.#arrived.length > 0) return this.#arrived.shift();
    return within('an event', new Promise((resolve) => this.#waiting.push(resolve)), bounds);
  }

  // The event that says where the stream begins, parsed.
  async begun() {
    const event = await this.next();
    if (event.type !== 'subscribed') throw new Error(`begins with ${JSON.stringify(event)}`);
    return { ...JSON.parse(event.data), id: event.id };
  }

  // The next events, parsed, which have to be of the type `message`.
  async messages(count) {
    const messages = [];
    while (messages.length < count) {
      const { type, data, id } = await this.next();
      if (type !== 'message') throw new Error(`found an event of the type ${type}: ${data}`);
      messages.push({ ...JSON.parse(data), id });
    }
    return messages;
  }
}
