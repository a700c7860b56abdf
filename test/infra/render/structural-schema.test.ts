import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { renderOrphanIncidentCrd } from '../../../infra/render/orphan-incident-crd.ts';
import { toStructuralSchema } from '../../../infra/render/structural-schema.ts';

describe('toStructuralSchema', () => {
  it.each([
    [
      'a loose object keeps everything',
      z.looseObject({ id: z.string() }),
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
    ],
    [
      'a strict object closes nothing: the API server would refuse that',
      z.strictObject({ a: z.string() }),
      { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] },
    ],
    [
      'a whole number has no bounds of JavaScript',
      z.int().min(1),
      { type: 'integer', minimum: 1, format: 'int64' },
    ],
    ['a time is a format, not a pattern', z.iso.datetime(), { type: 'string', format: 'date-time' }],
    [
      'what may be null says so',
      z.array(z.string().nullable()),
      { type: 'array', items: { type: 'string', nullable: true } },
    ],
    ['one value is an enumeration', z.literal('a'), { type: 'string', enum: ['a'] }],
  ])('%s', (_, schema, expected) => {
    expect(toStructuralSchema(schema)).toEqual(expected);
  });

  it('repeats what is used twice: references are not structural', () => {
    const shared = z.object({ a: z.string() });
    const schema = toStructuralSchema(z.object({ one: shared, two: shared }));
    expect(JSON.stringify(schema)).not.toContain('$ref');
  });
});

describe('the definition of OrphanIncident', () => {
  it('is on disk as the code says it', () => {
    const file = new URL('../../../infra/deploy/records/orphan-incident-crd.yaml', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(renderOrphanIncidentCrd());
  });

  it('holds nothing that a structural schema may not hold', () => {
    const keys = new Set<string>();
    JSON.parse(JSON.stringify(load(renderOrphanIncidentCrd())), (key, value) => {
      keys.add(key);
      return value;
    });
    expect(keys).toContain('openAPIV3Schema');
    for (const key of ['$ref', '$schema', 'additionalProperties', 'const', 'pattern', 'anyOf'])
      expect(keys).not.toContain(key);
  });
});
