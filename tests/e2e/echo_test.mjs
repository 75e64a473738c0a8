// ws://…/echo gives every message back as it was.
import assert from 'node:assert/strict';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { Host } from '../clients/lib/host.mjs';
import { RawSocket, frame, frames, opcode } from '../clients/lib/raw.mjs';

async function connect(t, options) {
  const host = await Host.start(t, options);
  return { host, client: await Client.open(host.url()) };
}

test('text comes back as text', async (t) => {
  const { client } = await connect(t);
  const { text } = await client.ask('grüezi, 世界 🌀');
  assert.equal(text, 'grüezi, 世界 🌀');
});

test('binary comes back as binary, every byte value', async (t) => {
  const { client } = await connect(t);
  const every = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
  const { data, binary } = await client.ask(every);
  assert.ok(binary);
  assert.deepEqual(data, every);
});

test('an empty message comes back as an empty message, of either kind', async (t) => {
  const { client } = await connect(t);
  assert.equal((await client.ask('')).text, '');
  const { data, binary } = await client.ask(Buffer.alloc(0));
  assert.ok(binary);
  assert.equal(data.length, 0);
});

test('a fragmented message comes back whole', async (t) => {
  const { client } = await connect(t);
  client.send('one ', { fin: false });
  client.send('two ', { fin: false });
  client.send('', { fin: false });
  const { text } = await client.ask('three', { fin: true });
  assert.equal(text, 'one two three');
  assert.equal(client.unread, 0);
});

test('a character split between two fragments is still text', async (t) => {
  const host = await Host.start(t);
  const raw = await RawSocket.webSocket(host.port);
  const bytes = Buffer.from('a🌀b');
  raw.write(frame(opcode.text, bytes.subarray(0, 3), { fin: false }));
  raw.write(frame(opcode.continuation, bytes.subarray(3)));
  const echoed = await raw.until('the echo', (all) => [...frames(all)][0]);
  assert.equal(echoed.body.toString(), 'a🌀b');
  raw.destroy();
});

test('1 MiB comes back unchanged, text and binary', async (t) => {
  const { client } = await connect(t);
  const text = 'slipring'.repeat((1 << 20) / 8);
  assert.equal((await client.ask(text)).text, text);
  const bytes = Buffer.alloc(1 << 20, 0xa5);
  assert.ok((await client.ask(bytes)).data.equals(bytes));
});

test('lengths around the steps of the frame header come back unchanged', async (t) => {
  const { client } = await connect(t);
  for (const size of [1, 125, 126, 127, 4095, 4096, 65535, 65536, 65537]) {
    const sent = Buffer.alloc(size, size & 255);
    const { data } = await client.ask(sent);
    assert.ok(data.equals(sent), `${size} bytes`);
  }
});

test('a thousand messages sent at once come back in order', async (t) => {
  const { client } = await connect(t);
  for (let i = 0; i < 1000; i++) client.send(`message ${i}`);
  for (let i = 0; i < 1000; i++) assert.equal((await client.next()).text, `message ${i}`);
});

test('a ping between the fragments of a message is answered with its own bytes', async (t) => {
  const host = await Host.start(t);
  const raw = await RawSocket.webSocket(host.port);
  raw.write(frame(opcode.text, 'half ', { fin: false }));
  raw.write(frame(opcode.ping, 'are you there'));
  assert.equal((await raw.pong()).body.toString(), 'are you there');
  raw.write(frame(opcode.continuation, 'whole'));
  const echoed = await raw.until('the echo', (all) =>
    [...frames(all)].find((one) => one.code === opcode.text),
  );
  assert.equal(echoed.body.toString(), 'half whole');
  raw.destroy();
});

test('a message that arrives byte by byte comes back whole', async (t) => {
  const host = await Host.start(t);
  const raw = await RawSocket.webSocket(host.port);
  raw.socket.setNoDelay(true);
  for (const byte of frame(opcode.text, 'drop by drop')) {
    await new Promise((sent) => raw.socket.write(Buffer.of(byte), sent));
  }
  const echoed = await raw.until('the echo', (all) => [...frames(all)][0]);
  assert.equal(echoed.body.toString(), 'drop by drop');
  raw.destroy();
});

test('counts of a session are shown while it is open and it leaves no trace after', async (t) => {
  const { host, client } = await connect(t);
  await client.ask('a');
  await client.ask('b');
  const { sessions } = await host.json('sessions');
  assert.equal(sessions.length, 1);
  assert.equal(sessions[0].path, '/echo');
  assert.equal(sessions[0].plugin, 'echo');
  assert.equal(sessions[0].received, 2);
  assert.equal(sessions[0].sent, 2);
  await client.close();
  await host.sessions(0);
});
