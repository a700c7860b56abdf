import type { ClusterChange } from '../domain/mitigations/cluster-change.ts';
import type { Run } from '../domain/remediation/remediation.ts';
import type { Clock } from '../domain/units.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { IncidentRecord, Log } from './ports.ts';

export interface ToldWrite {
  readonly what: 'made' | 'reverted';
  readonly change: ClusterChange;
  readonly run: Run;
  readonly step: number;
  readonly record: Pick<IncidentRecord, 'node' | 'uid' | 'remediation'>;
}

const SAID = {
  made: { reason: 'OrphanRemediation', done: 'Done' },
  reverted: { reason: 'OrphanRemediationReverted', done: 'Taken back' },
} as const;

/**
 * Tells a write as a Kubernetes Event of the object that was written, once however often it is told: so whoever looks at the object with
 * `kubectl describe` sees who changed it and why. Where Events may not be written, the log says it.
 */
export async function tellWrite(
  { what, change, run, step, record }: ToldWrite,
  { events, clock, log }: { readonly events: EventRecorder; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const { apiVersion, kind, namespace, name, uid } = change.target;
  const { reason, done } = SAID[what];
  const summary = run.plan.steps[step]?.summary ?? '';
  const by = run.approval?.by ?? 'policy';
  const outcome = await events.record({
    name: `kubevirt-orphans.${record.uid}.${run.number}.${step}.${record.remediation.contests.length}.${what}`,
    regarding: { apiVersion, kind, namespace, name, uid },
    related: undefined,
    type: 'Normal',
    reason,
    action: run.plan.steps[step]?.code ?? 'Remediate',
    note: `${done} for the orphaned node ${record.node} (run ${run.number}, approved by ${by}): ${summary}`,
    at: clock.now(),
  });
  log.info(
    { node: record.node, run: run.number, step, object: `${kind} ${name}`, event: outcome },
    `write ${what}`,
  );
}
