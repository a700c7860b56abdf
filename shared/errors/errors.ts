/** What the caller should do next: deliver or run again, or repair what was given. */
export type Disposition = 'retry' | 'reject';

/**
 * Base of every error this project throws on purpose. The message is one line and says what is wrong and where;
 * `remedy` says what to do. Nothing else is an expected failure: what is not a `FunctionError` is a bug.
 */
export abstract class FunctionError extends Error {
  /** Stable, greppable name for logs, metrics and alerts, such as `KUBE_UNAVAILABLE`. */
  abstract readonly code: ErrorCode;
  abstract readonly disposition: Disposition;
  /** What to do about it: a sentence of its own, for the person who reads the line. */
  readonly remedy: string;

  constructor(message: string, remedy: string, options?: ErrorOptions) {
    super(message.replaceAll(/\s*[\r\n]+\s*/g, ' '), options);
    this.name = new.target.name;
    this.remedy = remedy;
  }
}

/** The closed list: code, as in the README's table, which a test compares with this one. */
export const ERROR_CODES = [
  'USAGE',
  'INPUT_UNREADABLE',
  'INPUT_MALFORMED',
  'KUBE_CONFIG',
  'KUBE_UNAVAILABLE',
  'KUBE_UNAUTHORIZED',
  'KUBE_FORBIDDEN',
  'KUBE_TLS',
  'KUBEVIRT_NOT_INSTALLED',
  'CONFIG_INVALID',
  'EVENT_INVALID',
  'EVENT_TOO_LARGE',
  'MEDIA_TYPE_UNSUPPORTED',
  'INCIDENT_CONFLICT',
  'SINK_UNAVAILABLE',
  'OVERLOADED',
  'CHANNEL_UNAVAILABLE',
  'CHANNEL_REFUSED',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

/** The command line asks for something that does not exist or contradicts itself. */
export class UsageError extends FunctionError {
  readonly code = 'USAGE';
  readonly disposition = 'reject';
}

/** A file, directory or stream cannot be opened, is empty of objects, or is not a format we read. */
export class InputUnreadableError extends FunctionError {
  readonly code = 'INPUT_UNREADABLE';
  readonly disposition = 'reject';
}

/** The input can be read but is broken: syntax, structure, types, or copies of an object that disagree. */
export class InputMalformedError extends FunctionError {
  readonly code = 'INPUT_MALFORMED';
  readonly disposition = 'reject';
}

/** The kubeconfig is missing, broken, or lacks the named context. */
export class KubeConfigError extends FunctionError {
  readonly code = 'KUBE_CONFIG';
  readonly disposition = 'reject';
}

/** The API server did not answer in time, or answered 429 or 5xx until the retries ran out. */
export class KubeUnavailableError extends FunctionError {
  readonly code = 'KUBE_UNAVAILABLE';
  readonly disposition = 'retry';
}

/** The API server does not know the caller (401). */
export class KubeUnauthorizedError extends FunctionError {
  readonly code = 'KUBE_UNAUTHORIZED';
  readonly disposition = 'reject';
}

/** The caller may read nothing that matters (403). */
export class KubeForbiddenError extends FunctionError {
  readonly code = 'KUBE_FORBIDDEN';
  readonly disposition = 'reject';
}

/** The server's certificate is not trusted, has expired or is for another name. */
export class KubeTlsError extends FunctionError {
  readonly code = 'KUBE_TLS';
  readonly disposition = 'reject';
}

/** The cluster does not serve the kubevirt.io API. */
export class KubeVirtNotInstalledError extends FunctionError {
  readonly code = 'KUBEVIRT_NOT_INSTALLED';
  readonly disposition = 'reject';
}

/** The configuration of a served function has mistakes; the message lists all of them. */
export class ConfigInvalidError extends FunctionError {
  readonly code = 'CONFIG_INVALID';
  readonly disposition = 'reject';
}

/** What was sent is no CloudEvent, or breaks the contract of its type. */
export class EventInvalidError extends FunctionError {
  readonly code = 'EVENT_INVALID';
  readonly disposition = 'reject';
}

/** What was sent is larger than the limit. */
export class EventTooLargeError extends FunctionError {
  readonly code = 'EVENT_TOO_LARGE';
  readonly disposition = 'reject';
}

/** What was sent has a media type or content encoding that is not read. */
export class MediaTypeUnsupportedError extends FunctionError {
  readonly code = 'MEDIA_TYPE_UNSUPPORTED';
  readonly disposition = 'reject';
}

/** Somebody else wrote the incident's record meanwhile, again and again. */
export class IncidentConflictError extends FunctionError {
  readonly code = 'INCIDENT_CONFLICT';
  readonly disposition = 'retry';
}

/** The sink did not accept an event. It stays in the record and is published later, with the same id. */
export class SinkUnavailableError extends FunctionError {
  readonly code = 'SINK_UNAVAILABLE';
  readonly disposition = 'retry';
}

/** As much is being worked on as may be, or the process is stopping. */
export class OverloadedError extends FunctionError {
  readonly code = 'OVERLOADED';
  readonly disposition = 'retry';
}

/** What became of a notice that a channel did not take. */
export interface ChannelFailure extends ErrorOptions {
  /** How often it was tried; 1 unless told. */
  readonly attempts?: number;
  /** How long the other side asks to be left alone, in milliseconds (`Retry-After`). */
  readonly retryAfterMs?: number | undefined;
}

/** A channel did not answer, or asked to come again later, until the retries ran out. */
export class ChannelUnavailableError extends FunctionError {
  readonly code = 'CHANNEL_UNAVAILABLE';
  readonly disposition = 'retry';
  readonly attempts: number;
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    remedy: string,
    { attempts = 1, retryAfterMs, ...options }: ChannelFailure = {},
  ) {
    super(message, remedy, options);
    this.attempts = attempts;
    this.retryAfterMs = retryAfterMs;
  }
}

/** A channel does not take what it is sent: a wrong token, address or setting. */
export class ChannelRefusedError extends FunctionError {
  readonly code = 'CHANNEL_REFUSED';
  readonly disposition = 'reject';
  readonly attempts: number;

  constructor(message: string, remedy: string, { attempts = 1, ...options }: ChannelFailure = {}) {
    super(message, remedy, options);
    this.attempts = attempts;
  }
}
