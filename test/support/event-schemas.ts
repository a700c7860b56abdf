import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { expect } from 'vitest';
import type { ProductEvent } from '../../shared/events/product-event.ts';

const FOLDER = new URL('../../shared/events/schemas/', import.meta.url);

/** The schemas as they are published, by `$id`. Formats are checked by the pattern beside each; `uri` by the CloudEvents SDK. */
function publishedSchemas(): ReadonlyMap<string, object> {
  const files = readdirSync(FOLDER);
  expect(files.length).toBeGreaterThan(0);
  return new Map(
    files.map((file) => {
      const schema = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8')) as { readonly $id: string };
      return [schema.$id, schema];
    }),
  );
}

export const PUBLISHED_SCHEMAS = publishedSchemas();
const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { 'date-time': true, uri: true } });
const ENVELOPE = 'https://kubevirt-orphans.dev/schemas/cloudevent.schema.json';
const compiled = new Map([...PUBLISHED_SCHEMAS].map(([id, schema]) => [id, ajv.compile(schema)]));

function validatorOf(id: string): ValidateFunction {
  const validate = compiled.get(id);
  if (validate === undefined) throw new RangeError(`no schema with $id ${id} is published`);
  return validate;
}

/** What is wrong with the data, by the schema with this `$id`. */
export function mistakesIn(id: string, data: unknown): readonly string[] {
  const validate = validatorOf(id);
  validate(data);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** Holds a whole event to the published schema of events, and its data to the one that it names. */
export function expectPublished(event: ProductEvent): void {
  expect(mistakesIn(ENVELOPE, event)).toEqual([]);
  expect(mistakesIn(event.dataschema, event.data)).toEqual([]);
}
