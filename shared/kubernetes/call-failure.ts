import type { IncomingHttpHeaders } from 'node:http';
import { FunctionError } from '../errors/errors.ts';

/** The API server answered, but not with 200. Stays inside this room: `translate-failure.ts` makes it one of ours. */
export class ApiStatusError extends Error {
  readonly status: number;
  /** The header `Retry-After`, as it was sent. */
  readonly retryAfter: string | undefined;
  /** The answer is a page for people: something on the way answered, not the API server. */
  readonly isPage: boolean;

  constructor(status: number, headers: IncomingHttpHeaders) {
    super(`HTTP ${status}`);
    this.name = 'ApiStatusError';
    this.status = status;
    this.retryAfter = headers['retry-after'];
    this.isPage = /^text\/html/i.test(headers['content-type'] ?? '');
  }
}

/** No whole answer came: DNS, connecting, TLS, a broken connection, silence. Stays inside this room. */
export class TransportError extends Error {
  /** The code of Node, OpenSSL or zlib; `SILENT` when our time limit ended it; empty when there is none. */
  readonly code: string;

  constructor(code: string, options?: ErrorOptions) {
    super(`no answer (${code})`, options);
    this.name = 'TransportError';
    this.code = code;
  }
}

/** The code of our own time limit. */
export const SILENT = 'SILENT';

/** An answer that no Kubernetes API server gives. Stays inside this room. */
export class NotKubernetesError extends Error {
  constructor(what: string, options?: ErrorOptions) {
    super(what, options);
    this.name = 'NotKubernetesError';
  }
}

/** Statuses that pass: Kubernetes' own "slow down", and what a load balancer says while a server restarts. */
const PASSING_STATUSES: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
/** Codes for "cannot be reached": by a wrong name or address far more often than by something that passes. */
const UNREACHABLE_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'ETIMEDOUT',
  SILENT,
  '', // from a proxy
]);
/** Codes for "broke off": with zlib's, whose text ends early or was damaged. */
const BROKEN_OFF_CODES: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'Z_BUF_ERROR',
  'Z_DATA_ERROR',
]);

/** Whether a status says that the server cannot answer now. */
export function isPassingStatus(status: number): boolean {
  return PASSING_STATUSES.has(status) || status >= 500;
}

/** What has a code and is not ours comes from Node; what has none is a bug and stays as it is. */
export function toTransportError(error: unknown): unknown {
  if (error instanceof TransportError || error instanceof FunctionError) return error;
  const code = codeOf(error);
  return code === undefined ? error : new TransportError(code, { cause: error });
}

/** The code of an error of Node, OpenSSL or zlib. */
export function codeOf(error: unknown): string | undefined {
  const { code } = error as NodeJS.ErrnoException;
  return typeof code === 'string' ? code : undefined;
}

/** Whether the server could not even be reached. */
export function isUnreachable(error: unknown): boolean {
  return error instanceof TransportError && UNREACHABLE_CODES.has(error.code);
}

/** Whether the same call may succeed a moment later. */
export function mayPass(error: unknown): boolean {
  if (error instanceof ApiStatusError) return PASSING_STATUSES.has(error.status);
  return isUnreachable(error) || (error instanceof TransportError && BROKEN_OFF_CODES.has(error.code));
}
