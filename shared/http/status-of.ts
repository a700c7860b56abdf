import type { ErrorCode, FunctionError } from '../errors/errors.ts';

/**
 * Knative delivers again on 404, 408, 409, 429 and 5xx and on no answer; every other 4xx is final, and its body ends in the
 * dead letter. So only what the sender did wrong is final; whatever else fails (also a 401 of the API server) may pass.
 */
const FINAL: Readonly<Partial<Record<ErrorCode, number>>> = {
  EVENT_INVALID: 400,
  EVENT_TOO_LARGE: 413,
  MEDIA_TYPE_UNSUPPORTED: 415,
};

/** The HTTP status that an error is answered with: 503 unless it is final. */
export function statusOf({ code }: Pick<FunctionError, 'code'>): number {
  return FINAL[code] ?? 503;
}
