// A client of slipring.json.v1 whose answers and events can be awaited one by one.
import assert from 'node:assert/strict';
import { Client } from './client.mjs';
import { within } from './wait.mjs';

class Queue {
  #arrived = [];
  #waiting = [];

  push(one) {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(one);
    else this.#arrived.push(one);
  }

  take(what, bounds) {
    if (this.#arrived.length > 0) return this.#arrived.shift();
    return within(what, new Promise((resolve) => this.#waiting.push(resolve)), bounds);
  }
}

export class EventClient extends Client {
  #answers = new Queue();
  #events = new Queue(); // and gaps, in their places
  #lastId = 1000;
  closing = null; // the last message before the host closes

  static async open(host, options) {
    const client = new EventClient(host.url('/ws'), options);
    await within('a WebSocket connection to /ws', client.opened);
    return client;
  }

  received({ text }) {
    const message = JSON.parse(text);
    if (message.op === 'closing') this.closing = message;
    else if (message.op === 'event' || message.op === 'gap') this.#events.push(message);
    else this.#answers.push(message);
  }

  // Sends a message, as an object or as it stands, and resolves to the next answer.
  ask(message, options) {
    this.send(typeof message === 'object' ? JSON.stringify(message) : message, options);
    return this.answer();
  }

  answer(bounds) {
    return this.#answers.take('an answer', bounds);
  }

  // The next event or gap.
  event(bounds) {
    return this.#events.take('an event', bounds);
  }

  async subscribe(filters, options = {}) {
    const id = ++this.#lastId;
    const made = await this.ask({ op: 'subscribe', id, filters: [filters].flat(), ...options });
    assert.equal(made.op, 'subscribed', JSON.stringify(made));
    return { ...made, sub: made.id };
  }

  // Resolves to the position.
  async publish(topic, data, options = {}) {
    const id = ++this.#lastId;
    const made = await this.ask({ op: 'publish', id, topic, data, ...options });
    assert.deepEqual([made.op, made.id], ['published', id], JSON.stringify(made));
    return made.position;
  }

  // Everything queued for it has come when this is answered: an event of its own goes the same way.
  // What it reads before that is returned.
  async drain(mark = `mark/${++this.#lastId}`) {
    const { sub } = await this.subscribe(mark);
    await this.publish(mark, null);
    const before = [];
    for (;;) {
      const one = await this.event();
      if (one.topic === mark) break;
      before.push(one);
    }
    await this.ask({ op: 'unsubscribe', id: ++this.#lastId, sub });
    return before;
  }
}

export const sequenceOf = (position) => Number(position.slice(position.lastIndexOf(':') + 1));
