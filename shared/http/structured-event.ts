import { Buffer } from 'node:buffer';
import { EventInvalidError } from '../errors/errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import { type Attributes, checkAttributes, checkName } from './event-attributes.ts';
import { isJsonType, mediaTypeOf } from './media-type.ts';
import { parseJson } from './parse-json.ts';

/**
 * Reads an event in the JSON format.
 *
 * @param document - anything that JSON can be
 * @throws EventInvalidError when it is no event
 * @see CloudEvents 1.0.2, JSON event format
 */
export function structuredEvent(document: unknown): IncomingEvent {
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new EventInvalidError('the event is no JSON object', 'Send it in the JSON format of CloudEvents.');
  }
  const { data, data_base64: encoded, ...rest } = document as Readonly<Record<string, unknown>>;
  const attributes = attributesOf(rest);
  checkAttributes(attributes);
  if (encoded === undefined || encoded === null) {
    return data === undefined ? attributes : Object.assign(attributes, { data });
  }
  if (data !== undefined) {
    throw new EventInvalidError('the event has data and data_base64', 'Send one of them.');
  }
  return Object.assign(attributes, { data: decodeData(encoded, attributes['datacontenttype']) });
}

/** The JSON format: null is the same as not there. */
function attributesOf(members: Readonly<Record<string, unknown>>): Attributes {
  const attributes: Attributes = {};
  for (const [name, value] of Object.entries(members)) {
    checkName(name);
    if (value !== null) attributes[name] = value;
  }
  return attributes;
}

function decodeData(encoded: unknown, contentType: unknown): unknown {
  const bytes = Buffer.from(typeof encoded === 'string' ? encoded : '', 'base64');
  // Node.js skips what is no base64, so only what comes back the same was.
  if (bytes.toString('base64') !== encoded) {
    throw new EventInvalidError(
      'data_base64 is not base64',
      'Encode the bytes as RFC 4648, section 4, says.',
    );
  }
  if (typeof contentType === 'string' && !isJsonType(mediaTypeOf(contentType))) {
    throw new EventInvalidError(
      'the bytes of data_base64 are not JSON',
      'Send JSON: no other data is read here.',
    );
  }
  return parseJson(bytes, 'the data');
}
