// The admin interface over HTTP: health, readiness, metrics, and the requests of the control socket.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import path from 'node:path';
import test from 'node:test';
import { Client } from '../clients/lib/client.mjs';
import { rebuilt } from '../clients/lib/elf.mjs';
import { EventClient } from '../clients/lib/events.mjs';
import { Host, bin, run, temporaryDirectory, transport, transportFile } from '../clients/lib/host.mjs';
import { PluginDirectory } from '../clients/lib/plugins.mjs';
import { parseMetrics } from '../clients/lib/prometheus.mjs';
import { until } from '../clients/lib/wait.mjs';

const admin = '127.0.0.1:0';

async function metricsOf(host) {
  const answer = await host.admin('/metrics');
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8');
  const text = await answer.text();
  return { text, ...parseMetrics(text) };
}

const post = (host, where, body, options = {}) =>
  host.admin(where, { method: 'POST', body: JSON.stringify(body), token: true, ...options });

test('a host that serves is healthy and ready', async (t) => {
  const host = await Host.start(t, { admin });
  for (const where of ['/healthz', '/readyz']) {
    const answer = await until(`${where} answers 200`, async () => {
      const found = await host.admin(where);
      return found.status === 200 && found;
    });
    assert.equal(await answer.text(), 'ok\n');
  }
  const head = await host.admin('/healthz', { method: 'HEAD' });
  assert.equal(head.status, 200);
  assert.equal(head.headers.get('content-length'), '3');
  assert.equal((await host.status()).host.admin, host.adminAddress);
});

test('a host that stops is healthy and not ready, and says so until its clients have gone', async (t) => {
  const config = `shutdown: { grace: 20s }
endpoints:
  - { name: public, listen: "127.0.0.1:0", transport: web, settings: { times: { close: 20s } } }
`;
  const host = await Host.start(t, { admin, config });
  const client = await Client.open(host.url());
  client.pause(); // it does not answer the close
  await host.admin('/healthz');
  host.process.kill('SIGTERM');
  const answer = await until('/readyz answers 503', async () => {
    const found = await host.admin('/readyz');
    return found.status === 503 && found;
  });
  assert.equal(await answer.text(), 'stopping\n');
  assert.equal((await host.admin('/healthz')).status, 200);
  assert.equal((await metricsOf(host)).value('slipring_ready'), 0);
  assert.equal((await post(host, '/v1/plugins/upgrade', {})).status, 503);
  client.terminate();
  await host.stop();
});

test('metrics say what was done', async (t) => {
  const host = await Host.start(t, { admin });
  const clients = await Promise.all([1, 2, 3].map(() => Client.open(host.url())));
  for (const client of clients) for (let i = 0; i < 5; i++) await client.ask(`message ${i}`);
  const writer = await EventClient.open(host);
  for (let i = 0; i < 4; i++) await writer.publish('some/topic', i);
  await clients[2].close();
  await host.sessions(3);

  const { value, values } = await metricsOf(host);
  assert.equal(value('slipring_messages_received_total'), 15 + 4);
  assert.equal(value('slipring_messages_sent_total'), 15 + 4);
  assert.equal(value('slipring_sessions_opened_total'), 4);
  assert.equal(value('slipring_sessions_closed_total'), 1);
  assert.equal(value('slipring_sessions'), 3);
  assert.deepEqual(values('slipring_sessions').map(({ labels }) => labels.shard), ['0', '1']);
  assert.equal(value('slipring_generation_sessions', { plugin: 'echo' }), 2);
  assert.equal(value('slipring_generation_sessions', { plugin: 'websocket' }), 1);
  assert.equal(value('slipring_endpoint_sessions', { endpoint: 'public', transport }), 3);
  assert.equal(value('slipring_endpoint_connections_total', { endpoint: 'public' }), 4);
  assert.equal(value('slipring_publishes_total'), 4);
  assert.equal(value('slipring_stream_last_sequence', { stream: 'default' }), 4);
  assert.equal(value('slipring_stream_events', { stream: 'default' }), 4);
  assert.ok(value('slipring_stream_bytes', { stream: 'default' }) > 0);
  assert.equal(value('slipring_queued_bytes'), 0);
  assert.equal(value('slipring_shard_responsive'), 2);
  assert.equal(value('slipring_ready'), 1);

  const { plugins, host: { version } } = await host.status();
  assert.equal(value('slipring_build_info', { version }), 1);
  const shown = values('slipring_plugin_info').map(({ labels }) => labels);
  const expected = plugins.map((one) => ({
    plugin: one.name, version: one.version, build_id: one.build_id, generation: String(one.generation),
    kind: one.kind, state: one.state,
  }));
  assert.deepEqual(shown, expected);
  assert.equal(value('slipring_upgrades_total', { outcome: 'installed' }), plugins.length);

  const stat = fs.readdirSync(`/proc/${host.pid}/fd`).length;
  assert.ok(Math.abs(value('slipring_process_open_fds') - stat) <= 5, `${stat} descriptors`);
  assert.ok(value('slipring_process_resident_memory_bytes') > 1 << 20);
  const age = Date.now() / 1000 - value('slipring_process_start_time_seconds');
  assert.ok(age > -2 && age < 300, `${age} s old`);
});

