// A WebSocket client that talks to the animal without a pause: it sends numbers, and each answer has to be
// the next one, "3 1.0.0 3".
import assert from 'node:assert/strict';
import { Client } from '../clients/lib/client.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const everyMs = 5;
const atOnce = 8; // unanswered

export class Visitor extends Client {
  sent = 0;
  answered = 0;
  wrong = []; // answers that were not the next one
  version; // that answered last

  static async enter(url) {
    const visitor = new Visitor(url);
    await within(`a WebSocket connection to ${url}`, visitor.opened);
    visitor.closed.then((how) => (visitor.gone = how));
    visitor.talk();
    return visitor;
  }

  talk() {
    this.talking = setInterval(() => {
      if (this.gone) clearInterval(this.talking);
      else if (this.sent - this.answered < atOnce) this.send(`${++this.sent}`);
    }, everyMs);
    this.talking.unref();
  }

  // Says nothing more, and waits for what is still unanswered.
  async hush() {
    clearInterval(this.talking);
    await until('every number is answered', () => this.answered === this.sent);
  }

  received({ text }) {
    const [number, version, echo] = text.split(' ');
    const next = String(++this.answered);
    if (number !== next || echo !== next) this.wrong.push(`${text}, where ${next} was due`);
    this.version = version;
  }

  // Until some more numbers are answered; the last ones by that version, if one is given.
  async flow(version) {
    const enough = this.answered + atOnce + 3;
    await until('numbers are answered', () => this.gone || this.answered >= enough);
    this.unbroken();
    if (version) assert.equal(this.version, version);
  }

  unbroken() {
    assert.equal(this.gone, undefined, 'the connection is open');
    assert.deepEqual(this.wrong, [], 'every number was answered, once and in order');
  }
}
