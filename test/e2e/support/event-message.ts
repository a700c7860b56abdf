import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';

/** A CloudEvent in HTTP's binary mode. */
export interface Message {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Written apart from the product's own encoding, which it helps to judge. Our values need no escaping. */
export function encodeMessage({ data, datacontenttype: _, ...attributes }: IncomingEvent): Message {
  const encoded = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, String(value)]);
  return {
    headers: { ...Object.fromEntries(encoded), 'content-type': 'application/json' },
    body: JSON.stringify(data),
  };
}

/** @throws SyntaxError when the body is no JSON */
export function decodeMessage({ headers, body }: Message): IncomingEvent {
  const attributes = Object.entries(headers)
    .filter(([name]) => name.startsWith('ce-'))
    .map(([name, value]) => [name.slice('ce-'.length), decodeURIComponent(value)]);
  const datacontenttype = headers['content-type'];
  // What is wrong with it, a test will say.
  return { ...(Object.fromEntries(attributes) as IncomingEvent), datacontenttype, data: JSON.parse(body) };
}
