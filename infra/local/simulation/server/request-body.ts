import type { IncomingMessage } from 'node:http';
import { ApiStatusError, badRequest } from '../api/api-status.ts';

/** Source: apiserver `pkg/server/config.go`, MaxRequestBodyBytes: 3 MiB. */
const LIMIT_BYTES = 3 * 1024 * 1024;

/**
 * Reads the body of a request as JSON; `undefined` when there is none.
 *
 * @throws ApiStatusError 400 for what is no JSON, 413 for too much of it
 */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LIMIT_BYTES)
      throw new ApiStatusError(413, 'RequestEntityTooLarge', 'Request entity too large: limit is 3145728');
    chunks.push(chunk);
  }
  if (length === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'unreadable';
    throw badRequest(`couldn't get version/kind; json parse error: ${reason}`);
  }
}
