/** How an event is written into a request: attributes in headers, or a JSON document of one event, or of a list. */
export type ContentMode = 'binary' | 'structured' | 'batched';

const STRUCTURED = 'application/cloudevents+json';
const BATCHED = 'application/cloudevents-batch+json';
const JSON_TYPE = /^(?:application|text)\/(?:[\w.+-]+\+)?json$/;
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]+)/i;

/** Lower case, without parameters; empty when the header is missing. */
export function mediaTypeOf(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** The mode that a media type asks for; `undefined` for formats of CloudEvents that are not JSON. */
export function contentModeOf(mediaType: string): ContentMode | undefined {
  if (mediaType === STRUCTURED) return 'structured';
  if (mediaType === BATCHED) return 'batched';
  return mediaType.startsWith('application/cloudevents') ? undefined : 'binary';
}

/** Whether data of this type is JSON: `application/json`, `text/json` and whatever ends in `+json`. */
export function isJsonType(mediaType: string): boolean {
  return JSON_TYPE.test(mediaType);
}

/** Whether the bytes are UTF-8: JSON is nothing else between systems (RFC 8259, 8.1), and ASCII is part of it. */
export function isUtf8Charset(contentType: string): boolean {
  const charset = CHARSET.exec(contentType)?.[1]?.toLowerCase();
  return charset === undefined || charset === 'utf-8' || charset === 'utf8' || charset === 'us-ascii';
}
