// Clients that send a byte now and then, a thousand of each kind, while others are served. Each kind is
// cut off when its time is over; nobody else waits for it.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import net from 'node:net';
import test from 'node:test';
import { Client as HttpClient } from '../clients/lib/undici.mjs';
import { Client } from '../clients/lib/client.mjs';
import { Host, sanitized, temporaryDirectory } from '../clients/lib/host.mjs';
import { descriptors, descriptorsAtRest } from '../clients/lib/process.mjs';
import { frame, handshake, opcode } from '../clients/lib/raw.mjs';
import { makeCertificate } from '../clients/lib/tls.mjs';
import { until, within } from '../clients/lib/wait.mjs';

const count = Number(process.env.SLIPRING_CONNECTIONS ?? (sanitized ? 200 : 1000));

const http2Preface = Buffer.concat([
  Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]),
]);
// HEADERS of a POST whose body never ends (HPACK: all from the static table, path literal).
const http2Post = Buffer.from([0, 0, 4, 1, 4, 0, 0, 0, 1, 0x83, 0x86, 0x84, 0x41]);

// What each sends at once, and then byte by byte for ever.
const kinds = [
  { name: 'request heads', trickle: 'GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ' },
  { name: 'handshakes', trickle: handshake('/echo').slice(0, -2) },
  {
    name: 'bodies',
    atOnce: 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n',
    trickle: 'topic=slow&data=',
  },
  {
    name: 'chunks',
    atOnce:
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n',
    trickle: '1\r\nx\r\n'.repeat(1000),
  },
  { name: 'HTTP/2 prefaces', trickle: http2Preface },
  { name: 'HTTP/2 heads', atOnce: http2Preface, trickle: http2Post },
  { name: 'TLS handshakes', endpoint: 1, trickle: Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3]) },
  // A WebSocket may be slow for as long as it gives signs of life: these are only counted as served.
  { name: 'WebSocket frames', lives: true, atOnce: handshake('/echo'), trickle: frame(opcode.text, 'x'.repeat(120)) },
];

// Connects them all, sends what is first, then a byte each in turns until they are closed or stopped.
async function trickle(port, { atOnce, trickle: text }) {
  const bytes = Buffer.from(text);
  const sockets = [];
  let closed = 0;
  for (let i = 0; i < count; i++) {
    const socket = net.connect(port, '127.0.0.1');
    socket.on('error', () => {});
    socket.on('close', () => closed++);
    socket.on('data', () => {});
    sockets.push(socket);
    if (i % 100 === 99) await within('a hundred connections', once(socket, 'connect'));
    if (atOnce) socket.write(atOnce);
  }
  let at = 0;
  const timer = setInterval(() => {
    const byte = bytes.subarray(at % bytes.length, (at % bytes.length) + 1);
    for (const socket of sockets) if (!socket.destroyed && socket.writable) socket.write(byte);
    at++;
  }, 100);
  return {
    get closed() {
      return closed;
    },
    stop() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
    },
  };
}

// Asks by WebSocket and by HTTP without a pause for as long as `during` takes; how often it was answered.
async function served(host, during) {
  let going = true;
  let answered = 0;
  const socket = await Client.open(`ws://127.0.0.1:${host.port}/echo`);
  const http = new HttpClient(`http://127.0.0.1:${host.port}`);
  const asking = (async () => {
    while (going) {
      assert.equal((await socket.ask('x')).text, 'x');
      const { statusCode, body } = await http.request({ path: '/', method: 'GET' });
      await body.dump();
      assert.equal(statusCode, 200);
      answered++;
    }
  })();
  const begun = performance.now();
  try {
    await Promise.race([during(() => answered), asking]);
  } finally {
    going = false;
  }
  await asking;
  await socket.close();
  await http.close();
  return answered / ((performance.now() - begun) / 1000);
}

for (const kind of kinds) {
  test(`${count} clients with trickling ${kind.name}`, async (t) => {
    const { yaml } = makeCertificate(temporaryDirectory(t));
    const times = 'times: { tls: 3s, head: 3s, body: 3s, idle: 3s }';
    const config = `
endpoints:
  - { name: public, listen: "127.0.0.1:0", transport: web, settings: { ${times} } }
  - { name: secure, listen: "127.0.0.1:0", transport: web, settings: { ${times}, tls: { certificates: [${yaml}] } } }
`;
    const host = await Host.start(t, { config, listen: null });
    const port = Number(host.endpoints[kind.endpoint ?? 0].address.replace(/.*:/, ''));
    const atRest = await descriptorsAtRest(host.pid);
    const alone = await served(host, (answered) => until('it was served', () => answered() >= 200, { seconds: 30 }));

    const slow = await trickle(port, kind);
    t.after(() => slow.stop());
    const beside = await served(host, async (answered) => {
      if (kind.lives) {
        await until('it was served', () => answered() >= 200, { seconds: 60 });
        assert.equal(slow.closed, 0);
      } else {
        assert.ok(slow.closed < count / 2, 'they are let be for their time');
        await until('they are cut off', () => slow.closed === count, { seconds: 30 });
        await until('others were served', () => answered() >= 200, { seconds: 30 });
      }
    });
    slow.stop();
    t.diagnostic(`served beside them ${(beside / alone).toFixed(2)} times as often as alone`);
    await until('no descriptor is left', () => descriptors(host.pid) <= atRest, { seconds: 30 });
  });
}
