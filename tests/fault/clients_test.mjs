// Clients that misbehave. Each costs bounded memory and time and nothing else; a well-behaved client
// beside them, the witness, notices nothing.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host, endpoint, sanitized } from '../clients/lib/host.mjs';
import { descriptors, descriptorsAtRest, residentBytes } from '../clients/lib/process.mjs';
import { RawSocket, frame, frames, handshake, opcode } from '../clients/lib/raw.mjs';
import { until } from '../clients/lib/wait.mjs';

const MiB = 1 << 20;

// A sanitizer keeps freed memory back on purpose: how much there is says nothing then.
const allowance = sanitized ? Infinity : 1;

// Goes on asking until told to stop; every answer must come within a bound.
function witness(client) {
  let asked = 0;
  let going = true;
  const done = (async () => {
    while (going) {
      const text = `witness ${asked++}`;
      assert.equal((await client.ask(text)).text, text);
    }
  })();
  done.catch(() => {});
  return {
    get asked() {
      return asked;
    },
    async stop() {
      going = false;
      await done;
      return asked;
    },
  };
}

// Writes `bytes` again and again, as fast as the peer takes it, until it stops taking or `limit`.
function pump(raw, bytes, limit) {
  const state = { sent: 0 };
  const more = () => {
    while (state.sent < limit && !raw.socket.destroyed) {
      state.sent += bytes.length;
      if (!raw.socket.write(bytes)) return;
    }
  };
  raw.socket.on('drain', more);
  more();
  return state;
}

const short = 'limits: { stall: 2s, queue_bytes: 1MiB }\n';

test('clients that never read cost no more than their queues and are closed', async (t) => {
  const host = await Host.start(t, { config: short });
  const beside = witness(await Client.open(host.url()));
  await until('the witness is at it', () => beside.asked > 100);
  const before = residentBytes(host.pid);

  const count = 20;
  const limit = 64 * MiB;
  const lazy = await Promise.all(
    Array.from({ length: count }, () => RawSocket.webSocket(host.port)),
  );
  const message = frame(opcode.binary, Buffer.alloc(16 << 10, 7));
  for (const raw of lazy) raw.socket.pause();
  const pumps = lazy.map((raw) => pump(raw, message, limit));
  const pumpOf = new Map(lazy.map((raw, i) => [raw.socket.localPort, pumps[i]]));

  let peak = 0;
  let queued = 0;
  let taken = 0; // from one of them until they were given up; a closing handshake goes on reading
  await until(
    'all of them are closed',
    async () => {
      peak = Math.max(peak, residentBytes(host.pid));
      const { sessions } = await host.json('sessions');
      for (const session of sessions.filter((one) => one.queued_bytes > 0)) {
        queued = Math.max(queued, session.queued_bytes);
        taken = Math.max(taken, pumpOf.get(Number(session.peer.replace(/.*:/, '')))?.sent ?? 0);
      }
      return sessions.length === 1;
    },
    { seconds: 30 },
  );
  await beside.stop();
  assert.ok(queued > 0, 'their queues filled up');
  assert.ok(queued <= MiB + (16 << 10), `${queued} bytes queued for one of them`);
  const each = (peak - before) / count;
  assert.ok(each < 2 * MiB * allowance, `${(each / MiB).toFixed(2)} MiB for each of them`);
  assert.ok(taken > 0 && taken < limit, 'the host stopped reading from them');
  t.diagnostic(`${(each / MiB).toFixed(2)} MiB each, ${queued} bytes queued, ${taken} taken`);
  for (const raw of lazy) raw.destroy();
});

test('a client that reads late gets everything, in order', async (t) => {
  const host = await Host.start(t);
  const client = await Client.open(host.url());
  await client.ask('hello');
  client.pause();
  const body = 'x'.repeat(16 << 10);
  const count = 600;
  for (let i = 0; i < count; i++) client.send(`${i} ${body}`);
  await until('its queue fills', async () => {
    const { sessions } = await host.json('sessions');
    return sessions[0].queued_bytes > 0 || sessions[0].sent > count;
  });
  client.socket.resume();
  for (let i = 0; i < count; i++) assert.equal(parseInt((await client.next()).text, 10), i);
});

