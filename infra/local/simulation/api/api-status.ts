import type { JsonObject } from './kube-object.ts';
import type { ResourceType } from './resource-type.ts';

interface Cause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

interface Details {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** Why the API server refuses, as the body of its answer says it. Source: apimachinery `pkg/api/errors/errors.go`. */
export class ApiStatusError extends Error {
  readonly code: number;
  readonly reason: string;
  readonly details: Details | undefined;
  /** With which a list that expired can go on. */
  readonly continueToken: string | undefined;

  constructor(
    code: number,
    reason: string,
    message: string,
    more: { readonly details?: Details; readonly continueToken?: string } = {},
  ) {
    super(message);
    this.name = 'ApiStatusError';
    this.code = code;
    this.reason = reason;
    this.details = more.details;
    this.continueToken = more.continueToken;
  }

  /** The `Status` object. */
  body(): JsonObject {
    const { code, reason, message, details, continueToken } = this;
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: continueToken === undefined ? {} : { continue: continueToken },
      status: 'Failure',
      message,
      ...(reason !== '' && { reason }),
      ...(details !== undefined && { details }),
      code,
    };
  }
}

/** What a deletion that left nothing answers. */
export function deletedStatus(type: ResourceType, name: string, uid: string): JsonObject {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { ...about(type, name), uid },
  };
}

function about({ plural, group }: ResourceType, name: string): Details {
  return { name, ...(group !== '' && { group }), kind: plural };
}

const resourceName = ({ plural, group }: ResourceType): string =>
  group === '' ? plural : `${plural}.${group}`;
const kindName = ({ kind, group }: ResourceType): string => (group === '' ? kind : `${kind}.${group}`);

export function notFound(type: ResourceType, name: string): ApiStatusError {
  const message = `${resourceName(type)} "${name}" not found`;
  return new ApiStatusError(404, 'NotFound', message, { details: about(type, name) });
}

export function alreadyExists(type: ResourceType, name: string): ApiStatusError {
  const message = `${resourceName(type)} "${name}" already exists`;
  return new ApiStatusError(409, 'AlreadyExists', message, { details: about(type, name) });
}

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(type: ResourceType, name: string, why = MODIFIED): ApiStatusError {
  const message = `Operation cannot be fulfilled on ${resourceName(type)} "${name}": ${why}`;
  return new ApiStatusError(409, 'Conflict', message, { details: about(type, name) });
}

/** A value that breaks a rule of its field. */
export function invalid(type: ResourceType, name: string, cause: Cause): ApiStatusError {
  // A custom resource is named by its plural where a built-in kind is named by its kind.
  const subject = type.custom ? resourceName(type) : kindName(type);
  const message = `${subject} "${name}" is invalid: ${cause.field}: ${cause.message}`;
  const { group } = type;
  const kind = type.custom ? type.plural : type.kind;
  const details = { ...(name !== '' && { name }), ...(group !== '' && { group }), kind, causes: [cause] };
  return new ApiStatusError(422, 'Invalid', message, { details });
}

export const badRequest = (message: string): ApiStatusError => new ApiStatusError(400, 'BadRequest', message);

/** A JSON Patch that does not fit the object: a failed `test` too. The server does not say which operation it was. */
export const patchRefused = (): ApiStatusError =>
  new ApiStatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {
    details: {},
  });

export const unsupportedMediaType = (message: string): ApiStatusError =>
  new ApiStatusError(415, 'UnsupportedMediaType', message);

export const methodNotAllowed = (): ApiStatusError =>
  new ApiStatusError(
    405,
    'MethodNotAllowed',
    'the server does not allow this method on the requested resource',
    { details: {} },
  );

export const noSuchResource = (): ApiStatusError =>
  new ApiStatusError(404, 'NotFound', 'the server could not find the requested resource', { details: {} });

/** A page token whose snapshot is forgotten. The token in the answer goes on without a snapshot. */
export const continueExpired = (continueToken: string): ApiStatusError =>
  new ApiStatusError(
    410,
    'Expired',
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
    { continueToken },
  );

export const versionTooOld = (asked: number, oldest: number): ApiStatusError =>
  new ApiStatusError(410, 'Expired', `too old resource version: ${asked} (${oldest})`);

export const versionTooLarge = (asked: number, current: number): ApiStatusError =>
  new ApiStatusError(504, 'Timeout', `Too large resource version: ${asked}, current: ${current}`, {
    details: {
      retryAfterSeconds: 1,
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    },
  });
