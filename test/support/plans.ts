import type { ChangeTarget, ClusterChange } from '../../shared/domain/mitigations/cluster-change.ts';
import type { Plan, PlanStep } from '../../shared/domain/remediation/plan.ts';
import type { Attempt, Run } from '../../shared/domain/remediation/remediation.ts';
import { durationMs, type EpochMs, epochMs } from '../../shared/domain/units.ts';
import { NOW } from './objects.ts';

export const GATE_NOW = epochMs(Date.parse(NOW));
/** So many seconds before the builders' now; negative: after it. */
export const ago = (seconds: number): EpochMs => epochMs(GATE_NOW - seconds * 1_000);

function target(kind: ChangeTarget['kind']): ChangeTarget {
  return { apiVersion: 'v1', kind, namespace: '', name: 'x', uid: 'u', resourceVersion: '1', generation: 1 };
}

export function patchOf(kind: ChangeTarget['kind']): ClusterChange {
  return { action: 'patch', target: target(kind), operations: [], additions: [] };
}

export function aStep(parts: Partial<PlanStep> = {}): PlanStep {
  return {
    code: 'LabelNode',
    summary: 'label it',
    command: 'kubectl label node node02 zone=a',
    risk: 'Low',
    owner: 'Node',
    effects: { handlersGained: ['node02'], handlersLost: [], restartsEveryHandler: false },
    change: patchOf('Node'),
    inverse: '',
    success: 'a Ready virt-handler',
    timeoutMs: durationMs(60_000),
    ...parts,
  };
}

export const PLACEMENT_STEP = aStep({
  code: 'AddPlacementToleration',
  owner: 'KubeVirt',
  change: patchOf('KubeVirt'),
  effects: { handlersGained: ['node02'], handlersLost: [], restartsEveryHandler: true },
});
export const RESTART_STEP = aStep({
  code: 'RestartHandlerPod',
  owner: 'Pod',
  change: { action: 'delete', target: target('Pod') },
});

export function aPlan(...steps: readonly PlanStep[]): Plan {
  return {
    id: '0123456789abcdef',
    node: 'node02',
    nodeUid: 'node-node02',
    cause: 'NodeSelectorMismatch',
    steps: steps.length === 0 ? [aStep()] : steps,
  };
}

/** An attempt that wrote something, failed, and ended so many seconds ago. */
export function attempt(secondsAgo: number, parts: Partial<Attempt> = {}): Attempt {
  return {
    number: 1,
    planId: '0123456789abcdef',
    steps: 'LabelNode',
    episode: 1,
    outcome: 'Failed',
    reason: { code: 'TimedOut', message: 'no handler' },
    startedAt: ago(secondsAgo + 60),
    endedAt: ago(secondsAgo),
    by: 'policy',
    isReverted: true,
    ...parts,
  };
}

/** A run of a node in a phase. */
export function aRun(phase: Run['phase'], plan: Plan = aPlan()): Run {
  return {
    number: 1,
    plan,
    episode: 1,
    revision: 1,
    mode: 'Auto',
    phase,
    since: ago(30),
    proposedAt: ago(60),
    approval: undefined,
    startedAt: ago(30),
    step: 0,
    written: [],
    withoutHandler: [],
    successSince: undefined,
    gates: [],
    refusedFor: [],
    refusals: 0,
    failure: undefined,
  };
}
