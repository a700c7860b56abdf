import { valueAt } from '../../infra/local/simulation/api/kube-object.ts';
import { KUBEVIRT_TYPES, TYPES } from '../../infra/local/simulation/api/resource-type.ts';
import { holdOf, OWN_LEASE } from '../../shared/kubernetes/lease.ts';
import { isReady } from './remediation-stories.ts';
import type { RemediationWorld } from './remediation-world.ts';

/** What a story came to, as far as it does not depend on when everything happened. */
export async function endOf(world: RemediationWorld) {
  const { api, published, watch } = world;
  const record = await world.record('node02');
  const events = new Map(published.map((event) => [event.id, event.type.split('.').slice(-3, -1).join('.')]));
  const lease = api.list(TYPES.lease).find(({ metadata }) => metadata.name === OWN_LEASE);
  const run = record?.remediation.run;
  return {
    incident: [record?.incident?.state, record?.incident?.episode, record?.incident?.resolution],
    run: run && [run.phase, run.mode, run.plan.steps.map(({ code }) => code).join('+')],
    attempts: record?.remediation.attempts.map(({ steps, outcome, reason, isReverted }) => [
      steps,
      outcome,
      reason.code,
      isReverted,
    ]),
    changes: record?.remediation.changes.map(({ run: number, step }) => [number, step]),
    contests: record?.remediation.contests.length,
    outbox: record?.outbox.length,
    told: [...events.values()].filter((type) => type.startsWith('remediation.')).sort(),
    writes: watch.writes,
    broken: watch.broken,
    lock: lease && holdOf(lease as object, world.time.now()),
    objectEvents: api
      .list(TYPES.event)
      .filter(({ metadata }) => metadata.name.startsWith('kubevirt-orphans.'))
      .map((event) => [valueAt(event, ['reason']), valueAt(event, ['series'])]),
    nodes: api.list(TYPES.node).map(({ metadata, spec }) => [metadata.name, metadata.labels, spec]),
    placement: api.list(KUBEVIRT_TYPES.kubeVirt).map(({ spec }) => spec?.['workloads']),
    handlers: ['node01', 'node02', 'node03'].map(
      (node) => world.cluster.handlersOn(node).filter(isReady).length,
    ),
  };
}
