// A process of its own that sends numbered texts to /echo over many connections and checks that they come
// back, each once and in order; it knows the longest time in which a connection heard nothing it waited for.
import WebSocket from 'ws';
import { pace, serve } from './lib/remote.mjs';

class Bystanders {
  sockets = [];
  closed = 0;
  sent = 0;
  answered = 0;
  wrong = 0;
  longest = 0; // milliseconds
  #going = true;

  async open({ url, connections, rate }) {
    for (let i = 0; i < connections; i++) {
      const socket = new WebSocket(url, { perMessageDeflate: false });
      const one = { socket, next: 0, waiting: [] };
      socket.on('close', () => this.closed++);
      socket.on('message', (data) => this.#heard(one, Number(data.toString())));
      await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
      this.sockets.push(one);
    }
    let turn = 0;
    pace(connections * rate, () => {
      if (!this.#going) return;
      const one = this.sockets[turn++ % connections];
      one.socket.send(String(one.next++));
      one.waiting.push(performance.now());
      this.sent++;
    });
    return {};
  }

  #heard(one, number) {
    if (number !== one.next - one.waiting.length) this.wrong++;
    this.longest = Math.max(this.longest, performance.now() - one.waiting.shift());
    this.answered++;
  }

  stats() {
    const { closed, sent, answered, wrong, longest } = this;
    return { closed, sent, answered, wrong, longest };
  }

  pause() {
    this.#going = false;
    return {};
  }
}

serve(new Bystanders());
