// Subscribes over a WebSocket in slipring.json.v1 and prints each event: topic, data, position.
//   node subscribe.mjs ws://localhost:8080/ws 'game/+/move'
import WebSocket from 'ws';

const [url, ...filters] = process.argv.slice(2);
if (filters.length === 0) {
  console.error('usage: node subscribe.mjs ws://HOST:PORT/PATH FILTER…');
  process.exit(2);
}

const print = {
  subscribed: () => `subscribed to ${filters.join(' ')}`,
  event: ({ topic, data, data_base64: base64, position = '' }) =>
    `${topic} ${base64 ?? JSON.stringify(data) ?? ''} ${position}`,
};

const socket = new WebSocket(url, 'slipring.json.v1');
socket.on('open', () => socket.send(JSON.stringify({ op: 'subscribe', id: 1, filters })));
socket.on('message', (text) => {
  const message = JSON.parse(text);
  console.log(print[message.op]?.(message) ?? `< ${text}`);
});
socket.on('close', (code, reason) => {
  console.log(`closed with ${code} ${reason}`);
  process.exit(0);
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
