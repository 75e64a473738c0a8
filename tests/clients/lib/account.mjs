// What readers have, held against what publishers were told.
import { sequenceOf } from './events.mjs';
import { decode, encode, streamOf } from './lasting.mjs';
import { until } from './wait.mjs';

// What is wrong with what `reader` has of what `publishers` were told, by kind; all 0 when nothing is.
export function account(reader, publishers) {
  const found = {
    lost: 0, // acknowledged, and not there
    misplaced: 0, // or something else is there
    repeated: 0, // one number twice, at two places
    disordered: 0,
    doubled: reader.doubled,
    missing: reader.missing,
    gaps: reader.gaps.length,
    errors: reader.errors.length,
  };
  const next = new Map();
  const sought = new Map();
  const again = new Set(publishers.filter((one) => one.again).map((one) => one.id));
  for (const { events } of reader.streams.values()) {
    for (const event of events) {
      if (event === undefined) continue;
      const [p, n] = decode(event);
      const due = next.get(p) ?? 0;
      if (n < due) found.repeated++;
      if (n > due && again.has(p)) found.disordered++;
      next.set(p, Math.max(due, n + 1));
    }
  }
  for (const { id, acknowledged, errors } of publishers) {
    found.errors += errors.length;
    acknowledged.forEach((position, n) => {
      const event = reader.streams.get(streamOf(position))?.events[sequenceOf(position)];
      if (event === undefined) found.lost++;
      else if (event !== encode(id, n)) found.misplaced++;
    });
  }
  return found;
}

export const nothingWrong = {
  lost: 0,
  misplaced: 0,
  repeated: 0,
  disordered: 0,
  doubled: 0,
  missing: 0,
  gaps: 0,
  errors: 0,
};

// Until each of `readers` has everything that was acknowledged.
export function caughtUp(readers, publishers, bounds = { seconds: 60 }) {
  return until(
    'all readers have everything',
    () => readers.every((reader) => reader.hasAll(publishers)),
    { ...bounds, everyMs: 50 },
  );
}
