// A host that asks for credentials: its tokens, its configuration, and clients that bring them.
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { temporaryDirectory } from './host.mjs';

export const bearer = (token) => ({ authorization: `Bearer ${token}` });

// A file of tokens, one for each name; `tokens` says which.
export class TokenFile {
  tokens = {};

  constructor(t, names) {
    this.path = path.join(temporaryDirectory(t, 'slipring-access-'), 'tokens');
    for (const name of names) this.tokens[name] = randomBytes(24).toString('base64url');
    this.write(names);
  }

  // Only the tokens of these stand in it from now on.
  write(names) {
    const line = (name) => `${createHash('sha256').update(this.tokens[name]).digest('hex')} ${name}\n`;
    this.writeText(names.map(line).join(''));
  }

  writeText(text) {
    fs.writeFileSync(this.path, text, { mode: 0o600 });
  }
}

// Everything but the page and /open asks for a credential. Settings as they stand in the file.
export function configuration(file, { origins = [], tls = '', ticket = '{}', more = '' } = {}) {
  const listed = `origins: ${JSON.stringify(origins)}`;
  const under = tls ? `, settings: { tls: { certificates: [${tls}] } }` : '';
  return `
access: { tokens: "${file.path}", cookie: session, ticket: ${ticket} }
endpoints:
  - { name: public, listen: "127.0.0.1:0", transport: web, ${listed}${under} }
  - { name: other, listen: "127.0.0.1:0", transport: lws, ${listed}${under} }
mounts:
  - { path: /, adapter: page }
  - { path: /open, adapter: websocket }
  - { path: /ws, adapter: websocket, access: required }
  - { path: /maybe, adapter: websocket, access: optional }
  - { path: /events, adapter: sse, access: required }
  - { path: "/topics/*", adapter: rest, access: required }
  - { path: /ticket, adapter: ticket, access: required }
${more}`;
}
