// The page at `/` in a browser (Chromium): publishing and subscribing by hand, and an upgrade of the
// adapter under its open WebSocket.
import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { chromium } from '../clients/lib/browser.mjs';
import { Host, defaultPlugins, endpoint, testPlugins } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { patience, until } from '../clients/lib/wait.mjs';

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser'].find((file) => fs.existsSync(file));

const websocket = (variant) => path.join(testPlugins(variant), 'websocket.so');

// A tab of a browser of the test's own, on the host's page; what went wrong in it is collected.
async function open(t, host, options = {}) {
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu'] });
  t.after(() => browser.close());
  const page = await browser.newPage(options);
  page.setDefaultTimeout(15_000 * patience);
  const faults = [];
  const sockets = { opened: 0, closed: 0 };
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('websocket', (socket) => {
    sockets.opened++;
    socket.on('close', () => sockets.closed++);
  });
  await page.goto(`http://${host.endpoints[0].address}/`);
  return { page, faults, sockets };
}

const web = (t) => ({ config: endpoint(t), listen: null });

async function publish(page, topic, data) {
  await page.getByLabel('Topic').fill(topic);
  await page.getByLabel('Data').fill(data);
  await page.getByRole('button', { name: 'Publish' }).click();
}

async function subscribe(page, filter) {
  await page.getByText('Connected', { exact: true }).waitFor();
  await page.getByLabel('Filter').fill(filter);
  await page.getByRole('button', { name: 'Subscribe' }).click();
  await page.getByText(`Subscribed to ${filter}`).waitFor();
}

const event = (page, text) => page.getByRole('log').getByText(text).waitFor();

test('what is published by hand is seen by who has subscribed by hand', async (t) => {
  const host = await Host.start(t, web(t));
  const { page, faults } = await open(t, host);
  assert.equal(await page.title(), 'Slipring');
  await subscribe(page, 'game/+/move');
  await publish(page, 'game/42/move', '{"move":"e4"}');
  await event(page, 'game/42/move: {"move":"e4"}');
  await publish(page, 'game/7/move', 'not JSON');
  await event(page, 'game/7/move: "not JSON"');
  await publish(page, 'game/+', 'x');
  await page.getByText(/wildcard|topic/).first().waitFor();
  assert.deepEqual(faults, []);
});

test('the page says what runs here', async (t) => {
  const host = await Host.start(t, web(t));
  const { page } = await open(t, host);
  const text = await page.getByRole('region', { name: 'What runs here' }).innerText();
  for (const plugin of (await host.status()).plugins) {
    assert.match(text, new RegExp(`${plugin.name}\\s+${plugin.version.replaceAll('.', '\\.')}`));
  }
  for (const mount of ['/ws', '/echo', '/']) assert.ok(text.includes(mount), mount);
});

test('an upgrade of the adapter closes no WebSocket of the page, and nothing is missing', async (t) => {
  const plugins = new PluginDirectory(t, ['web.so', 'page.so']);
  plugins.install(websocket('websocket-3'));
  const host = await Host.start(t, { ...web(t), plugins: plugins.path, args: ['--allow-downgrade'] });
  const { page, faults, sockets } = await open(t, host);
  await subscribe(page, '#');
  for (let round = 1; round <= 4; round++) {
    await publish(page, 'before', `${round}`);
    await event(page, `before: ${round}`);
    plugins.install(websocket(round % 2 ? 'websocket-next' : 'websocket-3'));
    const report = await host.reload('websocket.so');
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    await publish(page, 'after', `${round}`);
    await event(page, `after: ${round}`);
  }
  const lines = await page.getByRole('log').locator('li').allInnerTexts();
  assert.equal(lines.length, 8);
  assert.deepEqual(sockets, { opened: 1, closed: 0 });
  assert.deepEqual(faults, []);
});

test('when the host comes back, the page does too, and goes on behind the last event it had', async (t) => {
  const host = await Host.start(t, web(t));
  const { page } = await open(t, host);
  await subscribe(page, '#');
  await publish(page, 'one', '1');
  await event(page, 'one: 1');
  const { state } = host;
  const { address } = host.endpoints[0];
  await host.stop();
  const again = await Host.start(t, { config: endpoint(t, { listen: address }), listen: null, state });
  await again.cli('publish', 'two', '2');
  await event(page, 'two:');
  await until('nothing is shown twice', async () => {
    const lines = await page.getByRole('log').locator('li').allInnerTexts();
    return lines.filter((line) => line.startsWith('one:')).length === 1;
  });
});

test('without JavaScript the form publishes, and the page says so', async (t) => {
  const host = await Host.start(t, web(t));
  const { page } = await open(t, host, { javaScriptEnabled: false });
  await publish(page, 'plain', 'no script');
  await page.getByRole('heading', { name: 'Published' }).waitFor();
  const { stdout } = await host.cli('replay', '--filter', 'plain', '--to-file', '-');
  assert.match(stdout, /no script/);
});

test('it follows the colours that the system prefers', async (t) => {
  const host = await Host.start(t, web(t));
  const { page } = await open(t, host, { colorScheme: 'dark' });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await background();
  await page.emulateMedia({ colorScheme: 'light' });
  assert.notEqual(await background(), dark);
});

test('every control has a name, and the keyboard reaches all of them', async (t) => {
  const host = await Host.start(t, web(t));
  const { page } = await open(t, host);
  await page.getByText('Connected', { exact: true }).waitFor();
  const unnamed = await page.evaluate(() =>
    [...document.querySelectorAll('input, textarea, button')]
      .filter((one) => !one.labels?.length && !one.textContent.trim() && !one.getAttribute('aria-label'))
      .map((one) => one.outerHTML),
  );
  assert.deepEqual(unnamed, []);
  const reached = new Set();
  for (let i = 0; i < 20; i++) {
    await page.keyboard.press('Tab');
    reached.add(await page.evaluate(() => document.activeElement.id || document.activeElement.textContent.trim()));
  }
  for (const one of ['topic', 'data', 'Publish', 'filter', 'subscribe-button', 'clear', 'events']) {
    assert.ok(reached.has(one), `${one} is reached by Tab`);
  }
});

test('the page asks for nothing from elsewhere', async (t) => {
  const host = await Host.start(t, web(t));
  const response = await fetch(`http://${host.endpoints[0].address}/`);
  assert.match(response.headers.get('content-security-policy'), /default-src 'self'/);
  assert.ok(fs.existsSync(path.join(defaultPlugins, 'page.so')));
});
