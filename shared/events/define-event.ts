import type { ZodError, ZodType } from 'zod';
import { EventInvalidError } from '../errors/errors.ts';
import { type InitAttributes, initAttributes } from './event-attributes.ts';
import type { IncomingEvent } from './incoming-event.ts';
import type { ProductEvent } from './product-event.ts';

/** All our types begin so; see the CloudEvents specification, `type`: prefixed with a reverse DNS name. */
export const TYPE_PREFIX = 'dev.kubevirt-orphans.';
/** Where the schemas of all our events are; `dataschema` begins so. */
export const SCHEMA_BASE = 'https://kubevirt-orphans.dev/schemas/';

/** What is said when an event is made; the rest of its attributes follow from the type. */
export type EventInit<Data> = InitAttributes & { readonly data: Data };

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
 * Declares an event type. Data and attributes of ours are strict, in what we make and in what we read: nothing unknown,
 * nothing empty. A `traceparent` that is no trace context is left out.
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
      const { traceparent, ...attributes } = initAttributes.parse(init);
      return Object.freeze({
        specversion: '1.0',
        ...attributes,
        ...(traceparent === undefined ? {} : { traceparent }),
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

/** The first few mistakes, each with its place. */
function reasonsOf({ issues }: ZodError): string {
  const shown = issues.slice(0, 3).map(({ path, message }) => `${path.join('.') || 'data'}: ${message}`);
  return shown.join('; ');
}
