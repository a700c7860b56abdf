import { type Buffer, isAscii, isUtf8 } from 'node:buffer';
import { EventInvalidError } from '../errors/errors.ts';

/**
 * Reads bytes as JSON. The parser's own message is not passed on: it quotes what was sent.
 *
 * @param what - names the bytes in the reason
 * @throws EventInvalidError when they are not UTF-8 or not JSON
 */
export function parseJson(bytes: Buffer, what: string): unknown {
  try {
    return JSON.parse(textOf(bytes, what));
  } catch (cause) {
    if (cause instanceof EventInvalidError) throw cause;
    const size = bytes.length === 0 ? 'it is empty' : `${bytes.length} bytes`;
    throw new EventInvalidError(`${what} is not JSON (${size})`, 'Send well-formed JSON.', { cause });
  }
}

/** ASCII, which nearly all is, becomes a text of one byte a character, and is read twice as fast. */
function textOf(bytes: Buffer, what: string): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  if (isUtf8(bytes)) return bytes.toString('utf8');
  throw new EventInvalidError(`${what} is not UTF-8`, 'Send JSON as UTF-8.');
}
