import { type DestinationStream, pino } from 'pino';
import type { Log } from '../runtime/ports.ts';

/** From the most to the least that is logged. */
export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface LoggerOptions {
  readonly level: LogLevel;
  /** Facts of every line, such as the function's name and the cluster. */
  readonly facts: Readonly<Record<string, string>>;
  /** Where the lines go: one JSON object each. */
  readonly destination: DestinationStream;
}

/** Names under which secrets travel, wherever in the first three levels of the facts they are. */
const SECRETS = ['authorization', 'Authorization', 'token', 'password', 'secret', 'cookie', 'apiKey'];
const REDACTED = SECRETS.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]);
/** Schemes of the Authorization header, and credentials in a URL: what a message may repeat. */
const BEARER = /\b(Bearer|Basic)\s+[\w.~+/=-]+/gi;
const IN_URL = /(\/\/)[^/\s@]+@/g;
/** How deep causes are followed: a chain that is longer is a circle. */
const MAX_CAUSES = 5;

/** Where a process logs to: one of its own streams, or what a test makes of one. */
export interface LogTarget {
  /** Its file descriptor, when it has one. */
  readonly fd?: number;
  write(line: string): unknown;
}

/**
 * What writes lines to a target. To a file descriptor it writes at once, so that a process that is killed has lost no line;
 * when its reader has gone, what is logged is dropped.
 */
export function logDestination(target: LogTarget): DestinationStream {
  if (target.fd !== undefined) return pino.destination({ dest: target.fd, sync: true });
  return { write: (line) => void target.write(line) };
}

/** An error as it is logged. */
interface LoggedError {
  readonly name: string;
  readonly message: string;
  readonly code?: unknown;
  readonly stack?: string | undefined;
  readonly cause?: LoggedError;
  readonly errors?: readonly LoggedError[];
}

/**
 * The log: facts first, then a sentence; `err` is an error, printed with its causes. What looks like a secret is left out.
 */
export function createLogger({ level, facts, destination }: LoggerOptions): Log {
  return pino(
    {
      level,
      base: facts,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: REDACTED, censor: '[redacted]' },
      serializers: { err: (error: unknown) => serializeError(error) },
    },
    destination,
  );
}

/** Name, message, code, stack and causes of an error; a thrown value that is none becomes a message. */
export function serializeError(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { name: 'NotAnError', message: withoutSecrets(String(error)) };
  const { code } = error as { code?: unknown };
  const deeper = depth < MAX_CAUSES;
  return {
    name: error.name,
    message: withoutSecrets(error.message),
    ...(code !== undefined && { code }),
    stack: error.stack && withoutSecrets(error.stack),
    ...(deeper && error.cause !== undefined && { cause: serializeError(error.cause, depth + 1) }),
    ...(deeper &&
      error instanceof AggregateError && {
        errors: error.errors.map((each) => serializeError(each, depth + 1)),
      }),
  };
}

function withoutSecrets(text: string): string {
  return text.replaceAll(BEARER, '$1 [redacted]').replaceAll(IN_URL, '$1[redacted]@');
}
