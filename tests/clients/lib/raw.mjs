// A TCP socket and WebSocket frames made by hand: for what a well-behaved library refuses to send.
import net from 'node:net';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { within } from './wait.mjs';

export const opcode = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

// A client's frame. `mask: false` and `reserved` (bits of RSV1-3) break RFC 6455 on purpose.
export function frame(code, payload = '', { fin = true, mask = true, reserved = 0 } = {}) {
  const body = Buffer.from(payload);
  const head = [(fin ? 0x80 : 0) | (reserved << 4) | code];
  const masked = mask ? 0x80 : 0;
  if (body.length < 126) {
    head.push(masked | body.length);
  } else if (body.length < 65536) {
    head.push(masked | 126, body.length >> 8, body.length & 255);
  } else {
    const size = Buffer.alloc(8);
    size.writeBigUInt64BE(BigInt(body.length));
    head.push(masked | 127, ...size);
  }
  if (!mask) return Buffer.concat([Buffer.from(head), body]);
  const key = randomBytes(4);
  return Buffer.concat([Buffer.from(head), key, body.map((byte, i) => byte ^ key[i & 3])]);
}

// The request of a WebSocket handshake; `headers` replaces single lines, null leaves one out.
export function handshake(target = '/echo', headers = {}, line = `GET ${target} HTTP/1.1`) {
  const all = {
    Host: 'localhost',
    Upgrade: 'websocket',
    Connection: 'Upgrade',
    'Sec-WebSocket-Key': randomBytes(16).toString('base64'),
    'Sec-WebSocket-Version': '13',
    ...headers,
  };
  const lines = Object.entries(all)
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `${name}: ${value}\r\n`);
  return `${line}\r\n${lines.join('')}\r\n`;
}

export class RawSocket {
  received = Buffer.alloc(0);
  ended = false;

  static async connect(port, address = '127.0.0.1') {
    const raw = new RawSocket();
    raw.socket = net.connect({ port, host: address, allowHalfOpen: true });
    raw.gone = new Promise((resolve) => raw.socket.on('close', resolve));
    raw.socket.on('data', (bytes) => (raw.received = Buffer.concat([raw.received, bytes])));
    raw.socket.on('end', () => (raw.ended = true));
    raw.socket.on('error', (error) => {
      raw.error = error;
      raw.ended = true;
    });
    await within('a TCP connection', once(raw.socket, 'connect'));
    return raw;
  }

  // Connected and through the handshake.
  static async webSocket(port, target = '/echo') {
    const raw = await RawSocket.connect(port);
    raw.write(handshake(target));
    const answer = await raw.until('the answer to the handshake', (bytes) => {
      const end = bytes.indexOf('\r\n\r\n');
      return end < 0 ? null : { head: bytes.subarray(0, end).toString(), rest: bytes.subarray(end + 4) };
    });
    if (!answer.head.startsWith('HTTP/1.1 101 ')) throw new Error(`refused: ${answer.head}`);
    raw.received = answer.rest;
    return raw;
  }

  write(bytes) {
    this.socket.write(bytes);
  }

  // The first truthy value of `read(bytes received so far)`; null when the peer ends before that.
  until(what, read, bounds) {
    const wait = new Promise((resolve) => {
      const look = () => {
        const found = read(this.received);
        if (found || this.ended || this.socket.destroyed) {
          for (const event of ['data', 'end', 'close', 'error']) this.socket.off(event, look);
          resolve(found || null);
        }
      };
      for (const event of ['data', 'end', 'close', 'error']) this.socket.on(event, look);
      look();
    });
    return within(what, wait, bounds);
  }

  // Status code of an HTTP answer; null when the peer closed without one.
  status(bounds) {
    return this.until(
      'an HTTP answer',
      (bytes) => Number(/^HTTP\/1\.[01] (\d{3}) /.exec(bytes.toString('latin1'))?.[1]),
      bounds,
    );
  }

  // Code of the server's close frame, frames before it are skipped; null when there was none.
  closeCode(bounds) {
    return this.until(
      'a close frame',
      (bytes) => {
        for (const one of frames(bytes)) {
          if (one.code === opcode.close) return one.body.length < 2 ? 1005 : one.body.readUInt16BE(0);
        }
        return null;
      },
      bounds,
    );
  }

  // Body of the first pong.
  pong() {
    return this.until('a pong', (bytes) => {
      for (const one of frames(bytes)) if (one.code === opcode.pong) return one;
      return null;
    });
  }

  destroy() {
    this.socket.destroy();
  }
}

// The whole frames of a server in `bytes`.
export function* frames(bytes) {
  let at = 0;
  while (bytes.length - at >= 2) {
    let size = bytes[at + 1] & 127;
    let body = at + 2;
    if (size === 126) {
      if (bytes.length < body + 2) return;
      size = bytes.readUInt16BE(body);
      body += 2;
    } else if (size === 127) {
      if (bytes.length < body + 8) return;
      size = Number(bytes.readBigUInt64BE(body));
      body += 8;
    }
    if (bytes.length < body + size) return;
    yield { code: bytes[at] & 15, fin: bytes[at] >= 128, body: bytes.subarray(body, body + size) };
    at = body + size;
  }
}