test('clients that connect and say nothing are closed, and so are those that stop half-way', async (t) => {
  const host = await Host.start(t, {
    config: endpoint(t, { times: { handshake: '2s' } }),
    listen: null,
  });
  const before = await descriptorsAtRest(host.pid);
  const silent = await Promise.all(Array.from({ length: 20 }, () => RawSocket.connect(host.port)));
  const half = await Promise.all(Array.from({ length: 20 }, () => RawSocket.connect(host.port)));
  for (const raw of half) raw.write(handshake().slice(0, 60));
  for (const raw of [...silent, ...half]) {
    await raw.until('the host to close it', () => null, { seconds: 15 });
    raw.destroy();
  }
  await until('no descriptor is left', () => descriptors(host.pid) === before);
});

test('1,000 half-open connections do not keep others out and are closed', async (t) => {
  const host = await Host.start(t, {
    config: endpoint(t, { times: { handshake: '3s' } }),
    listen: null,
  });
  const before = await descriptorsAtRest(host.pid);
  const half = [];
  for (let i = 0; i < 1000; i += 100) {
    half.push(...(await Promise.all(Array.from({ length: 100 }, () => RawSocket.connect(host.port)))));
  }
  for (const raw of half) raw.write('GET /echo HTTP/1.1\r\nHost: local');
  const client = await Client.open(host.url());
  assert.equal((await client.ask('in')).text, 'in');
  for (const raw of half) await raw.until('the host to close it', () => null, { seconds: 15 });
  for (const raw of half) raw.destroy();
  await client.close();
  await until('no descriptor is left', () => descriptors(host.pid) === before);
});

test('a client that vanishes is noticed by its silence; one that answers pings stays', async (t) => {
  const host = await Host.start(t, {
    config: endpoint(t, { times: { ping: '1s', pong: '1s' } }),
    listen: null,
  });
  const idle = await Client.open(host.url());
  const gone = await RawSocket.webSocket(host.port);
  await host.sessions(2);
  const pinged = await gone.until('a ping', (bytes) =>
    [...frames(bytes)].find((one) => one.code === opcode.ping),
  );
  assert.ok(pinged);
  await host.sessions(1, { seconds: 15 });
  assert.equal((await idle.ask('still here')).text, 'still here');
  gone.destroy();
});

test('clients that are reset in the middle of a message leave nothing behind', async (t) => {
  const host = await Host.start(t);
  const before = await descriptorsAtRest(host.pid);
  for (let round = 0; round < 5; round++) {
    const raws = await Promise.all(Array.from({ length: 40 }, () => RawSocket.webSocket(host.port)));
    for (const raw of raws) {
      raw.write(frame(opcode.text, 'never to be finished', { fin: false }));
      raw.write(frame(opcode.text, 'x'.repeat(1000)).subarray(0, 500));
      raw.socket.resetAndDestroy();
    }
    await host.sessions(0);
  }
  await until('no descriptor is left', () => descriptors(host.pid) === before);
});

test('a flood of messages is answered in order while the witness is served', async (t) => {
  const host = await Host.start(t);
  const beside = witness(await Client.open(host.url()));
  const count = 5000;
  const clients = await Promise.all(Array.from({ length: 20 }, () => Client.open(host.url())));
  await Promise.all(
    clients.map(async (client) => {
      for (let i = 0; i < count; i++) client.send(`${i}`);
      for (let i = 0; i < count; i++) {
        assert.equal((await client.next({ seconds: 60 })).text, `${i}`);
      }
    }),
  );
  assert.ok((await beside.stop()) > 0);
});

test('a flood of pings, and one of empty fragments, cost no memory', async (t) => {
  const host = await Host.start(t);
  const beside = witness(await Client.open(host.url()));
  await until('the witness is at it', () => beside.asked > 100);
  const before = residentBytes(host.pid);
  const flood = {
    pings: Buffer.concat(Array.from({ length: 500 }, () => frame(opcode.ping, 'p'.repeat(100)))),
    fragments: Buffer.concat(
      Array.from({ length: 500 }, () => frame(opcode.continuation, '', { fin: false })),
    ),
  };
  for (const [what, bytes] of Object.entries(flood)) {
    const raw = await RawSocket.webSocket(host.port);
    raw.socket.on('data', () => (raw.received = Buffer.alloc(0)));
    if (what === 'fragments') raw.write(frame(opcode.text, '', { fin: false }));
    for (let i = 0; i < 100 && !raw.ended; i++) {
      await new Promise((sent) => raw.socket.write(bytes, sent));
    }
    raw.destroy();
  }
  await beside.stop();
  await host.sessions(1);
  const grown = residentBytes(host.pid) - before;
  assert.ok(grown < 16 * MiB * allowance, `${(grown / MiB).toFixed(1)} MiB`);
});
