// An OpenAPI or AsyncAPI document as a contract: whether it is valid, whether answers are those it promises, and
// requests made from it.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import http from 'node:http';
import { Validator } from '@seriousme/openapi-schema-validator';
import Ajv from 'ajv';
import Ajv2020 from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { within } from './wait.mjs';

const asyncapiSchema = createRequire(import.meta.url)('@asyncapi/specs/schemas/3.0.0-without-$id.json');

// Of every answer, whatever the document says: framing, and what CORS adds where it is configured.
const always = /^(date|connection|keep-alive|content-length|transfer-encoding|content-type|access-control-.*)$/;

// What keeps a document from being valid OpenAPI; empty: nothing.
export async function openapiErrors(document) {
  const { valid, errors } = await new Validator().validate(structuredClone(document));
  return valid ? [] : [errors].flat();
}

export function asyncapiErrors(document) {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(asyncapiSchema);
  return validate(document) ? [] : validate.errors;
}

// References that lead nowhere.
export function danglingReferences(document) {
  const dangling = [];
  const walk = (value) => {
    if (value === null || typeof value !== 'object') return;
    if (typeof value.$ref === 'string' && at(document, value.$ref) === undefined) dangling.push(value.$ref);
    Object.values(value).forEach(walk);
  };
  walk(document);
  return dangling;
}

