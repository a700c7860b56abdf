import { type ZodType, z } from 'zod';
import { EventInvalidError } from '../errors/errors.ts';
import type { IncomingEvent } from './incoming-event.ts';
import type { ProductEvent } from './product-event.ts';

/** All our types begin so; see the CloudEvents specification, `type`: prefixed with a reverse DNS name. */
export const TYPE_PREFIX = 'dev.kubevirt-orphans.';
const SCHEMA_BASE = 'https://kubevirt-orphans.dev/schemas/';

/** What is said when an event is made; the rest of its attributes follow from the type. */
export type EventInit<Data> = Pick<
  ProductEvent,
  | 'id'
  | 'source'
  | 'subject'
  | 'time'
  | 'node'
  | 'severity'
  | 'cause'
  | 'partitionkey'
  | 'sequence'
  | 'traceparent'
> & {
  readonly data: Data;
};

/** An event type, once: its name, its data, how it is made and how it is read. */
export interface EventType<Type extends string = string, Data = unknown> {
  readonly type: Type;
  /** When it is sent, in one sentence. */
  readonly summary: string;
  /** URI of the JSON Schema of its data; the last part is the name of the file that holds it. */
  readonly dataschema: string;
  readonly schema: ZodType<Data>;
  /** Makes an event. @throws ZodError when we break our own contract: a bug */
  create(init: EventInit<Data>): ProductEvent<Type, Data>;
  /** Reads the data of an event of this type that came in. @throws EventInvalidError when it breaks the contract */
  parse(event: IncomingEvent): Data;
}

/**
 * Declares an event type. Attributes are checked as CloudEvents 1.0 asks: none is empty; extension names are lower-case
 * letters and digits, at most 20 of them.
 *
 * @param name - what follows TYPE_PREFIX, such as `incident.opened.v1`
 */
export function defineEvent<const Name extends string, Data>(
  name: Name,
  summary: string,
  schema: ZodType<Data>,
): EventType<`${typeof TYPE_PREFIX}${Name}`, Data> {
  const type = `${TYPE_PREFIX}${name}` as const;
  const dataschema = `${SCHEMA_BASE}${name}.schema.json`;
  return {
    type,
    summary,
    dataschema,
    schema,
    create({ data, ...init }) {
      const attributes = ATTRIBUTES.parse(init);
      return Object.freeze({
        specversion: '1.0',
        ...attributes,
        type,
        datacontenttype: 'application/json',
        dataschema,
        data: schema.parse(data),
      });
    },
    parse(event) {
      const result = schema.safeParse(event.data);
      if (result.success) return result.data;
      throw new EventInvalidError(
        `the data of this ${name} event breaks its contract: ${reasonsOf(result.error)}`,
        `See ${dataschema}.`,
      );
    },
  };
}

const TEXT = z.string().min(1);
const ATTRIBUTES = z.strictObject({
  id: TEXT.max(512),
  source: TEXT,
  subject: TEXT,
  time: z.iso.datetime(),
  node: TEXT.optional(),
  severity: TEXT.optional(),
  cause: TEXT.optional(),
  partitionkey: TEXT.optional(),
  sequence: TEXT.optional(),
  traceparent: TEXT.optional(),
});

/** The first few mistakes, each with its place. */
function reasonsOf({ issues }: z.ZodError): string {
  const shown = issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
  return shown.join('; ');
}
