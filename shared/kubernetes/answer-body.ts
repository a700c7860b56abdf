import type { IncomingMessage } from 'node:http';
import { createGunzip } from 'node:zlib';
import { NotKubernetesError } from './call-failure.ts';

/** Whether an answer says that it is JSON, or says nothing at all. */
export function mayBeJson({ headers }: IncomingMessage): boolean {
  const type = headers['content-type'];
  return type === undefined || /^application\/json\b/i.test(type);
}

/** The body of an answer, unpacked if it came packed. */
export function bodyOf(response: IncomingMessage): AsyncIterable<Uint8Array> {
  if (response.headers['content-encoding'] !== 'gzip') return response;
  const gunzip = createGunzip();
  response.on('error', (error) => gunzip.destroy(error));
  return response.pipe(gunzip);
}

/** @throws NotKubernetesError */
export function refuseOtherThanJson(response: IncomingMessage): void {
  if (!mayBeJson(response)) throw new NotKubernetesError('its answer is no JSON');
}

/** Reads JSON; `undefined` for no text at all. @throws NotKubernetesError */
export function parseBody(chunks: readonly Uint8Array[]): unknown {
  const text = Buffer.concat(chunks).toString('utf8');
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new NotKubernetesError('its answer is broken JSON', { cause });
  }
}
