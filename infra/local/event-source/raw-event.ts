import { type EpochMs, formatTimestamp } from '../../../shared/domain/units.ts';
import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';
import type { ObjectChange } from '../../../shared/kubernetes/known-objects.ts';

/** Where a change was seen. */
export interface RawEventContext {
  /** URL of the API server. */
  readonly server: string;
  /** How the API names the resource in paths: plural. */
  readonly plural: string;
  readonly now: EpochMs;
}

/**
 * A change as Knative's ApiServerSource tells it in Resource mode: the same attributes, the same body. What differs is
 * the id: it is a function of what is told, so that the same change has the same id, whoever saw it.
 *
 * @see knative/eventing `pkg/adapter/apiserver/events/events.go`; a cluster-scoped object has an empty namespace there too
 */
export function toRawEvent(
  { type, object }: ObjectChange,
  { server, plural, now }: RawEventContext,
): IncomingEvent {
  const { apiVersion, kind, metadata } = object;
  const { name, namespace = '', uid, resourceVersion } = metadata;
  return {
    specversion: '1.0',
    id: `${uid}-${resourceVersion}-${type}`,
    source: server,
    type: `dev.knative.apiserver.resource.${type}`,
    subject: `/apis/${apiVersion}/namespaces/${namespace}/${plural}/${name}`,
    time: formatTimestamp(now),
    datacontenttype: 'application/json',
    apiversion: apiVersion,
    kind,
    name,
    namespace,
    data: object,
  };
}
