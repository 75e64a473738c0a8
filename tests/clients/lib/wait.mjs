// Waiting for a condition with a bound: tests never sleep for a time that is hoped to be enough.
import { setTimeout as pause } from 'node:timers/promises';

// Sanitizers and loaded machines are slower: SLIPRING_PATIENCE multiplies every bound.
export const patience = Number(process.env.SLIPRING_PATIENCE ?? 1);

// Resolves to the first truthy value of `probe` (may be async). After `seconds` it throws, saying
// what was waited for and what `probe` gave last or how it failed.
export async function until(what, probe, { seconds = 10, everyMs = 5 } = {}) {
  const deadline = performance.now() + seconds * 1000 * patience;
  let last;
  for (;;) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      if (error.final) throw error;
      last = error;
    }
    if (performance.now() > deadline) {
      const found = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`waited ${seconds * patience} s for: ${what}; last found: ${found}`);
    }
    await pause(everyMs);
  }
}

// `promise`, or an error after `seconds` that says what was waited for.
export async function within(what, promise, { seconds = 10 } = {}) {
  const end = new AbortController();
  const late = pause(seconds * 1000 * patience, undefined, { signal: end.signal }).then(() => {
    throw new Error(`waited ${seconds * patience} s for: ${what}`);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    end.abort();
    late.catch(() => {});
  }
}
