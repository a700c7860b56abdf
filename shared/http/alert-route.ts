import type { Express, Request, Response } from 'express';
import { MediaTypeUnsupportedError, OverloadedError } from '../errors/errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import type { Metrics } from '../runtime/ports.ts';
import { alertEvent } from './alert-event.ts';
import { type Answer, sendAnswer } from './answer.ts';
import { type AcceptedSecrets, challengesOf, isAuthorized } from './authorization.ts';
import { isJsonType, isUtf8Charset, mediaTypeOf } from './media-type.ts';
import { parseJson } from './parse-json.ts';
import { readBody } from './read-body.ts';

/** Where Alertmanager sends to. */
export const ALERTS_PATH = '/alerts';
/** Largest body: about 30,000 alerts. Alertmanager sends all of a group at once unless `max_alerts` says otherwise. */
export const MAX_ALERTS_BYTES = 16 * 1_024 * 1_024;
/** As much is worked on at once; as text and objects it takes several times its bytes. */
const MAX_HELD_BYTES = 4 * MAX_ALERTS_BYTES;
/** What a small request counts for, so that no more than a thousand are worked on at once. */
const LEAST_BYTES = 64 * 1_024;
/** What metrics call a request that became no event. */
const UNREADABLE = 'unreadable';

/** Who may send alerts: whoever knows a secret, anybody, or nobody because nobody was said to. */
export type AlertAccess = (() => AcceptedSecrets) | 'anybody' | 'nobody';

export interface AlertRouteOptions {
  /** Secrets are asked for with every request, so that they can change. They may throw ConfigInvalidError: 503 then. */
  readonly access: AlertAccess;
  /** Deals with the event that a request becomes. @throws FunctionError, as a function does */
  readonly handle: (event: IncomingEvent) => Promise<unknown>;
  readonly metrics: Pick<Metrics, 'eventHandled'>;
}

/**
 * Makes what adds `POST /alerts` to an app: it takes Alertmanager's webhook, which is no CloudEvent, and makes one of it.
 * Who it is comes before what it says: nothing is read of whoever may not send. Every 4xx is final for Alertmanager, every
 * 5xx is tried again, so what may pass is 503 and nothing else.
 *
 * @see Alertmanager `notify/util.go`, Retrier
 */
export function alertRoutes(options: AlertRouteOptions): (http: Express, isStopping: () => boolean) => void {
  return (http, isStopping) => {
    let heldBytes = 0;
    http.post(ALERTS_PATH, async (request, response) => {
      const refusal = refusalOf(request, response, options.access);
      if (refusal !== undefined) {
        options.metrics.eventHandled(UNREADABLE, 'rejected', 0);
        return sendAnswer(request, response, refusal);
      }
      const bytes = bytesOf(request);
      if (isStopping() || heldBytes + bytes > MAX_HELD_BYTES) throw overloaded(isStopping());
      heldBytes += bytes;
      try {
        await receive(request, response, options);
      } finally {
        heldBytes -= bytes;
      }
    });
    http.all(ALERTS_PATH, (request, response) => {
      response.setHeader('allow', 'POST');
      sendAnswer(request, response, {
        status: 405,
        code: 'EVENT_INVALID',
        message: 'alerts are sent with POST',
      });
    });
  };
}

async function receive(
  request: Request,
  response: Response,
  { handle, metrics }: AlertRouteOptions,
): Promise<void> {
  const event = await readEvent(request).catch((error: unknown) => {
    metrics.eventHandled(UNREADABLE, 'rejected', 0);
    throw error;
  });
  // The sender has gone.
  if (event === undefined) return;
  await handle(event);
  response.statusCode = 204;
  response.end();
}

async function readEvent(request: Request): Promise<IncomingEvent | undefined> {
  checkJson(request);
  const remedy = 'Set max_alerts in the webhook_config, or group by more labels.';
  const body = await readBody(request, MAX_ALERTS_BYTES, remedy);
  return body && alertEvent(parseJson(body, 'the body'));
}

/** Not compressed either: what is not unpacked cannot burst. @throws MediaTypeUnsupportedError */
function checkJson({ headers }: Request): void {
  const contentType = headers['content-type'] ?? '';
  const encoding = headers['content-encoding'] ?? 'identity';
  const isJson = isJsonType(mediaTypeOf(contentType)) && isUtf8Charset(contentType);
  if (isJson && encoding.toLowerCase() === 'identity') return;
  throw new MediaTypeUnsupportedError(
    'the media type is not read here',
    'Send application/json in UTF-8, without content-encoding, as Alertmanager does.',
  );
}

/** @throws what the secrets throw when they cannot be read */
function refusalOf(request: Request, response: Response, access: AlertAccess): Answer | undefined {
  if (access === 'anybody') return undefined;
  if (access === 'nobody') {
    return {
      status: 403,
      code: 'ALERTS_CLOSED',
      message: 'nobody may send alerts: no secret is configured',
      remedy:
        'Set ALERT_WEBHOOK_TOKEN_FILE or ALERT_WEBHOOK_BASIC_AUTH_FILE, or ALERT_WEBHOOK_INSECURE=true.',
    };
  }
  const accepted = access();
  if (isAuthorized(request.headers.authorization, accepted)) return undefined;
  response.setHeader('www-authenticate', [...challengesOf(accepted)]);
  return {
    status: 401,
    code: 'ALERTS_UNAUTHORIZED',
    message: 'alerts are taken with a secret only, and this is none',
    remedy: 'Set authorization or basic_auth in the http_config of the webhook_config.',
  };
}

/** What a request may have to be held; as much as is allowed when it does not say. */
function bytesOf({ headers }: Request): number {
  const told = Number(headers['content-length'] ?? MAX_ALERTS_BYTES);
  return Math.min(Math.max(told, LEAST_BYTES), MAX_ALERTS_BYTES);
}

function overloaded(stopping: boolean): OverloadedError {
  return new OverloadedError(
    stopping ? 'this instance is stopping' : 'as many alerts are worked on as may be',
    'Send it again.',
  );
}
