import type { Incident } from '../../shared/domain/incidents/incident.ts';
import type { RemediationStage } from '../../shared/domain/remediation/look.ts';
import type { Plan } from '../../shared/domain/remediation/plan.ts';
import type { Reason } from '../../shared/domain/remediation/reason.ts';
import type { Run } from '../../shared/domain/remediation/remediation.ts';
import { durationMs, type EpochMs } from '../../shared/domain/units.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import { remediationEvent } from '../../shared/events/remediation-events.ts';

const TOLERATION = { key: 'maintenance', operator: 'Equal', value: 'true', effect: 'NoExecute' };
const PATH = '/spec/workloads/nodePlacement/tolerations/-';

function planFor({ node, nodeUid }: Incident): Plan {
  return {
    id: '5b0f3f6f1d6c2a41',
    node,
    nodeUid,
    cause: 'TaintNotTolerated',
    steps: [
      {
        code: 'AddPlacementToleration',
        summary:
          'In KubeVirt: tolerate the taint maintenance=true:NoExecute. Every virt-handler restarts, one node after the other.',
        command: `kubectl patch kubevirt kubevirt -n kubevirt --type=json -p '[{"op":"test","path":"/metadata/generation","value":4},{"op":"add","path":"${PATH}","value":${JSON.stringify(TOLERATION)}}]'`,
        risk: 'Medium',
        owner: 'KubeVirt',
        effects: { handlersGained: [node], handlersLost: [], restartsEveryHandler: true },
        change: {
          action: 'patch',
          target: {
            apiVersion: 'kubevirt.io/v1',
            kind: 'KubeVirt',
            namespace: 'kubevirt',
            name: 'kubevirt',
            uid: '0f2a5f0e-6c52-4a5e-9c57-0d3f9f3e6a11',
            resourceVersion: '48211',
            generation: 4,
          },
          operations: [{ op: 'add', path: PATH, value: TOLERATION }],
          additions: [
            { path: ['spec', 'workloads', 'nodePlacement', 'tolerations'], kind: 'item', value: TOLERATION },
          ],
        },
        inverse: `kubectl patch kubevirt kubevirt -n kubevirt --type=json -p '[{"op":"test","path":"/spec/workloads/nodePlacement/tolerations/1","value":${JSON.stringify(TOLERATION)}},{"op":"remove","path":"/spec/workloads/nodePlacement/tolerations/1"}]'`,
        success: `virt-handler is Ready on ${node} and sends heartbeats, and the roll-out is over`,
        timeoutMs: durationMs(600_000),
      },
    ],
  };
}

/** One plan from proposal to success, the way it fails, and a refusal. */
export function remediationExamples(
  incident: Incident,
  {
    uid,
    clusterName,
    at,
  }: { readonly uid: string; readonly clusterName: string; readonly at: (time: string) => EpochMs },
): readonly ProductEvent[] {
  const told = (stage: RemediationStage, time: string, run: Run, reason?: Reason): ProductEvent =>
    remediationEvent(
      { stage, run, reason },
      { incident, uid, clusterName, at: at(time), traceparent: undefined },
    );
  const run = runOf(incident, at('10:05:00.000'));
  const approval = {
    by: 'jane@example.com',
    at: at('10:06:00.000'),
    revision: run.revision,
    planId: run.plan.id,
  };
  const approved: Run = { ...run, approval };
  const closed = {
    code: 'MaintenanceWindow',
    open: false,
    message: 'No maintenance window is open before 2026-08-22T22:00:00.000Z.',
  } as const;
  const refused: Run = { ...approved, gates: [...run.gates, closed], refusals: 1 };
  const message = 'Not done within 600 s: virt-handler on node02 is NotReady.';
  return [
    told('proposed', '10:05:00.000', run),
    told('approved', '10:06:00.000', approved),
    told('started', '10:06:01.000', approved),
    told('succeeded', '10:08:30.000', approved, {
      code: 'Recovered',
      message: `virt-handler is Ready on ${incident.node}, and was heard of.`,
    }),
    told('failed', '10:16:01.000', approved, { code: 'TimedOut', message }),
    told('refused', '10:06:01.000', refused, { code: closed.code, message: closed.message }),
  ];
}

function runOf(incident: Incident, proposedAt: EpochMs): Run {
  const message = `${incident.node} was read again and is still orphaned.`;
  return {
    number: 1,
    plan: planFor(incident),
    episode: incident.episode,
    revision: incident.revision,
    mode: 'Approve',
    phase: 'Proposed',
    since: proposedAt,
    proposedAt,
    approval: undefined,
    startedAt: undefined,
    step: 0,
    written: [],
    withoutHandler: [],
    successSince: undefined,
    gates: [{ code: 'StillOrphaned', open: true, message }],
    refusedFor: [],
    refusals: 0,
    failure: undefined,
  };
}
