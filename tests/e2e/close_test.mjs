// How connections end: RFC 6455 §7.4.1's codes, whoever is to blame.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host } from '../clients/lib/host.mjs';
import { RawSocket, frame, opcode } from '../clients/lib/raw.mjs';
import { within } from '../clients/lib/wait.mjs';

test('a client that closes gets its own code back', async (t) => {
  const host = await Host.start(t);
  for (const code of [1000, 1001, 3000, 4999]) {
    const raw = await RawSocket.webSocket(host.port);
    const body = Buffer.alloc(2);
    body.writeUInt16BE(code);
    raw.write(frame(opcode.close, body));
    assert.equal(await raw.closeCode(), code);
    await raw.until('the server to end the connection', () => null);
    raw.destroy();
  }
  await host.sessions(0);
});

test('text that is not UTF-8 is answered with 1007', async (t) => {
  const host = await Host.start(t);
  const bad = {
    'a lone continuation byte': [0x61, 0x80],
    'an overlong slash': [0xc0, 0xaf],
    'a surrogate': [0xed, 0xa0, 0x80],
    'above U+10FFFF': [0xf4, 0x90, 0x80, 0x80],
    'a character cut off by the end': [0x61, 0xe2, 0x82],
  };
  for (const [what, bytes] of Object.entries(bad)) {
    const raw = await RawSocket.webSocket(host.port);
    raw.write(frame(opcode.text, Buffer.from(bytes)));
    assert.equal(await raw.closeCode(), 1007, what);
    raw.destroy();
  }
});

test('text that is not UTF-8 in a later fragment is answered with 1007', async (t) => {
  const host = await Host.start(t);
  const raw = await RawSocket.webSocket(host.port);
  raw.write(frame(opcode.text, 'good ', { fin: false }));
  raw.write(frame(opcode.continuation, Buffer.of(0xff, 0xfe)));
  assert.equal(await raw.closeCode(), 1007);
  raw.destroy();
});

test('binary need not be UTF-8', async (t) => {
  const host = await Host.start(t);
  const client = await Client.open(host.url());
  const bytes = Buffer.of(0xff, 0xfe, 0x80);
  assert.ok((await client.ask(bytes)).data.equals(bytes));
});

test('a message over the limit is answered with 1009, in one frame or in many', async (t) => {
  const host = await Host.start(t, { config: 'limits: { message: 64KiB }\n' });
  const whole = await Client.open(host.url());
  const limit = Buffer.alloc(64 << 10, 1);
  assert.ok((await whole.ask(limit)).data.equals(limit), 'exactly the limit is fine');
  whole.send(Buffer.alloc((64 << 10) + 1));
  assert.equal((await within('the close', whole.closed)).code, 1009);

  const parts = await Client.open(host.url());
  for (let i = 0; i < 5; i++) parts.send(Buffer.alloc(16 << 10), { fin: false });
  assert.equal((await within('the close', parts.closed)).code, 1009);
  await host.sessions(0);
});

test('the default limit is 1 MiB', async (t) => {
  const host = await Host.start(t);
  const client = await Client.open(host.url());
  client.send(Buffer.alloc((1 << 20) + 1));
  assert.equal((await within('the close', client.closed)).code, 1009);
});

test('frames that break the protocol are answered with 1002', async (t) => {
  const host = await Host.start(t);
  const broken = {
    'a reserved bit without an extension': frame(opcode.text, 'x', { reserved: 4 }),
    'an opcode that is not defined': frame(3, 'x'),
    'a fragmented ping': frame(opcode.ping, 'x', { fin: false }),
    'a continuation of nothing': frame(opcode.continuation, 'x'),
    'a message begun inside another': Buffer.concat([
      frame(opcode.text, 'x', { fin: false }),
      frame(opcode.text, 'y'),
    ]),
    'a close code that must not be sent': frame(opcode.close, Buffer.of(0x03, 0xed)),
  };
  for (const [what, bytes] of Object.entries(broken)) {
    const raw = await RawSocket.webSocket(host.port);
    raw.write(bytes);
    assert.equal(await raw.closeCode(), 1002, what);
    raw.destroy();
  }
  const client = await Client.open(host.url());
  assert.equal((await client.ask('still here')).text, 'still here');
});

test('SIGTERM closes every client with 1012 and the host exits with 0', async (t) => {
  const host = await Host.start(t, { shards: 3 });
  const clients = await Promise.all(Array.from({ length: 60 }, () => Client.open(host.url())));
  await Promise.all(clients.map((client) => client.ask('hello')));
  const ended = host.stop();
  const closes = await within(
    'every client to be closed',
    Promise.all(clients.map((client) => client.closed)),
  );
  for (const { code } of closes) assert.equal(code, 1012);
  await ended;
});

test('SIGINT ends the host in the same way', async (t) => {
  const host = await Host.start(t);
  const client = await Client.open(host.url());
  await client.ask('hello');
  host.process.kill('SIGINT');
  assert.equal((await within('the close', client.closed)).code, 1012);
  assert.deepEqual(await within('the exit', host.exited), { code: 0, signal: null });
});

test('what was received before SIGTERM is answered before the close', async (t) => {
  const host = await Host.start(t);
  const client = await Client.open(host.url());
  for (let i = 0; i < 200; i++) client.send(`message ${i}`);
  assert.equal((await client.next()).text, 'message 0');
  const { sessions } = await host.json('sessions');
  const answered = sessions[0].sent;
  await host.stop();
  const { code } = await client.closed;
  assert.equal(code, 1012);
  assert.ok(client.unread + 1 >= answered, `${client.unread + 1} of ${answered} arrived`);
});
