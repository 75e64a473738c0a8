// A process of its own with one reader of everything, which can be stopped like any process.
import { Reader } from './lib/lasting.mjs';
import { serve } from './lib/remote.mjs';

let reader;

serve({
  async start({ url, filters }) {
    reader = new Reader(filters).start(async () => url);
    return {};
  },
  // Its events by stream, and what it met.
  async stats() {
    const { visits, count, doubled, missing, gaps, errors } = reader;
    const last = Object.fromEntries([...reader.streams].map(([name, one]) => [name, one.last]));
    return { visits, count, doubled, missing, gaps, errors, last };
  },
  async events() {
    return { streams: [...reader.streams].map(([name, { events }]) => [name, events]) };
  },
});
