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

// NATS core over its WebSocket listener.
export async function startNats(t) {
  const file = program('nats-server');
  if (!file) return undefined;
  const { file: configuration } = configured(t, () => `
host: "127.0.0.1"
port: -1
max_connections: 64K
websocket { host: "127.0.0.1", port: -1, no_tls: true }
`);
  const daemon = new Daemon(t, file, ['--config', configuration]);
  const listening = /Listening for websocket clients on \S+:(\d+)/;
  const port = await daemon.started(() => {
    const isReady = daemon.lines.some((line) => line.endsWith('Server is ready'));
    return isReady && daemon.lines.map((line) => listening.exec(line)?.[1]).find(Boolean);
  });
  return {
    name: 'nats-server', dialect: 'nats', pid: daemon.process.pid, port: Number(port), stop: () => daemon.stop(),
  };
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

// nginx with nchan. Publishers subscribe to a channel nobody publishes to, because a mere publisher is sent
// an answer for each message.
export async function startNchan(t, workers = 2) {
  const file = program('nginx');
  if (!file || !fs.existsSync(nchanModule)) return undefined;
  const port = await freePort();
  const { directory, file: configuration } = configured(t, (own) => `
daemon off;
worker_processes ${workers};
worker_rlimit_nofile 20000;
${process.getuid() === 0 ? 'user root;' : ''}
pid ${own}/pid;
error_log stderr error;
load_module ${nchanModule};
events { worker_connections 19000; }
http {
  access_log off;
  nchan_shared_memory_size 512M;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((one) => `${one}_temp_path ${own}/${one};`).join(' ')}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location ~ ^/sub/(.+)$ {
      nchan_subscriber websocket;
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
  }
}
`);
  const daemon = new Daemon(t, file, ['-p', directory, '-c', configuration]);
  const { pid } = daemon.process;
  const children = () => fs.readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  await daemon.started(() => children().length === workers && answers(port));
  return {
    name: workers === 1 ? 'nginx nchan, 1 worker' : 'nginx nchan', dialect: 'nchan', pids: [pid, ...children()],
    port, stop: () => daemon.stop(),
  };
}
