import { afterEach } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import { createEventApp, type EventApp, type EventAppOptions } from '../../../shared/http/event-app.ts';
import { type Listening, type ListenOptions, listen } from '../../../shared/http/server.ts';
import type { LogFacts } from '../../../shared/runtime/ports.ts';
import type { Outcome, ServerlessFunction } from '../../../shared/runtime/serverless-function.ts';

export interface Served {
  readonly url: string;
  readonly port: number;
  readonly app: EventApp;
  readonly listening: Listening;
  /** What the function was given. */
  readonly events: IncomingEvent[];
  /** What was logged as an error. */
  readonly errors: LogFacts[];
  /** `type outcome` of what was counted. */
  readonly counted: string[];
}

const running: Listening[] = [];
/** Ends what a test served. */
export async function endServed(): Promise<void> {
  await Promise.all(running.splice(0).map((listening) => listening.close()));
}
export function useServed(): void {
  afterEach(endServed);
}

const nothing = () => undefined;

/** A function that does nothing but what it is told, on a real socket of this machine. */
export async function serve(
  handle: (event: IncomingEvent) => Promise<Outcome> = async () => 'done',
  options: Partial<EventAppOptions & ListenOptions> = {},
): Promise<Served> {
  const [events, errors, counted]: [IncomingEvent[], LogFacts[], string[]] = [[], [], []];
  const fn: ServerlessFunction = {
    manifest: {
      name: 'stub',
      summary: '',
      consumes: [],
      emits: [],
      permissions: [],
      requestTimeoutMs: durationMs(1_000),
    },
    handle(event) {
      events.push(event);
      return handle(event);
    },
  };
  const app = createEventApp(fn, {
    log: { debug: nothing, info: nothing, warn: nothing, error: (facts) => void errors.push(facts) },
    metrics: { eventHandled: (type, outcome) => void counted.push(`${type} ${outcome}`) },
    maxBodyBytes: 100_000,
    maxConcurrent: 10,
    maxWaiting: 100,
    ...options,
  });
  const listening = await listen(app, { port: 0, host: '127.0.0.1', graceMs: durationMs(5_000), ...options });
  running.push(listening);
  const { port } = listening;
  return { url: `http://127.0.0.1:${port}`, port, app, listening, events, errors, counted };
}
