import { kubeTime } from '../api/creation.ts';
import { type KubeObject, valueAt } from '../api/kube-object.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';

/** What an Event says. */
export interface Saying {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/**
 * Writes Events as client-go's recorder does: the same about the same object is counted, not repeated. An Event about
 * an object without a namespace is in `default`. Source: client-go `tools/record`
 */
export function recordEvent(api: SimulatedApi, component: string, about: KubeObject, saying: Saying): void {
  const namespace = about.metadata.namespace ?? 'default';
  const at = kubeTime(api.time.now());
  const known = api
    .list(TYPES.event, namespace)
    .find(
      (event) =>
        isAbout(event, about) &&
        valueAt(event, ['message']) === saying.message &&
        valueAt(event, ['reason']) === saying.reason,
    );
  if (known !== undefined) {
    const target = { type: TYPES.event, namespace, name: known.metadata.name };
    const count = Number(valueAt(known, ['count']) ?? 1) + 1;
    api.update(target, (event) => ({ ...event, count, lastTimestamp: at }));
    return;
  }
  const { name, uid, resourceVersion } = about.metadata;
  const { apiVersion, kind } = about;
  api.create(
    { type: TYPES.event, namespace },
    {
      metadata: { generateName: `${name}.` },
      involvedObject: {
        apiVersion,
        kind,
        name,
        uid,
        resourceVersion,
        ...(about.metadata.namespace && { namespace }),
      },
      ...saying,
      source: { component },
      reportingComponent: component,
      reportingInstance: '',
      firstTimestamp: at,
      lastTimestamp: at,
      eventTime: null,
      count: 1,
    },
  );
}

function isAbout(event: KubeObject, { metadata, kind }: KubeObject): boolean {
  return (
    valueAt(event, ['involvedObject', 'uid']) === metadata.uid &&
    valueAt(event, ['involvedObject', 'kind']) === kind
  );
}
