import type { Buffer } from 'node:buffer';
import { EventInvalidError, MediaTypeUnsupportedError } from '../errors/errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import { type Attributes, checkAttributes, checkName } from './event-attributes.ts';
import { decodeHeaderValue } from './header-value.ts';
import { contentModeOf, isJsonType, isUtf8Charset, mediaTypeOf } from './media-type.ts';
import { parseJson } from './parse-json.ts';
import { structuredEvent } from './structured-event.ts';

/** What of a request makes an event: as `http.IncomingMessage` has it, and the bytes of the body. */
export interface EventRequest {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Names and values in turn, as they came: `headers` has joined those that came twice. */
  readonly rawHeaders: readonly string[];
}

/** One event of a batch, or why it is none. */
export type Parsed = { readonly event: IncomingEvent } | { readonly error: EventInvalidError };
/** One event, or a batch of them in their order. */
export type ParsedRequest = IncomingEvent | readonly Parsed[];

const PREFIX = 'ce-';
/** W3C Trace Context, version 00. */
const TRACEPARENT = /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}$/;

/**
 * Says what the body will not be read for.
 *
 * @throws MediaTypeUnsupportedError: no data but JSON is read, in UTF-8, not compressed (no event source compresses,
 *   and what is not unpacked cannot burst)
 */
export function checkMediaType({ headers }: EventRequest): void {
  const encoding = textOf(headers['content-encoding']);
  if (encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity') {
    throw new MediaTypeUnsupportedError('the body is compressed', 'Send it without content-encoding.');
  }
  const contentType = textOf(headers['content-type']) ?? '';
  const mediaType = mediaTypeOf(contentType);
  const mode = contentModeOf(mediaType);
  const isRead = mode === 'binary' ? mediaType === '' || isJsonType(mediaType) : mode !== undefined;
  if (isRead && isUtf8Charset(contentType)) return;
  throw new MediaTypeUnsupportedError(
    'the media type is not read here',
    'Send application/json with the attributes in ce- headers, application/cloudevents+json or application/cloudevents-batch+json, in UTF-8.',
  );
}

/**
 * Reads the events of a request whose media type was checked. The SDK is not asked: it invents an id, a time and a version
 * where they are missing, keeps percent-encoding as it is, and reads every request twice. Tests hold both to the same events.
 *
 * @throws EventInvalidError when it is no CloudEvent; within a batch, each event has its own
 * @see CloudEvents 1.0.2, HTTP protocol binding and JSON event format
 */
export function parseEvents(request: EventRequest, body: Buffer): ParsedRequest {
  const contentType = textOf(request.headers['content-type']);
  const mode = contentModeOf(mediaTypeOf(contentType));
  if (mode === 'binary') return binaryEvent(request, contentType, body);
  const document = parseJson(body, 'the body');
  if (mode === 'structured') return withTrace(structuredEvent(document), request);
  if (!Array.isArray(document))
    throw new EventInvalidError('the batch is no list', 'Send a JSON array of events.');
  return document.map((each: unknown) => parsed(each));
}

function binaryEvent(request: EventRequest, contentType: string | undefined, body: Buffer): IncomingEvent {
  const attributes: Attributes = {};
  const { rawHeaders } = request;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const header = rawHeaders[index]?.toLowerCase() ?? '';
    if (!header.startsWith(PREFIX)) continue;
    const name = header.slice(PREFIX.length);
    checkName(name);
    if (Object.hasOwn(attributes, name)) {
      throw new EventInvalidError(
        `the header ce-${name.slice(0, 40)} is there twice`,
        'Send every attribute once.',
      );
    }
    attributes[name] = decodeHeaderValue(header.slice(0, 40), rawHeaders[index + 1] ?? '');
  }
  if (contentType !== undefined && contentType !== '') attributes['datacontenttype'] = contentType;
  checkAttributes(attributes);
  const event = withTrace(attributes, request);
  return body.length === 0 ? event : Object.assign(event, { data: parseJson(body, 'the data') });
}

function parsed(document: unknown): Parsed {
  try {
    return { event: structuredEvent(document) };
  } catch (error) {
    if (error instanceof EventInvalidError) return { error };
    throw error;
  }
}

/** The trace of the request stands in where the event brings none: Knative always sends one, and it must not end here. */
function withTrace(event: IncomingEvent, { headers }: EventRequest): IncomingEvent {
  const trace = textOf(headers['traceparent']);
  if (event.traceparent !== undefined || trace === undefined || !TRACEPARENT.test(trace)) return event;
  return Object.assign(event, { traceparent: trace });
}

function textOf(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
