import * as z from 'zod';
import { CONTRACT } from '../../shared/events/contract.ts';
import { type EventType, SCHEMA_BASE, TYPE_PREFIX } from '../../shared/events/define-event.ts';
import { eventEnvelope } from '../../shared/events/event-attributes.ts';
import type { RenderedFile } from './rendered-file.ts';

/** Where they are, from the repository's root. */
const FOLDER = 'shared/events/schemas/';

/** The file that holds the schema of an event's data: the last part of its `dataschema`. */
export function schemaFileOf({ dataschema }: EventType): string {
  return dataschema.slice(SCHEMA_BASE.length);
}

/** The JSON Schemas (draft 2020-12) of the data of every type, and of the whole event. */
export function eventSchemas(): readonly RenderedFile[] {
  const envelope = {
    $id: `${SCHEMA_BASE}cloudevent.schema.json`,
    title: 'Event',
    description: 'Any event of kubevirt-orphans as a whole, in the JSON form of CloudEvents 1.0.',
    ...toJsonSchema(eventEnvelope),
  };
  return [
    fileOf('cloudevent.schema.json', envelope),
    ...CONTRACT.map((event) => fileOf(schemaFileOf(event), dataSchemaOf(event))),
  ];
}

function dataSchemaOf({ dataschema, type, summary, schema }: EventType): object {
  const title = type.slice(TYPE_PREFIX.length);
  return { $id: dataschema, title, description: summary, ...toJsonSchema(schema) };
}

/** A schema as of what may be sent: what has a default may be left out. */
export function toJsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { target: 'draft-2020-12', io: 'input' });
}

function fileOf(name: string, document: object): RenderedFile {
  return { path: `${FOLDER}${name}`, text: `${JSON.stringify(document, null, 2)}\n` };
}
