// Chromium with a cookie: pages of the host may use it, over HTTP/1.1 and HTTP/2; another page that the same
// browser shows, with the same cookie, may not.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import test from 'node:test';
import { TokenFile, configuration } from '../clients/lib/access.mjs';
import { chromium } from '../clients/lib/browser.mjs';
import { cleanup } from '../clients/lib/cleanup.mjs';
import { Host, temporaryDirectory } from '../clients/lib/host.mjs';
import { makeCertificate } from '../clients/lib/tls.mjs';
import { patience } from '../clients/lib/wait.mjs';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => fs.existsSync(file));

// A site of somebody else's on the same machine: cookies do not tell ports apart, origins do.
async function strange(t, certificate) {
  const show = (request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end('<!doctype html><title>another site</title>');
  };
  const server = certificate
    ? https.createServer({ cert: certificate.text, key: fs.readFileSync(certificate.key) }, show)
    : http.createServer(show);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanup(t, () => server.close());
  return `http${certificate ? 's' : ''}://127.0.0.1:${server.address().port}`;
}

// What a page can open at `address`: each thing's outcome.
const attempt = async (page, address) =>
  page.evaluate(async (to) => {
    const stream = (query) =>
      new Promise((resolve) => {
        const source = new EventSource(`${to}/events?topic=a${query}`, { withCredentials: true });
        source.onopen = () => resolve('open');
        source.onerror = () => resolve(source.readyState === EventSource.CLOSED ? 'refused' : 'tries again');
      });
    const socket = (query) =>
      new Promise((resolve) => {
        const made = new WebSocket(`${to.replace('http', 'ws')}/ws${query}`);
        made.onopen = () => resolve('open');
        made.onerror = () => resolve('refused');
      });
    const post = (path) =>
      fetch(to + path, { method: 'POST', credentials: 'include', body: '1', mode: 'cors' });
    const outcome = (promise) => promise.then(({ status }) => status, () => 'refused');
    const buy = () => post('/ticket').then((answer) => answer.json()).then(({ ticket }) => ticket, () => 'none');
    const ticket = await buy();
    const result = {
      stream: await stream(''),
      socket: await socket(''),
      publish: await outcome(post('/topics/a')),
      ticketed: await socket(`?ticket=${ticket}`),
      again: await socket(`?ticket=${ticket}`),
      streamed: await stream(`&ticket=${await buy()}`),
      stopped: await stream(`&ticket=${ticket}`),
    };
    return result;
  }, address);

for (const under of ['HTTP/1.1', 'HTTP/2']) {
  test(`a cookie is of use to the host's own pages alone, over ${under}`, async (t) => {
    const file = new TokenFile(t, ['alice']);
    const certificate = under === 'HTTP/2' ? makeCertificate(temporaryDirectory(t)) : undefined;
    // Every origin may ask here; that is not enough for a cookie.
    const config = configuration(file, { origins: ['*'], tls: certificate?.yaml });
    const host = await Host.start(t, { config, listen: null });
    const own = `http${certificate ? 's' : ''}://${host.endpoints[0].address}`;
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
    cleanup(t, () => browser.close());
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    context.setDefaultTimeout(30_000 * patience);
    await context.addCookies([{ name: 'session', value: file.tokens.alice, url: own, httpOnly: true, sameSite: 'Lax' }]);

    const page = await context.newPage();
    await page.goto(`${own}/`);
    const protocol = await page.evaluate(() => performance.getEntriesByType('navigation')[0].nextHopProtocol);
    assert.equal(protocol, certificate ? 'h2' : 'http/1.1');
    assert.deepEqual(await attempt(page, own), {
      stream: 'open',
      socket: 'open',
      publish: 201,
      ticketed: 'open',
      again: 'refused',
      streamed: 'open',
      stopped: 'refused',
    });
    const identities = (await host.json('sessions')).sessions.map(({ identity }) => identity);
    assert.ok(identities.length >= 4);
    assert.deepEqual([...new Set(identities)], ['alice']);

    const evil = await context.newPage();
    await evil.goto(await strange(t, certificate));
    const before = (await host.json('sessions')).sessions.length;
    assert.deepEqual(await attempt(evil, own), {
      stream: 'refused',
      socket: 'refused',
      publish: 'refused',
      ticketed: 'refused',
      again: 'refused',
      streamed: 'refused',
      stopped: 'refused',
    });
    assert.equal((await host.json('sessions')).sessions.length, before);
    // Each that came with the cookie: two attempts to buy, the stream, the socket, the publish.
    assert.equal(await host.counter('credentials_foreign_total'), 5);
  });
}
