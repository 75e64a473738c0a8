// Subscribes and prints each event, like subscribe.mjs, and keeps in a file how far it has come. Stopped
// and started again, it goes on from there: what was published meanwhile comes first.
//   node resume.mjs ws://localhost:8080/ws FILE 'game/+/move'
import fs from 'node:fs';
import WebSocket from 'ws';

const [url, file, ...filters] = process.argv.slice(2);
if (filters.length === 0) {
  console.error('usage: node resume.mjs ws://HOST:PORT/PATH FILE FILTER…');
  process.exit(2);
}

// A file that is renamed into its place is never half written.
function save(cursor) {
  fs.writeFileSync(`${file}.new`, cursor);
  fs.renameSync(`${file}.new`, file);
}

const start = fs.existsSync(file) ? { after: [fs.readFileSync(file, 'utf8')] } : 'now';

const on = {
  subscribed({ from, cursor }) {
    console.log(`subscribed to ${filters.join(' ')} from ${JSON.stringify(from)}`);
    if (cursor) save(cursor);
  },
  event({ topic, data, data_base64: base64, position = '', cursor }) {
    console.log(`${topic} ${base64 ?? JSON.stringify(data) ?? ''} ${position}`);
    if (cursor) save(cursor);
  },
  error({ status, message }) {
    console.error(`${status}: ${message}`);
    process.exitCode = 1;
    socket.close();
  },
};

const socket = new WebSocket(url, 'slipring.json.v1');
const subscribe = { op: 'subscribe', id: 1, filters, start, cursors: true };
socket.on('open', () => socket.send(JSON.stringify(subscribe)));
socket.on('message', (text) => {
  const message = JSON.parse(text);
  if (on[message.op]) on[message.op](message);
  else console.log(`< ${text}`);
});
socket.on('close', (code, reason) => {
  console.log(`closed with ${code} ${reason}`);
});
socket.on('error', (error) => {
  console.error(error.message);
  process.exit(1);
});
