import type { ClusterChange } from '../domain/mitigations/cluster-change.ts';
import type { Clock } from '../domain/units.ts';
import type { EventRecorder } from './event-recorder.ts';
import type { IncidentRecord, Log } from './ports.ts';

export interface ToldWrite {
  readonly what: 'made' | 'reverted';
  readonly change: ClusterChange;
  /** The number of the run that made it, and which of its steps it is. */
  readonly run: number;
  readonly step: number;
  /** One word for the step, such as `LabelNode`. */
  readonly action: string;
  readonly summary: string;
  /** Who wanted it. */
  readonly by: string;
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
  { what, change, run, step, action, summary, by, record }: ToldWrite,
  { events, clock, log }: { readonly events: EventRecorder; readonly clock: Clock; readonly log: Log },
): Promise<void> {
  const { apiVersion, kind, namespace, name, uid } = change.target;
  const { reason, done } = SAID[what];
  const outcome = await events.record({
    name: `kubevirt-orphans.${record.uid}.${run}.${step}.${record.remediation.contests.length}.${what}`,
    regarding: { apiVersion, kind, namespace, name, uid },
    related: undefined,
    type: 'Normal',
    reason,
    action,
    note: `${done} for the orphaned node ${record.node} (run ${run}, approved by ${by}): ${summary}`,
    at: clock.now(),
  });
  log.info({ node: record.node, run, step, object: `${kind} ${name}`, event: outcome }, `write ${what}`);
}
