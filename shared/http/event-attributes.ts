import { EventInvalidError } from '../errors/errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';

/** The context attributes of an event as they were sent, by their names in lower case. */
export type Attributes = Record<string, unknown>;

const REQUIRED = ['id', 'source', 'type', 'specversion'] as const;
/** What must be text, and not empty, where it is there at all: the types of extensions are up to who made them. */
const TEXTS = ['id', 'source', 'type', 'subject', 'time', 'dataschema', 'datacontenttype'] as const;
const NAME = /^[a-z0-9]+$/;
const CONTROL = /[\p{Cc}\p{Cs}]/u;
const RFC_3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:(\d\d)(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i;
const REMEDY = 'Send a CloudEvent of version 1.0 with id, source, type and specversion.';
/** As much of a foreign name as is repeated in a reason. */
const QUOTED_LENGTH = 40;

/**
 * Checks what the specification wants of the context attributes: the SDK would invent what is missing.
 *
 * @throws EventInvalidError naming the attribute
 * @see CloudEvents 1.0.2, "Context Attributes" and "Type System"
 */
export function checkAttributes(attributes: Attributes): asserts attributes is Attributes & IncomingEvent {
  const missing = REQUIRED.filter((name) => attributes[name] === undefined || attributes[name] === '');
  if (missing.length > 0) throw invalid(`the event has no ${missing.join(', no ')}`);
  if (attributes['specversion'] !== '1.0') throw invalid('specversion is not 1.0');
  for (const name of TEXTS) checkText(name, attributes[name]);
  for (const name in attributes) checkValue(name, attributes[name]);
  const { time } = attributes;
  if (typeof time === 'string' && !isTimestamp(time)) throw invalid('time is not a timestamp of RFC 3339');
}

/** @throws EventInvalidError when the name is none that CloudEvents allows */
export function checkName(name: string): void {
  // "data" is what the event is about, so no attribute may have that name.
  if (!NAME.test(name) || name === 'data') {
    throw invalid(
      `${JSON.stringify(name.slice(0, QUOTED_LENGTH))} is no name of an attribute (lower-case letters and digits)`,
    );
  }
}

function checkValue(name: string, value: unknown): void {
  if (typeof value === 'string') {
    if (CONTROL.test(value)) throw invalid(`${name.slice(0, QUOTED_LENGTH)} holds control characters`);
  } else if (typeof value !== 'boolean' && !Number.isInteger(value)) {
    throw invalid(`${name.slice(0, QUOTED_LENGTH)} is neither text, whole number nor boolean`);
  }
}

function checkText(name: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'string') throw invalid(`${name} is not text`);
  if (value === '') throw invalid(`${name} is empty`);
}

/** A leap second is a timestamp for RFC 3339, though none for `Date`. */
function isTimestamp(text: string): boolean {
  const [whole, seconds] = RFC_3339.exec(text) ?? [];
  if (whole === undefined) return false;
  const upper = text.toUpperCase();
  return !Number.isNaN(Date.parse(seconds === '60' ? upper.replace(':60', ':59') : upper));
}

function invalid(message: string): EventInvalidError {
  return new EventInvalidError(message, REMEDY);
}
