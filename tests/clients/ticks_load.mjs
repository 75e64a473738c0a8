// A process of its own that publishes 0, 1, 2, … to a topic at a pace, over WebSocket.
import WebSocket from 'ws';
import { pace, serve } from './lib/remote.mjs';

serve({
  next: 0,
  acknowledged: 0,
  refused: [],

  // `rate`: events a second.
  async begin({ url, topic, rate }) {
    this.socket = new WebSocket(url, 'slipring.json.v1', { perMessageDeflate: false });
    await new Promise((resolve, reject) => this.socket.on('open', resolve).on('error', reject));
    this.socket.on('message', (text) => {
      if (JSON.parse(text).op === 'published') this.acknowledged++;
      else this.refused.push(String(text));
    });
    this.going = true;
    this.began = performance.now();
    pace(rate, () => this.going && this.publish(topic));
    return {};
  },

  publish(topic) {
    const data = this.next++;
    this.socket.send(JSON.stringify({ op: 'publish', id: data, topic, data }));
  },

  end() {
    this.going = false;
    return { perSecond: (this.acknowledged * 1000) / (performance.now() - this.began), refused: this.refused };
  },
});
