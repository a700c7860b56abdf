import { setMaxListeners } from 'node:events';
import type { Clock } from '../../../shared/domain/units.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { ApiClient } from '../../../shared/kubernetes/api-client.ts';
import { type WatchOptions, type WatchState, watchResource } from '../../../shared/kubernetes/watch.ts';
import { failureFacts } from '../../../shared/observability/failure-facts.ts';
import type { Log } from '../../../shared/runtime/ports.ts';
import { toRawEvent } from './raw-event.ts';
import { WATCHED_RESOURCES } from './watched-resources.ts';

export interface EventSourceOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes one event. Nothing further is read of its kind until it has resolved. */
  readonly publish: (event: IncomingEvent) => Promise<void>;
  /**
   * Asks for a look at all that there is, instead of telling each object that exists at the start: for whoever cannot take that many
   * events at once. Called when every kind is watched that is served, and again when a further one is.
   */
  readonly askForAudit?: () => Promise<void>;
  /** Ends the source. */
  readonly signal: AbortSignal;
  /** What a watch does differently; a test waits for nothing. */
  readonly watch?: Pick<WatchOptions, 'silenceMs' | 'wait' | 'random'> | undefined;
}

/**
 * The built-in event source: what Knative's ApiServerSource does, and what it does not: it also tells what exists at
 * its start, and what changed while a watch was broken. A kind that is not served is asked for again, and said once.
 *
 * @returns resolves once the signal is aborted and nothing is under way any more; what waits in `publish` is waited for,
 *   so a broker is closed before this is awaited
 * @throws what `publish` throws
 */
export async function runEventSource(client: ApiClient, options: EventSourceOptions): Promise<void> {
  const stop = new AbortController();
  // Every watch, every wait and every call listens to it.
  setMaxListeners(0, stop.signal);
  const onAbort = (): void => stop.abort(options.signal.reason);
  if (options.signal.aborted) onAbort();
  options.signal.addEventListener('abort', onAbort, { once: true });
  const onState = auditWhenWatching(options);
  const watches = WATCHED_RESOURCES.map(async (watched) => {
    try {
      await watchKind(client, watched, { ...options, onState, signal: stop.signal });
    } finally {
      // One that fails ends the others.
      stop.abort();
    }
  });
  const ends = await Promise.allSettled(watches);
  options.signal.removeEventListener('abort', onAbort);
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}

type OnState = (resource: string, state: WatchState) => void;

/** What exists when a watch begins is not told then, so it is looked at afterwards: nothing is missed in between. */
function auditWhenWatching({ askForAudit, log }: EventSourceOptions): OnState {
  if (askForAudit === undefined) return () => undefined;
  const begun = new Set<string>();
  const settled = new Set<string>();
  let isDue = false;
  return (resource, { kind }) => {
    if (kind === 'broken') return;
    settled.add(resource);
    if (kind === 'watching' && !begun.has(resource)) {
      begun.add(resource);
      isDue = true;
    }
    if (!isDue || settled.size < WATCHED_RESOURCES.length) return;
    isDue = false;
    askForAudit().catch((error: unknown) =>
      log.warn(failureFacts(error), 'an audit was left out: the next one makes up for it'),
    );
  };
}

async function watchKind(
  client: ApiClient,
  watched: (typeof WATCHED_RESOURCES)[number],
  options: EventSourceOptions & { readonly onState: OnState },
): Promise<void> {
  const { clock, log, publish, signal, watch, askForAudit, onState } = options;
  const { server } = client.connection;
  await watchResource(client, watched, {
    ...watch,
    signal,
    onEvent: (change) =>
      change.initial && askForAudit !== undefined
        ? undefined
        : publish(toRawEvent(change, { server, plural: watched.name, now: clock.now() })),
    onState: (state) => {
      say(log, watched.name, state);
      onState(watched.name, state);
    },
  });
}

function say(log: Log, resource: string, state: WatchState): void {
  if (state.kind === 'watching') log.info({ resource }, `watching ${resource}`);
  else if (state.kind === 'refused' && state.status === 404)
    log.warn({ resource }, `${resource} are not served by this cluster (yet): asking again until they are`);
  else if (state.kind === 'refused')
    log.warn(
      { resource, status: state.status },
      `${resource} may not be watched: grant list and watch on them`,
    );
  else log.warn({ resource, ...failureFacts(state.error) }, `the watch of ${resource} broke: trying again`);
}
