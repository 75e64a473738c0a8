// Brokers that others have written, with configurations of their own, on free ports. One that is not
// installed is left out: its start answers undefined.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { cleanup } from '../../clients/lib/cleanup.mjs';
import { temporaryDirectory } from '../../clients/lib/host.mjs';
import { until } from '../../clients/lib/wait.mjs';

const nchanModule = '/usr/lib/nginx/modules/ngx_nchan_module.so';

// Where Debian puts daemons is not on every PATH.
const program = (name) =>
  [...(process.env.PATH ?? '').split(':'), '/usr/sbin']
    .map((directory) => path.join(directory, name))
    .find((file) => fs.existsSync(file));

// A daemon in the foreground, and the lines it logs to its standard error.
class Daemon {
  lines = [];

  constructor(t, file, args) {
    this.process = spawn(file, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    this.exited = once(this.process, 'exit').then(() => (this.ended = true));
    createInterface({ input: this.process.stderr }).on('line', (line) => this.lines.push(line));
    cleanup(t, () => this.stop());
  }

  // `probe` answered something.
  started(probe) {
    return until(`${this.process.spawnfile} to start`, () => {
      if (this.ended) {
        throw Object.assign(new Error(`it ended:\n${this.lines.slice(-20).join('\n')}`), { final: true });
      }
      return probe();
    });
  }

  async stop() {
    if (!this.ended) this.process.kill();
    await this.exited;
  }
}

function configured(t, text) {
  const directory = temporaryDirectory(t, 'slipring-bench-');
  const file = path.join(directory, 'configuration');
  fs.writeFileSync(file, text(directory));
  return { directory, file };
}

const listening = (kind) => new RegExp(`Listening for ${kind} connections on \\S+:(\\d+)|Listening for ${kind} on \\S+:(\\d+)`);

// A nats-server with `more` in its configuration, and where it listens.
async function startNatsServer(t, more) {
  const file = program('nats-server');
  if (!file) return undefined;
  const { file: configuration } = configured(t, (directory) => `
host: "127.0.0.1"
port: -1
max_connections: 64K
websocket { host: "127.0.0.1", port: -1, no_tls: true }
${more(directory)}
`);
  const daemon = new Daemon(t, file, ['--config', configuration]);
  const port = (kind) =>
    daemon.lines.map((line) => listening(kind).exec(line)).filter(Boolean).map((found) => found[1] ?? found[2])[0];
  await daemon.started(() => daemon.lines.some((line) => line.endsWith('Server is ready')) && port('websocket clients'));
  return {
    pid: daemon.process.pid, port: Number(port('websocket clients')), clients: Number(port('client')),
    stop: () => daemon.stop(),
  };
}

// NATS core over its WebSocket listener.
export async function startNats(t) {
  const server = await startNatsServer(t, () => '');
  return server && { name: 'nats-server', dialect: 'nats', ...server };
}

// With JetStream in files, and a stream for the topics below `topic`. It acknowledges what it has written; it
// syncs every two minutes.
export async function startJetStream(t, topic) {
  const server = await startNatsServer(t, (own) => `jetstream { store_dir: "${own}", max_file_store: 20GB }`);
  if (!server) return undefined;
  await ask(server.clients, '$JS.API.STREAM.CREATE.bench', {
    name: 'bench', subjects: [`${topic.replaceAll('/', '.')}.>`], retention: 'limits', storage: 'file', max_bytes: -1,
    max_age: 0, num_replicas: 1, discard: 'old',
  });
  return { name: 'nats-server, JetStream', dialect: 'jetstream', topic, ...server };
}

// One request to a NATS server, and its answer; one that says error throws.
async function ask(port, subject, body) {
  const text = JSON.stringify(body);
  const socket = net.connect(port, '127.0.0.1');
  socket.write(`CONNECT {"verbose":false,"pedantic":false}\r\nSUB answer 1\r\nPUB ${subject} answer \
${Buffer.byteLength(text)}\r\n${text}\r\n`);
  let said = '';
  for await (const bytes of socket) {
    said += bytes;
    const answer = /MSG answer 1 \d+\r\n(.*)\r\n/s.exec(said)?.[1];
    if (!answer) continue;
    socket.destroy();
    const parsed = JSON.parse(answer);
    if (parsed.error) throw new Error(`${subject}: ${answer}`);
    return parsed;
  }
  throw new Error(`${subject}: no answer: ${said}`);
}

async function freePort() {
  const server = net.createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}

const answers = (port) =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1', () => resolve(Boolean(socket.destroy())));
    socket.on('error', () => resolve(false));
  });

// An nginx with these lines in its http block, and where it listens.
async function startNginx(t, { name, workers, modules = '', http }) {
  const file = program('nginx');
  if (!file) return undefined;
  const port = await freePort();
  const { directory, file: configuration } = configured(t, (own) => `
daemon off;
worker_processes ${workers};
worker_rlimit_nofile 20000;
${process.getuid() === 0 ? 'user root;' : ''}
pid ${own}/pid;
error_log stderr error;
${modules}
events { worker_connections 19000; }
http {
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${own}/${one};`).join(' ')}
  ${http(port)}
}
`);
  const daemon = new Daemon(t, file, ['-p', directory, '-c', configuration]);
  const { pid } = daemon.process;
  const children = () => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  await daemon.started(() => children().length === workers && answers(port));
  return { name, pids: [pid, ...children()], port, stop: () => daemon.stop() };
}

// One that serves the files of a directory; with a certificate ({certificate, key}) under TLS.
export function startStaticNginx(t, { root, tls, workers = 2 }) {
  const secure = tls
    ? `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key}; ssl_protocols TLSv1.2 TLSv1.3;`
    : '';
  return startNginx(t, {
    name: 'nginx',
    workers,
    http: (port) => `
  types { image/svg+xml svg; }
  keepalive_requests 100000000;
  sendfile on; tcp_nopush on; open_file_cache max=10;
  server { listen 127.0.0.1:${port} backlog=4096 ${tls ? 'ssl' : ''}; ${secure} root ${root}; }`,
  });
}

// nginx with nchan. Publishers subscribe to a channel nobody publishes to, because a mere publisher is sent
// an answer for each message.
export async function startNchan(t, workers = 2) {
  if (!fs.existsSync(nchanModule)) return undefined;
  const server = await startNginx(t, {
    name: workers === 1 ? 'nginx nchan, 1 worker' : 'nginx nchan',
    workers,
    modules: `load_module ${nchanModule};`,
    http: (port) => `
  nchan_shared_memory_size 512M;
  keepalive_requests 100000000;
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location ~ ^/sub/(.+)$ {
      nchan_subscriber websocket eventsource;
      nchan_channel_id $1;
      nchan_subscriber_first_message newest;
    }
    location ~ ^/pub/(.+)$ {
      nchan_pubsub websocket;
      nchan_message_buffer_length 512;
      nchan_message_timeout 60s;
      nchan_publisher_channel_id $1;
      nchan_subscriber_channel_id nothing/$1;
    }
    location ~ ^/post/(.+)$ {
      nchan_publisher http;
      nchan_message_buffer_length 512;
      nchan_message_timeout 60s;
      nchan_channel_id $1;
    }
  }`,
  });
  return server && { ...server, dialect: 'nchan' };
}
