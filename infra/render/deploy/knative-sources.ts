import { NUMBERS } from '../../../shared/config/variables.ts';
import type { AuditScope } from '../../../shared/events/audit-events.ts';
import { WATCHED_RESOURCES } from '../../local/event-source/watched-resources.ts';
import { baseAccess } from './access.ts';
import { EVENT_SOURCE, eventSourceSubject } from './event-source.ts';
import { BROKER_REF } from './knative-delivery.ts';
import { toLabelSelector } from './label-selector.ts';
import { type KubeObject, labelsOf, NAMESPACE } from './objects.ts';

/** What makes events: the cluster's changes, and two timers. */
export function sources(): readonly KubeObject[] {
  return [
    ...sourceAccess(),
    apiServerSource(),
    pingSource('tick', 'unsettled', Number(NUMBERS.tickSeconds.default)),
    pingSource('sweep', 'all', Number(NUMBERS.sweepSeconds.default)),
  ];
}

/** Its own account, whose token Knative mounts into the pod that it makes for the source. */
function sourceAccess(): readonly KubeObject[] {
  return baseAccess(eventSourceSubject(['get', 'list', 'watch'])).map((it) =>
    it.kind === 'ServiceAccount' ? { ...it, automountServiceAccountToken: true } : it,
  );
}

/** Whole objects, so that most events are judged without asking the API server anything. */
function apiServerSource(): KubeObject {
  return {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'ApiServerSource',
    metadata: { name: 'cluster', namespace: NAMESPACE, labels: labelsOf('cluster') },
    spec: {
      serviceAccountName: EVENT_SOURCE,
      mode: 'Resource',
      resources: WATCHED_RESOURCES.map((watched) => ({
        apiVersion: watched.apiVersion,
        kind: watched.kind,
        ...('labelSelector' in watched && { selector: toLabelSelector(watched.labelSelector) }),
      })),
      // It makes events for objects of all namespaces, wherever it is itself.
      namespaceSelector: {},
      sink: BROKER_REF,
    },
  };
}

function pingSource(name: string, scope: AuditScope, seconds: number): KubeObject {
  return {
    apiVersion: 'sources.knative.dev/v1',
    kind: 'PingSource',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec: {
      schedule: scheduleOf(seconds),
      contentType: 'application/json',
      data: JSON.stringify({ scope }),
      sink: BROKER_REF,
    },
  };
}

/**
 * Every so many seconds, as a schedule whose first field is seconds, which PingSource takes.
 *
 * @throws RangeError when a schedule cannot say it
 */
export function scheduleOf(seconds: number): string {
  if (seconds < 60 && 60 % seconds === 0) return `*/${seconds} * * * * *`;
  const minutes = seconds / 60;
  if (Number.isInteger(minutes) && minutes < 60 && 60 % minutes === 0) return `0 */${minutes} * * * *`;
  throw new RangeError(`no schedule says every ${seconds} seconds`);
}
