// By its name: bundled as a CommonJS module that is imported when it is needed, it would have a default export only.
import { CloudEvent, HTTP } from 'cloudevents';
import type { ProductEvent } from '../events/product-event.ts';
import { encodeHeaderValue } from './header-value.ts';
import type { SinkMessage } from './sink-call.ts';

/** An event as one HTTP message in binary mode: what brokers filter by is then in headers. */
export function encodeEvent(event: ProductEvent): SinkMessage {
  // The SDK takes an attribute that is undefined for a wrong one.
  const present = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
  const { headers, body } = HTTP.binary(new CloudEvent(present));
  const encoded = Object.entries(headers).map(([name, value]) =>
    name.startsWith('ce-') ? [name, encodeHeaderValue(name, String(value))] : [name, String(value)],
  );
  const text = String(body);
  encoded.push(['content-length', `${Buffer.byteLength(text)}`]);
  return { headers: Object.fromEntries(encoded), body: text };
}
