import { GATE_CODES, type Gate, type GateCode } from '../../shared/domain/remediation/gate.ts';
import type { Look, Next } from '../../shared/domain/remediation/look.ts';
import type { Plan, PlanStep } from '../../shared/domain/remediation/plan.ts';
import {
  type Approval,
  NO_REMEDIATION,
  type Remediation,
  type Run,
} from '../../shared/domain/remediation/remediation.ts';
import { epochMs } from '../../shared/domain/units.ts';
import { incident } from './incidents.ts';
import { aRun, LABEL_PLAN, remediationOf } from './remediation.ts';

export const NOW = epochMs(Date.parse('2026-08-22T10:10:00Z'));
export const OPEN = incident('Open', {
  diagnosis: { diagnosedAt: NOW, causes: [] },
  openedAt: epochMs(NOW - 600_000),
});
const LABEL: PlanStep = {
  ...(LABEL_PLAN.steps[0] as PlanStep),
  change: {
    action: 'patch',
    target: {
      apiVersion: 'v1',
      kind: 'Node',
      namespace: '',
      name: 'node02',
      uid: 'uid-node02',
      resourceVersion: '7',
      generation: undefined,
    },
    operations: [{ op: 'add', path: '/metadata/labels/zone', value: 'a' }],
    additions: [{ path: ['metadata', 'labels', 'zone'], kind: 'member', value: 'a' }],
  },
};
export const ONE_STEP: Plan = { ...LABEL_PLAN, steps: [LABEL] };
export const APPROVAL: Approval = { by: 'jane', at: NOW, revision: 3, planId: ONE_STEP.id };
const TOLERATION: PlanStep = {
  ...LABEL,
  code: 'AddPlacementToleration',
  effects: { handlersGained: ['node02'], handlersLost: [], restartsEveryHandler: true },
};
export const TWO_STEPS: Plan = { ...LABEL_PLAN, id: 'two', steps: [LABEL, TOLERATION] };

export function gates(...closed: GateCode[]): readonly Gate[] {
  return GATE_CODES.map((code) => ({ code, open: !closed.includes(code), message: `${code} was asked` }));
}

export function lookAt(parts: Partial<Look> & { readonly closed?: readonly GateCode[] } = {}): Look {
  return {
    now: NOW,
    incident: OPEN,
    remediation: NO_REMEDIATION,
    plans: [ONE_STEP],
    modeOf: () => 'Auto',
    gatesOf: () => gates(...(parts.closed ?? [])),
    approval: undefined,
    changeStates: new Map(),
    signs: { missing: ['virt-handler on node02 is Absent'], failure: undefined },
    revertHarms: () => [],
    withoutHandler: ['node02'],
    ...parts,
  };
}

export function running(parts: Partial<Run>, memory: Partial<Remediation> = {}): Remediation {
  const run = aRun({
    plan: ONE_STEP,
    number: 1,
    revision: 3,
    episode: 1,
    mode: 'Auto',
    startedAt: NOW,
    ...parts,
  });
  return remediationOf({ run, runs: 1, ...memory });
}

export const KEPT = { run: 1, step: 0, change: LABEL.change, at: NOW } as Remediation['changes'][number];
export const MADE = [{ step: 0, at: NOW, generation: undefined }];

/** What follows in a few words: phase and step, what is told, what is done with the lock, what is remembered of writes. */
export function inWords(next: Next): string {
  if (next.kind !== 'record') return next.kind === 'rest' ? 'rest' : `${next.kind} ${next.step}`;
  const { run, attempts, changes, contests } = next.remediation;
  const last = attempts.at(-1);
  const state =
    run === undefined
      ? `${last?.outcome ?? 'none'} ${last?.reason.code ?? ''}`.trim()
      : `${run.phase} ${run.step}`;
  const told = next.tellings.map(({ stage }) => stage).join('+') || '-';
  return `${state} | ${told} | ${next.lock} | remembers ${changes.length}, contests ${contests.length}`;
}
