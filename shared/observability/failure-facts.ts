import { FunctionError } from '../errors/errors.ts';
import type { LogFacts } from '../runtime/ports.ts';

/** A failure as facts of a log line: an expected one by its code and message, a bug with its stack and causes. */
export function failureFacts(error: unknown): LogFacts {
  return error instanceof FunctionError ? { code: error.code, reason: error.message } : { err: error };
}
