import { valueAt } from '../api/kube-object.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import type { DaemonSetSituation } from './daemon-set-situation.ts';

/** Keeps the template as a ControllerRevision, as `kubectl rollout history` reads it. Old ones stay: there are few. */
export function recordRevision(api: SimulatedApi, { daemonSet, hash }: DaemonSetSituation): void {
  const { namespace, name, uid } = daemonSet.metadata;
  const target = { type: TYPES.controllerRevision, namespace, name: `${name}-${hash}` };
  if (api.find(target) !== undefined) return;
  const { apiVersion, kind } = daemonSet;
  const revisions = api
    .list(TYPES.controllerRevision, namespace)
    .map((each) => Number(valueAt(each, ['revision'])));
  const ownerReferences = [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }];
  api.create(target, {
    metadata: { name: target.name, labels: daemonSet.metadata.labels ?? {}, ownerReferences },
    data: { spec: { template: { $patch: 'replace', ...(daemonSet.spec?.['template'] as object) } } },
    revision: Math.max(0, ...revisions) + 1,
  });
}