test('bytes that wait for a client that does not read are counted until it has gone', async (t) => {
  const host = await Host.start(t, { admin, shards: 1, config: 'limits: { queue_bytes: 8MiB }\n' });
  const client = await Client.open(host.url());
  client.pause();
  const message = 'x'.repeat(1 << 16);
  const queued = await until('bytes are queued', async () => {
    client.send(message);
    const metrics = await metricsOf(host); // one look: what waits may be taken before the next
    return metrics.value('slipring_sessions_blocked') === 1 && metrics.value('slipring_queued_bytes', { shard: '0' });
  }, { seconds: 30 });
  assert.ok(queued <= 8 << 20, `${queued} bytes`);
  client.terminate();
  await host.sessions(0);
  assert.equal((await metricsOf(host)).value('slipring_queued_bytes'), 0);
});

test('every metric is one that Prometheus takes and that its conventions describe', async (t) => {
  const host = await Host.start(t, { admin });
  await (await Client.open(host.url())).ask('x');
  const { families, text } = await metricsOf(host);
  for (const [name, { type, help }] of families) {
    assert.match(name, /^slipring_[a-z0-9_]+$/);
    assert.ok(help.length > 5, `${name} has a help`);
    assert.equal(type === 'counter', name.endsWith('_total'), `${name} is a ${type}`);
  }
  const promtool = spawnSync(process.env.PROMTOOL ?? 'promtool', ['check', 'metrics'], { input: text });
  if (promtool.error) t.diagnostic('promtool is not installed');
  else assert.equal(promtool.status, 0, `${promtool.stdout}${promtool.stderr}`);
});

test('counters in metrics are those of status', async (t) => {
  const host = await Host.start(t, { admin });
  await (await Client.open(host.url())).ask('x');
  const { counters } = await host.status();
  const { value } = await metricsOf(host);
  for (const [name, total] of Object.entries(counters)) {
    const [, counter, plugin] = /^(\w+?)(?:\{([^}]+)\})?$/.exec(name);
    const found = plugin
      ? value(`slipring_plugin_${counter}`, { plugin })
      : value(`slipring_${counter}`);
    assert.equal(found, total, name);
  }
});

test('many scrapes at once are answered alike', async (t) => {
  const host = await Host.start(t, { admin });
  const all = await Promise.all(Array.from({ length: 20 }, () => metricsOf(host)));
  for (const { families } of all) assert.deepEqual([...families.keys()], [...all[0].families.keys()]);
});

test('without the token of the state directory nothing is told and nothing done', async (t) => {
  const host = await Host.start(t, { admin });
  const file = path.join(host.state, 'admin-token');
  assert.equal(fs.statSync(file).mode & 0o777, 0o600);
  const wrong = { authorization: `Bearer ${'0'.repeat(64)}` };
  for (const headers of [{}, wrong, { authorization: 'Basic OnBhc3M=' }]) {
    for (const answer of [
      await host.admin('/v1/status', { headers }),
      await post(host, '/v1/plugins/upgrade', {}, { token: false, headers }),
    ]) {
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
      assert.equal((await answer.json()).error.status, 'UNAUTHENTICATED');
    }
  }
  assert.deepEqual((await host.reports()).filter((one) => one.outcome !== 'installed'), []);
  await host.stop();
  assert.equal(fs.existsSync(file), false, 'the token ends with the host');
});

test('with the token it answers what the control socket answers', async (t) => {
  const host = await Host.start(t, { admin });
  const clients = [await Client.open(host.url()), await Client.open(host.url())];
  const get = async (where) => {
    const answer = await host.admin(where, { token: true });
    assert.equal(answer.headers.get('content-type'), 'application/json');
    return answer.json();
  };
  const status = await get('/v1/status');
  assert.equal(status.host.pid, host.pid);
  assert.equal(status.host.sessions, clients.length);
  assert.deepEqual(status.plugins, (await host.status()).plugins);
  assert.deepEqual(await get('/v1/streams'), await host.json('streams', 'list'));
  assert.equal((await get('/v1/sessions')).sessions.length, 2);
  assert.equal((await get('/v1/sessions?limit=1')).sessions.length, 1);
});

