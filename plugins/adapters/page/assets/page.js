// Publishes and subscribes by hand over /ws (slipring.json.v1). When the connection closes it comes
// back by itself, and reading goes on behind the last event that was seen.

const at = (id) => document.getElementById(id);
const shown = 500; // events on the page
const longest_pause = 30000;

let socket = null;
let pause = 500;
let next_id = 1;
let filter = null; // what is subscribed to, or to be
let cursor = null; // behind the last event of it
let subscription = null; // its id on this connection

function say(id, text) {
  at(id).textContent = text;
}

function add_line(text, detail) {
  const list = at('events');
  const follows = list.scrollTop + list.clientHeight >= list.scrollHeight - 4;
  const line = document.createElement('li');
  line.textContent = text;
  if (detail) {
    const quiet = document.createElement('span');
    quiet.className = 'quiet';
    quiet.textContent = ' ' + detail;
    line.append(quiet);
  }
  list.append(line);
  while (list.childElementCount > shown) list.firstElementChild.remove();
  if (follows) list.scrollTop = list.scrollHeight;
}

function send(message) {
  socket.send(message);
}

function subscribe() {
  subscription = next_id++;
  const start = cursor ? { after: [cursor] } : 'now';
  send(JSON.stringify({ op: 'subscribe', id: subscription, filters: [filter], start, cursors: true }));
}

function payload_of(event) {
  if (event.data_base64 === undefined) return event.data === undefined ? '' : JSON.stringify(event.data);
  const bytes = Uint8Array.from(atob(event.data_base64), (c) => c.charCodeAt(0));
  if (!(event.content_type || '').startsWith('text/')) return bytes.length + ' bytes';
  return new TextDecoder().decode(bytes);
}

const heard = {
  subscribed(message) {
    if (message.id !== subscription) return;
    cursor = message.cursor || cursor;
    say('subscribed', 'Subscribed to ' + filter);
    if (message.from && message.from.gap) add_line('Some events are missing', message.from.gap.reason);
  },
  event(message) {
    cursor = message.cursor || cursor;
    add_line(message.topic + ': ' + payload_of(message), message.position);
  },
  gap(message) {
    add_line('Some events are missing', message.reason);
  },
  published(message) {
    say('published', message.position ? 'Published at ' + message.position : 'Published');
  },
  error(message) {
    if (message.id === undefined || message.id !== subscription) {
      say('published', message.message);
      return;
    }
    subscription = null;
    if (cursor) {
      cursor = null; // it is not known here any more: begin with what is live
      add_line('Some events may be missing', message.message);
      subscribe();
      return;
    }
    filter = null;
    say('subscribed', message.message);
  },
};

function connect() {
  say('connection', 'Connecting');
  const scheme = location.protocol === 'https:' ? 'wss://' : 'ws://';
  socket = new WebSocket(scheme + location.host + '/ws', 'slipring.json.v1');
  socket.addEventListener('open', () => {
    pause = 500;
    say('connection', 'Connected');
    at('subscribing').disabled = false;
    if (filter !== null) subscribe();
  });
  socket.addEventListener('message', (incoming) => {
    const message = JSON.parse(incoming.data);
    if (heard[message.op]) heard[message.op](message);
  });
  socket.addEventListener('close', () => {
    subscription = null;
    at('subscribing').disabled = true;
    say('connection', 'Not connected; trying again in ' + Math.ceil(pause / 1000) + ' s');
    setTimeout(connect, pause * (0.5 + Math.random() / 2));
    pause = Math.min(2 * pause, longest_pause);
  });
}

function as_json(text) {
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

at('publish').addEventListener('submit', (submitted) => {
  if (socket.readyState !== WebSocket.OPEN) return; // the form itself publishes
  submitted.preventDefault();
  say('published', '');
  // The text of the data as it was written: parsing would round large numbers.
  const head = JSON.stringify({ op: 'publish', id: next_id++, topic: at('topic').value });
  send(head.slice(0, -1) + ',"data":' + as_json(at('data').value) + '}');
});

at('subscribe').addEventListener('submit', (submitted) => {
  submitted.preventDefault();
  if (subscription !== null) send(JSON.stringify({ op: 'unsubscribe', id: next_id++, sub: subscription }));
  filter = at('filter').value;
  cursor = null;
  subscribe();
});

at('clear').addEventListener('click', () => at('events').replaceChildren());

connect();
