import { elapsedMs, parseTimestamp } from '../domain/units.ts';
import type { EventRecorder, ObjectEvent, RecordOutcome } from '../runtime/event-recorder.ts';
import type { ApiClient } from './api-client.ts';
import type { ApiAnswer } from './api-session.ts';
import { type EventReporter, eventNamespaces, microTime, toEventResource } from './object-event.ts';

/** What is seen again so soon is the same repeat: it was tried again, or another instance counted it. */
const SAME_REPEAT_MS = 60_000;

/**
 * Kubernetes Events (events.k8s.io/v1), within the limits of their API. It needs the verbs create, get and patch on events in events.k8s.io.
 */
export function createEventRecorder(client: ApiClient, reporter: EventReporter): EventRecorder {
  return new ApiEventRecorder(client, reporter);
}

class ApiEventRecorder implements EventRecorder {
  readonly #client: ApiClient;
  readonly #reporter: EventReporter;

  constructor(client: ApiClient, reporter: EventReporter) {
    this.#client = client;
    this.#reporter = reporter;
  }

  async record(event: ObjectEvent): Promise<RecordOutcome> {
    let outcome: RecordOutcome = 'refused';
    for (const namespace of eventNamespaces(event)) {
      outcome = await this.#create(event, namespace);
      if (outcome !== 'refused') break;
    }
    return outcome;
  }

  async repeat(event: ObjectEvent): Promise<RecordOutcome> {
    for (const namespace of eventNamespaces(event)) if (await this.#count(event, namespace)) return 'there';
    // It has expired; or it may not be counted, and is there nevertheless.
    return this.record(event);
  }

  async #create(event: ObjectEvent, namespace: string): Promise<RecordOutcome> {
    const body = toEventResource(event, namespace, this.#reporter);
    const answer = await this.#client.call({ method: 'POST', path: collectionOf(namespace), body });
    // Somebody wrote it before, perhaps we: the answer was lost.
    return answer.status === 409 ? 'there' : outcomeOf(answer);
  }

  /** Whether it is there and was counted. */
  async #count(event: ObjectEvent, namespace: string): Promise<boolean> {
    const path = `${collectionOf(namespace)}/${encodeURIComponent(event.name)}`;
    const found = await this.#client.call({ method: 'GET', path });
    if (found.status !== 200) return false;
    const { metadata, series, eventTime } = found.body as StoredEvent;
    const last = parseTimestamp(series?.lastObservedTime ?? eventTime);
    if (last !== undefined && elapsedMs(last, event.at) < SAME_REPEAT_MS) return true;
    const body = {
      metadata: { resourceVersion: metadata?.resourceVersion },
      // Without a series it was seen once. Nothing else of an Event may change.
      series: { count: (series?.count ?? 1) + 1, lastObservedTime: microTime(event.at) },
    };
    const contentType = 'application/merge-patch+json';
    const { status } = await this.#client.call({ method: 'PATCH', path, body, contentType });
    // Changed meanwhile: somebody else has counted.
    return status < 300 || status === 409;
  }
}

/** As much as is read of an Event. */
interface StoredEvent {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly eventTime?: string;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string };
}

function collectionOf(namespace: string): string {
  return `/apis/events.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/events`;
}

function outcomeOf(answer: ApiAnswer): RecordOutcome {
  if (answer.status < 300) return 'there';
  if (answer.status === 404 || isTerminating(answer)) return 'gone';
  return answer.status === 403 ? 'forbidden' : 'refused';
}

/** Nothing can be created in a namespace that is being deleted, which is refused as if it were forbidden. */
function isTerminating({ body }: ApiAnswer): boolean {
  const { details } = (body ?? {}) as { readonly details?: { readonly causes?: readonly unknown[] } };
  return (details?.causes ?? []).some(
    (cause) => (cause as { readonly reason?: unknown } | null)?.reason === 'NamespaceTerminating',
  );
}
