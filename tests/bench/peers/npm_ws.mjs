// A WebSocket echo as many write it: npm `ws`, one process, one event handler. Prints {"port":N}.
import { createRequire } from 'node:module';

const { WebSocketServer } = createRequire(new URL('../../clients/package.json', import.meta.url))('ws');

const server = new WebSocketServer({ host: '127.0.0.1', port: 0, clientTracking: false }, () =>
  console.log(JSON.stringify({ port: server.address().port })),
);
server.on('connection', (socket) => {
  socket.on('error', () => {});
  socket.on('message', (bytes, isBinary) => socket.send(bytes, { binary: isBinary }));
});
