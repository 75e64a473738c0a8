// Reads Prometheus' text format, version 0.0.4, and is strict about it: every family once, with HELP and
// TYPE before its samples, every series once, values that are numbers.
import assert from 'node:assert/strict';

const name = '[a-zA-Z_:][a-zA-Z0-9_:]*';
const sampleLine = new RegExp(`^(${name})(?:\\{(.*)\\})? (\\S+)$`);
const labelPart = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;

function labelsIn(text) {
  const labels = {};
  for (let rest = text; rest;) {
    const part = labelPart.exec(rest);
    assert.ok(part, `a label at: ${rest}`);
    assert.ok(!(part[1] in labels), `label ${part[1]} once in ${text}`);
    labels[part[1]] = part[2];
    rest = rest.slice(part[0].length);
  }
  return labels;
}

function numberIn(text) {
  if (text === '+Inf') return Infinity;
  assert.match(text, /^-?\d+(\.\d+)?(e[-+]?\d+)?$/, 'a number');
  return Number(text);
}

// The parts of a histogram are samples of its family.
const familyOf = (families, sample) =>
  families.get(sample) ?? families.get(sample.replace(/_(bucket|sum|count)$/, ''));

// {value(name, labels), values(name), families}: a Map of names to {help, type, samples: [{name, labels, value}]}.
export function parseMetrics(text) {
  assert.ok(text.endsWith('\n'), 'the last line ends');
  const families = new Map();
  const series = new Set();
  for (const line of text.slice(0, -1).split('\n')) {
    const [, what, family, rest] = new RegExp(`^# (HELP|TYPE) (${name}) (.+)$`).exec(line) ?? [];
    if (what === 'HELP') {
      assert.ok(!families.has(family), `${family} once`);
      families.set(family, { help: rest, samples: [] });
    } else if (what === 'TYPE') {
      assert.match(rest, /^(counter|gauge|histogram)$/);
      assert.equal(families.get(family)?.type, undefined, `${line} once, behind HELP`);
      families.get(family).type = rest;
    } else {
      const [, sample, labels = '', value] = sampleLine.exec(line) ?? assert.fail(`a sample: ${line}`);
      const owner = familyOf(families, sample);
      assert.ok(owner?.type, `TYPE before ${line}`);
      assert.equal(owner, [...families.values()].at(-1), `${line} with its family`);
      const key = `${sample}{${labels}}`;
      assert.ok(!series.has(key), `${key} once`);
      series.add(key);
      owner.samples.push({ name: sample, labels: labelsIn(labels), value: numberIn(value) });
    }
  }
  const values = (wanted) => [...families.values()].flatMap(({ samples }) =>
    samples.filter((sample) => sample.name === wanted));
  // The sum of what has these labels; undefined when there is none.
  const value = (wanted, labels = {}) => {
    const fit = values(wanted).filter((sample) =>
      Object.entries(labels).every(([label, text]) => sample.labels[label] === text));
    return fit.length > 0 ? fit.reduce((sum, sample) => sum + sample.value, 0) : undefined;
  };
  return { families, values, value };
}