test('an upgrade by POST does what the command does, under a client that stays', async (t) => {
  const plugins = new PluginDirectory(t, [transportFile, 'echo.so']);
  const host = await Host.start(t, { admin, plugins: plugins.path });
  const client = await Client.open(host.url());
  const byWhom = [
    async () => {
      const answer = await post(host, '/v1/plugins/upgrade', { plugins: ['echo'] });
      assert.equal(answer.status, 200);
      return answer.json();
    },
    () => host.json('plugins', 'upgrade', 'echo'),
  ];
  const reports = [];
  for (const upgrade of byWhom) {
    plugins.write('echo.so', rebuilt(plugins.file('echo.so')));
    const { reports: [report, ...others] } = await upgrade();
    assert.deepEqual(others, []);
    assert.equal(report.outcome, 'committed', JSON.stringify(report));
    reports.push(report);
    assert.equal((await client.ask('still here')).text, 'still here');
  }
  assert.deepEqual(Object.keys(reports[0]), Object.keys(reports[1]));
  assert.equal(reports[1].from.build_id, reports[0].to.build_id);

  const { value } = await metricsOf(host);
  assert.equal(value('slipring_upgrades_total', { plugin: 'echo', outcome: 'committed' }), 2);
  assert.equal(value('slipring_session_moves_total', { plugin: 'echo', result: 'moved' }), 2);
  assert.ok(value('slipring_move_slice_seconds_count') >= 2);

  const absent = await post(host, '/v1/plugins/upgrade', { plugins: ['parrot'] });
  assert.equal(absent.status, 404);
  assert.match((await absent.json()).error.message, /parrot/);
});

// What fetch does not let one ask.
function raw(host, options, body) {
  const [hostname, port] = host.adminAddress.split(':');
  return new Promise((resolve, reject) => {
    const asked = http.request({ hostname, port, agent: false, ...options }, async (answer) => {
      const text = (await answer.toArray()).join('');
      resolve({ status: answer.statusCode, headers: answer.headers, text });
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

test('what a web page of elsewhere could send is refused', async (t) => {
  const host = await Host.start(t, { admin });
  await host.admin('/healthz');
  const port = host.adminAddress.split(':')[1];
  for (const [field, value] of [
    ['host', `rebound.example.org:${port}`], ['origin', 'https://example.org'], ['origin', 'null'],
  ]) {
    const { status, text } = await raw(host, { path: '/metrics', headers: { [field]: value } });
    assert.equal(status, 403, `${field}: ${value}`);
    assert.equal(JSON.parse(text).error.status, 'PERMISSION_DENIED');
  }
  for (const name of [`localhost:${port}`, '127.0.0.1', '[::1]']) {
    assert.equal((await raw(host, { path: '/healthz', headers: { host: name } })).status, 200, name);
  }
});

test('what is asked wrongly is answered in words', async (t) => {
  const host = await Host.start(t, { admin });
  const token = { token: true };
  const cases = [
    [404, '/nothing', {}],
    [404, '/v1/nothing', { ...token, method: 'POST' }],
    [404, '/v1/subscribe', { ...token, method: 'POST' }],
    [405, '/v1/plugins/upgrade', token],
    [405, '/metrics', { method: 'DELETE' }],
    [400, '/v1/status', { ...token, method: 'POST', body: '[1]' }],
    [400, '/v1/sessions?limit', token],
    [413, '/v1/plugins/upgrade', { ...token, method: 'POST', body: 'x'.repeat(65537) }],
  ];
  for (const [status, where, options] of cases) {
    const answer = await host.admin(where, options);
    assert.equal(answer.status, status, where);
    const { error } = await answer.json();
    assert.ok(error.status && error.message, JSON.stringify(error));
    if (status === 405) assert.ok(answer.headers.get('allow'));
  }
});

test('an admin address that is taken is named, and the host does not start', async (t) => {
  const host = await Host.start(t, { admin });
  await host.admin('/healthz');
  const { code, stderr } = await run(bin('slipringd'), [
    '--state', temporaryDirectory(t), '--listen', '127.0.0.1:0', '--admin', host.adminAddress,
  ]);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /admin interface: cannot listen on /);
  assert.ok(stderr.includes(host.adminAddress), stderr);
});

test('with admin.listen none there is neither a port nor a token', async (t) => {
  const host = await Host.start(t, { config: 'admin: { listen: none }\n' });
  assert.equal((await host.status()).host.admin, 'none');
  assert.equal(fs.existsSync(path.join(host.state, 'admin-token')), false);
});
