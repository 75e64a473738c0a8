// Medians, and tables of them.
export function median(values) {
  const sorted = values.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  if (sorted.length === 0) return undefined;
  const middle = sorted.length / 2;
  return sorted.length % 2 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The difference of two medians, and between which bounds it lies in nine of ten resamplings of what was
// measured: how much of it may be chance.
export function difference(a, b, resamplings = 2000) {
  const resample = (values) => median(values.map(() => values[Math.floor(Math.random() * values.length)]));
  const found = Array.from({ length: resamplings }, () => resample(a) - resample(b)).sort((x, y) => x - y);
  const at = (share) => found[Math.floor(share * resamplings)];
  return { value: median(a) - median(b), low: at(0.05), high: at(0.95) };
}

// Three significant digits, thousands apart.
export function figure(value) {
  if (value === undefined || Number.isNaN(value)) return '-';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value) || 1)));
  const rounded = digits === 0 ? Number(value.toPrecision(3)) : Number(value.toFixed(Math.min(digits, 3)));
  return rounded.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

// Prints a Markdown table. `rows`: arrays of cells.
export function table(title, head, rows) {
  console.log(`\n### ${title}\n`);
  for (const row of [head, head.map(() => '---'), ...rows]) console.log(`| ${row.join(' | ')} |`);
}
