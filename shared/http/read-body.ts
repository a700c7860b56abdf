import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { EventTooLargeError } from '../errors/errors.ts';

const REMEDY = 'Send less, or raise MAX_BODY_BYTES.';

/**
 * Reads a body once, as bytes; never keeps more than `maxBytes` of it.
 *
 * @param remedy - what to do about one that is larger
 * @returns `undefined` when the sender has gone: there is nobody to answer
 * @throws EventTooLargeError as soon as it is larger, or says that it will be; the rest is then still to be taken
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  remedy = REMEDY,
): Promise<Buffer | undefined> {
  const tooLarge = () => new EventTooLargeError(`the body is larger than ${maxBytes} bytes`, remedy);
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return void reject(tooLarge());
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maxBytes) return void chunks.push(chunk);
      chunks.length = 0;
      reject(tooLarge());
    });
    request.once('end', () => resolve(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
    // Without a listener a sender that breaks off would end the process.
    request.once('error', () => resolve(undefined));
    request.once('close', () => resolve(undefined));
  });
}
