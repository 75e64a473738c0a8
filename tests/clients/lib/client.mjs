// A WebSocket client (npm ws) whose messages can be awaited one by one.
import WebSocket from 'ws';
import { within } from './wait.mjs';

export class Client {
  #arrived = [];
  #waiting = [];

  // Rejects when the handshake is refused; the error has `.statusCode` then.
  static async open(url, options = {}) {
    const client = new Client(url, options);
    await within(`a WebSocket connection to ${url}`, client.opened);
    return client;
  }

  constructor(url, { protocols = [], ...options } = {}) {
    this.socket = new WebSocket(url, protocols, { perMessageDeflate: false, ...options });
    this.closed = new Promise((resolve) => {
      this.socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    this.opened = new Promise((resolve, reject) => {
      this.socket.on('open', resolve);
      this.socket.on('unexpected-response', (request, response) => {
        request.destroy();
        const refused = new Error(`the handshake was answered with ${response.statusCode}`);
        reject(Object.assign(refused, { statusCode: response.statusCode, response }));
      });
      this.socket.on('error', reject);
    });
    this.opened.catch(() => {});
    this.socket.on('message', (data, binary) => {
      this.received({ data, binary, text: binary ? null : data.toString() });
    });
  }

  received(message) {
    const waiter = this.#waiting.shift();
    if (waiter) waiter(message);
    else this.#arrived.push(message);
  }

  // Takes what ws takes: (data, {binary, fin}).
  send(data, options) {
    this.socket.send(data, options);
  }

  async next(bounds) {
    if (this.#arrived.length > 0) return this.#arrived.shift();
    return within('a message', new Promise((resolve) => this.#waiting.push(resolve)), bounds);
  }

  get unread() {
    return this.#arrived.length;
  }

  // Sends and resolves to what comes back.
  async ask(data, options) {
    this.send(data, options);
    return this.next();
  }

  pause() {
    this.socket.pause();
  }

  async close(code = 1000) {
    this.socket.close(code);
    return within('the connection to close', this.closed);
  }

  terminate() {
    this.socket.terminate();
  }
}
