// Talks over a WebSocket: sends each line typed, prints each message that comes back.
//   node talk.mjs ws://localhost:8080/ws
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const url = process.argv[2];
if (!url) {
  console.error('usage: node talk.mjs ws://HOST:PORT/PATH');
  process.exit(2);
}

const socket = new WebSocket(url);
socket.on('open', () => {
  console.log(`connected to ${url}`);
  createInterface({ input: process.stdin })
    .on('line', (line) => socket.send(line))
    .on('close', () => socket.close(1000));
});
socket.on('message', (data, binary) => {
  console.log(binary ? `< ${data.length} bytes: ${data.toString('hex')}` : `< ${data}`);
});
socket.on('close', (code, reason) => {
  console.log(`closed with ${code} ${reason}`);
  process.exit(0);
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
