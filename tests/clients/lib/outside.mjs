// A WebSocket server outside of Slipring (npm ws): what it was sent, connection by connection.
import https from 'node:https';
import WebSocket, { WebSocketServer } from 'ws';
import { cleanup } from './cleanup.mjs';
import { until } from './wait.mjs';

export { WebSocket };

export class Outside {
  connections = [];

  static async start(t, { port = 0, secure, ...options } = {}) {
    const outside = new Outside();
    const server = secure && https.createServer(secure);
    outside.server = new WebSocketServer(server ? { server, ...options } : { port, host: '127.0.0.1', ...options });
    outside.http = server;
    outside.server.on('connection', (socket, request) => {
      const connection = { socket, request, heard: [] };
      socket.on('message', (text) => connection.heard.push(String(text)));
      socket.on('close', (code) => (connection.code = code));
      outside.connections.push(connection);
    });
    if (server) await new Promise((resolve) => server.listen(port, '127.0.0.1', resolve));
    else await new Promise((resolve) => outside.server.once('listening', resolve));
    outside.port = (server ?? outside.server).address().port;
    cleanup(t, () => outside.stop());
    return outside;
  }

  async connected(count = 1) {
    await until(`${count} connections outside`, () => this.connections.length >= count);
    return this.connections[count - 1];
  }

  async stop() {
    for (const { socket } of this.connections) socket.terminate();
    await new Promise((resolve) => this.server.close(resolve));
    if (this.http) await new Promise((resolve) => this.http.close(resolve));
  }
}
