import type { Config } from '../../shared/config/config.ts';
import { type Clock, durationMs } from '../../shared/domain/units.ts';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import { createEventApp, type EventApp } from '../../shared/http/event-app.ts';
import { intakeOf } from '../server/intake.ts';
import { KNOWN_TYPES, type ProcessObservability } from '../server/observe-process.ts';
import type { Embedded } from './embedded.ts';

/** What is posted is offered to all functions. @throws ConfigInvalidError when a secret cannot be used */
export async function intakeApp(
  { broker, world, remediation }: Embedded,
  config: Config,
  { clock, log, metrics }: ProcessObservability & { readonly clock: Clock },
): Promise<EventApp> {
  const handle = (event: IncomingEvent) => broker.offer(event);
  const addRoutes = await intakeOf('all', { config, remediation, clock, metrics, world, handle });
  const manifest = {
    name: 'run',
    summary: 'All functions in one process.',
    consumes: KNOWN_TYPES.map((type) => ({ type })),
    emits: [],
    permissions: [],
    requestTimeoutMs: durationMs(5_000),
  };
  return createEventApp(
    {
      manifest,
      async handle(event) {
        await handle(event);
        return 'done';
      },
    },
    {
      ...(addRoutes && { addRoutes }),
      log,
      // It is told of what cannot be read; each function counts what it is given.
      metrics,
      maxBodyBytes: config.maxBodyBytes,
      maxConcurrent: config.maxConcurrentEvents,
      maxWaiting: config.maxConcurrentEvents,
      exposition: metrics,
    },
  );
}
