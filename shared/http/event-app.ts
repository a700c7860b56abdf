import type { Express, NextFunction, Request, Response } from 'express';
import { OverloadedError } from '../errors/errors.ts';
import type { IncomingEvent } from '../events/incoming-event.ts';
import { createGate } from '../runtime/gate.ts';
import type { Log, Metrics } from '../runtime/ports.ts';
import type { ServerlessFunction } from '../runtime/serverless-function.ts';
import { answerOf, sendAnswer } from './answer.ts';
import { isBare } from './bare-request.ts';
import { handleBatch } from './batch.ts';
import { createExpressApp, type MessageClasses } from './express-app.ts';
import { checkMediaType, type ParsedRequest, parseEvents } from './parse-events.ts';
import { readBody } from './read-body.ts';
import { addStatusRoutes, type Exposition } from './status-routes.ts';

/** The type that metrics know for what could not be read as an event. */
const UNREADABLE = 'unreadable';

export interface EventAppOptions {
  readonly log: Log;
  readonly metrics: Pick<Metrics, 'eventHandled'>;
  /** Largest body that is read, in bytes. etcd keeps no object over 1.5 MiB, and an event carries one: 2 MiB or more. */
  readonly maxBodyBytes: number;
  /** How many events are handled at once, from 1 up. */
  readonly maxConcurrent: number;
  /** How many requests may wait beside those: a refused event is lost when its sender gives up, so some patience is due. */
  readonly maxWaiting: number;
  /** Told how many events wait. */
  readonly onQueueDepth?: (waiting: number) => void;
  /** What `GET /metrics` answers. */
  readonly exposition?: Exposition;
  /** Does what a POST asks for that says nothing at all, see `isBare`; without it such a request is refused. */
  readonly onBareRequest?: () => Promise<void>;
  /** Adds routes of its own, such as for what is no CloudEvent; `isStopping` says when nothing more is to be taken. */
  readonly addRoutes?: (http: Express, isStopping: () => boolean) => void;
}

/** A function behind HTTP. It is not ready until told, and takes no events once it is stopping. */
export interface EventApp {
  readonly http: Express;
  /** What `http.createServer` is to be given beside the app, which is then several times faster. */
  readonly classes: MessageClasses;
  /** From now on `GET /health/readiness` says yes. */
  ready(): void;
  /** From now on it says no, and whoever still comes is asked to come again, elsewhere. */
  stop(): void;
}

/**
 * Serves one function: `POST /` takes CloudEvents in binary, structured and batched mode and answers 204 when they are dealt
 * with. What is published goes to the sink, never into the answer. For what else it answers see `status-of.ts`.
 */
export function createEventApp(fn: ServerlessFunction, options: EventAppOptions): EventApp {
  let state: 'starting' | 'ready' | 'stopping' = 'starting';
  const { http, classes } = createExpressApp();
  const receive = createReceiver(fn, options, () => state === 'stopping');
  http.post('/', receive);
  options.addRoutes?.(http, () => state === 'stopping');
  addStatusRoutes(http, () => state === 'ready', options.exposition);
  http.use((request, response) => refuseElse(request, response));
  http.use((error: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const answer = answerOf(error);
    if (answer.status === 500) options.log.error({ err: error }, 'a request met a bug');
    sendAnswer(request, response, answer);
  });
  return {
    http,
    classes,
    ready: () => {
      state = 'ready';
    },
    stop: () => {
      state = 'stopping';
    },
  };
}

/** Reads and handles one request. @throws what it is answered with */
function createReceiver(
  fn: ServerlessFunction,
  options: EventAppOptions,
  isStopping: () => boolean,
): (request: Request, response: Response) => Promise<void> {
  const { maxBodyBytes, maxConcurrent, maxWaiting, onQueueDepth } = options;
  const gate = createGate(maxConcurrent, onQueueDepth ?? (() => undefined));
  const handle = (event: IncomingEvent) => gate.run(() => fn.handle(event));
  let admitted = 0;

  /** Whether there is somebody to answer: not when the sender has gone. */
  const work = async (request: Request): Promise<boolean> => {
    if (options.onBareRequest !== undefined && isBare(request)) {
      await gate.run(options.onBareRequest);
      return true;
    }
    const parsed = await readEvents(request, maxBodyBytes, options.metrics);
    if (parsed === undefined) return false;
    if ('specversion' in parsed) await handle(parsed);
    else await handleBatch(parsed, handle);
    return true;
  };

  return async (request, response) => {
    // Counted before the body is read: it bounds the bytes that are held.
    if (isStopping() || admitted >= maxConcurrent + maxWaiting) throw overloaded(isStopping());
    admitted += 1;
    try {
      if (!(await work(request))) return;
      if (isStopping()) response.setHeader('connection', 'close');
      response.statusCode = 204;
      response.end();
    } finally {
      admitted -= 1;
    }
  };
}

/** `undefined` when the sender has gone. What cannot be read is counted here, for no function will see it. */
async function readEvents(
  request: Request,
  maxBodyBytes: number,
  metrics: EventAppOptions['metrics'],
): Promise<ParsedRequest | undefined> {
  try {
    checkMediaType(request);
    const body = await readBody(request, maxBodyBytes);
    const parsed = body && parseEvents(request, body);
    if (Array.isArray(parsed)) {
      for (const each of parsed) if ('error' in each) metrics.eventHandled(UNREADABLE, 'rejected', 0);
    }
    return parsed;
  } catch (error) {
    metrics.eventHandled(UNREADABLE, 'rejected', 0);
    throw error;
  }
}

/** Knative delivers again on 404, so that a sink with a wrong path would be tried again and again: 405 and 410 are final. */
function refuseElse(request: Request, response: Response): void {
  const isRoot = request.path === '/';
  if (isRoot) response.setHeader('allow', 'POST');
  sendAnswer(request, response, {
    status: isRoot ? 405 : 410,
    code: 'EVENT_INVALID',
    message: isRoot ? 'events are sent with POST' : 'nothing is served here',
    remedy: 'Send events to POST /.',
  });
}

function overloaded(stopping: boolean): OverloadedError {
  return new OverloadedError(
    stopping ? 'this instance is stopping' : 'as many events wait as may wait',
    'Send it again; if this stays, run more instances or raise MAX_CONCURRENT_EVENTS.',
  );
}