const escaped = (step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'));
const steps = (pointer) =>
  pointer.slice(2).split('/').map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'));
const at = (document, pointer) => steps(pointer).reduce((value, step) => value?.[step], document);

export class Contract {
  #ajv = new Ajv2020({ strict: false, allErrors: true });
  #compiled = new Map();

  constructor(document) {
    this.document = document;
    addFormats(this.#ajv);
    this.#ajv.addSchema(document, 'document');
  }

  // What stands at a pointer ("#/paths/…"), references followed, and where that really is.
  find(pointer) {
    const value = at(this.document, pointer);
    return value?.$ref ? this.find(value.$ref) : { pointer, value };
  }

  // Where `value` is no instance of the schema at the pointer; null: it is one.
  mismatch(pointer, value) {
    if (!this.#compiled.has(pointer)) this.#compiled.set(pointer, this.#ajv.compile({ $ref: `document${pointer}` }));
    const validate = this.#compiled.get(pointer);
    return validate(value) ? null : JSON.stringify(validate.errors);
  }

  // [{path, method, pointer, value, parameters}] of every operation.
  operations() {
    return Object.entries(this.document.paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([method]) => ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'].includes(method))
        .map(([method, value]) => {
          const own = `#/paths/${escaped(path)}`;
          const list = (from, some = []) => some.map((_, i) => this.find(`${from}/parameters/${i}`));
          const parameters = [...list(own, item.parameters), ...list(`${own}/${method}`, value.parameters)];
          return { path, method: method.toUpperCase(), pointer: `${own}/${method}`, value, parameters };
        }));
  }

  // Fails unless the operation documents this answer: its status, its fields, its body.
  check(operation, { status, headers, body }) {
    const what = `${operation.method} ${operation.path} answered ${status}`;
    const { pointer, value } = this.find(`${operation.pointer}/responses/${status}`);
    assert.ok(value, `${what}: an undocumented status: ${body}`);
    const documented = new Map(Object.keys(value.headers ?? {}).map((name) => [name.toLowerCase(), name]));
    for (const [lower, name] of documented) {
      const header = this.find(`${pointer}/headers/${escaped(name)}`);
      const text = headers[lower];
      if (text === undefined) {
        assert.ok(!header.value.required, `${what}: without the field ${name}`);
        continue;
      }
      const wrong = this.mismatch(`${header.pointer}/schema`, typed(text, this.find(`${header.pointer}/schema`).value));
      assert.equal(wrong, null, `${what}: ${name}: ${text}`);
    }
    for (const name of Object.keys(headers))
      assert.ok(always.test(name) || documented.has(name), `${what}: an undocumented field ${name}`);
    this.#checkBody(what, operation, pointer, value, { headers, body });
  }

  #checkBody(what, operation, pointer, value, { headers, body }) {
    const type = headers['content-type']?.split(';')[0];
    const types = Object.keys(value.content ?? {});
    if (operation.method === 'HEAD') {
      assert.equal(body, '', `${what}: with content`);
      return;
    }
    if (types.length === 0) {
      assert.deepEqual([body, type], ['', undefined], `${what}: with content`);
      return;
    }
    assert.ok(types.includes(type), `${what}: an undocumented type ${type}`);
    const content = /[/+]json$/.test(type) ? JSON.parse(body) : body;
    const wrong = this.mismatch(`${pointer}/content/${escaped(type)}/schema`, content);
    assert.equal(wrong, null, `${what}: ${body}`);
  }
}

// A field's or parameter's text as the value that its schema is about.
function typed(text, { type }) {
  if (type === 'integer' && /^-?[0-9]+$/.test(text)) return Number(text);
  if (type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

// An instance of a schema. `samples`: by the name of a parameter or property, what cannot be guessed.
export function instance(contract, pointer, samples = {}, name = '') {
  if (samples[name] !== undefined) return samples[name];
  const { pointer: there, value: schema } = contract.find(pointer);
  if (schema === true || Object.keys(schema).length === 0) return { any: [1, 'ä'] };
  if (schema.examples) return schema.examples[0];
  if (schema.default !== undefined) return schema.default;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.oneOf) return instance(contract, `${there}/oneOf/0`, samples, name);
  if (schema.anyOf) return instance(contract, `${there}/anyOf/0`, samples, name);
  if (schema.type === 'integer') return schema.minimum ?? 0;
  if (schema.type === 'boolean') return true;
  if (schema.type === 'array') return [instance(contract, `${there}/items`, samples, name)];
  if (schema.format === 'date-time') return '2026-11-21T09:30:00Z';
  if (schema.type !== 'object') return 'x'.repeat(schema.minLength ?? 1);
  const members = (schema.required ?? []).map((each) =>
    [each, instance(contract, `${there}/properties/${escaped(each)}`, samples, each)]);
  return Object.fromEntries(members);
}

// Values of a parameter to be tried: {good, bad}. Bad ones are those that a schema of a few words excludes.
export function parameterValues(contract, { pointer, value: parameter }, samples) {
  const { value: schema } = contract.find(`${pointer}/schema`);
  const inner = schema.type === 'array' ? contract.find(`${pointer}/schema/items`).value : schema;
  const good = [parameter.example ?? instance(contract, `${pointer}/schema`, samples, parameter.name)];
  if (samples[parameter.name] !== undefined) good[0] = samples[parameter.name];
  good.push(...(schema.enum ?? []));
  const bad = [];
  if (schema.type === 'integer') bad.push(`${schema.minimum - 1}`, 'x', '');
  if (schema.type === 'integer' && schema.maximum !== undefined) {
    good.push(schema.maximum);
    bad.push(`${schema.maximum + 1}`);
  }
  if (schema.type === 'boolean') {
    good.push(true, false);
    bad.push('perhaps');
  }
  if (schema.enum || schema.const !== undefined || inner.pattern || inner.format === 'date-time') bad.push('?nonsense?');
  if (schema.maxItems) bad.push(Array.from({ length: schema.maxItems + 1 }, () => good[0][0]));
  if (inner.minLength === 1 && parameter.in === 'query') bad.push(schema.type === 'array' ? [''] : '');
  return { good, bad };
}

// What the query of a URL says.
export const queryOf = (parameters) =>
  Object.entries(parameters)
    .flatMap(([name, value]) => [value].flat().map((one) => `${name}=${encodeURIComponent(one)}`))
    .join('&');

// A request with these fields and no others; resolves to {status, headers, body}. An answer of text/event-stream is
// read until `enough(body)`.
export function ask(base, { method, path, headers = {}, body, enough = () => true }) {
  const answer = new Promise((resolve, reject) => {
    const request = http.request(`${base}${path}`, { method, headers, agent: false }, (response) => {
      let text = '';
      const done = () => resolve({ status: response.statusCode, headers: response.headers, body: text });
      response.setEncoding('utf8');
      response.on('error', reject);
      response.on('end', done);
      response.on('data', (more) => {
        text += more;
        if (!response.headers['content-type']?.startsWith('text/event-stream') || !enough(text)) return;
        response.destroy();
        done();
      });
    });
    request.on('error', reject);
    request.end(body);
  });
  return within(`an answer to ${method} ${path}`, answer);
}
