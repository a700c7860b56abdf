import { EventInvalidError } from '../errors/errors.ts';

/** Printable ASCII without the double quote and the percent sign: what needs no decoding. */
const PLAIN = /^[\x20\x21\x23\x24\x26-\x7e]*$/;
const PRINTABLE = /^[\x20-\x7e]*$/;
const QUOTED = /^"((?:[^"\\]|\\.)*)"$/;

/**
 * Reads a context attribute from the value of its header: quotes are taken off, then one round of percent-decoding.
 *
 * @throws EventInvalidError for bytes that are not printable ASCII, and for percent-encoding that is broken or is not
 *   UTF-8: the specification wants it refused
 * @see CloudEvents 1.0.2, HTTP protocol binding, 3.1.3.2
 */
export function decodeHeaderValue(name: string, value: string): string {
  if (PLAIN.test(value)) return value;
  if (!PRINTABLE.test(value)) {
    throw new EventInvalidError(
      `the header ${name} holds bytes that are not printable ASCII`,
      'Percent-encode the UTF-8 bytes of such characters, as the HTTP binding of CloudEvents says.',
    );
  }
  const text = QUOTED.exec(value)?.[1]?.replaceAll(/\\(.)/g, '$1') ?? value;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new EventInvalidError(
      `the header ${name} is not percent-encoded UTF-8`,
      'Write a percent sign as %25, and other characters as the percent-encoded bytes of their UTF-8 form.',
      { cause },
    );
  }
}

/**
 * Writes a context attribute as the value of its header; the SDK leaves that to its caller.
 *
 * @throws EventInvalidError for half of a surrogate pair, which no text has
 * @see CloudEvents 1.0.2, HTTP protocol binding, 3.1.3.2
 */
export function encodeHeaderValue(name: string, value: string): string {
  try {
    return value.replaceAll(/[^\x21\x23\x24\x26-\x7e]+/gu, encodeURIComponent);
  } catch (cause) {
    throw new EventInvalidError(`the attribute ${name} is no text`, 'Send whole characters.', { cause });
  }
}
