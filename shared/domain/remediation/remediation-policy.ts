import type { CauseCode } from '../causes/cause.ts';
import type { TimeWindow } from '../time/time-windows.ts';
import { type DurationMs, durationMs } from '../units.ts';
import type { AutomatedStep } from './plan.ts';

/** From least to most: `Observe` proposes and never writes, `Approve` writes what somebody approved, `Auto` writes. */
export const REMEDIATION_MODES = ['Observe', 'Approve', 'Auto'] as const;
export type RemediationMode = (typeof REMEDIATION_MODES)[number];

/** How many nodes may be touched at once; the stricter of the two holds. */
export interface RemediationBudget {
  /** From 0 up; 0: nothing is ever remediated. */
  readonly nodes: number;
  /** Of the nodes that should have a virt-handler, 0 to 100, rounded up as Kubernetes and NodeHealthCheck do. */
  readonly percent: number;
}

/** Something because of which nothing new is begun. */
export interface Pause {
  readonly reason: string;
  /** The nodes that it holds for, with `*` for any characters. */
  readonly nodes: string;
}

/** What may be done without asking, and when. What the file of `REMEDIATE_CONFIG` says. */
export interface RemediationPolicy {
  /** For steps and causes that nothing else is said about. */
  readonly mode: RemediationMode;
  readonly stepModes: Readonly<Partial<Record<AutomatedStep, RemediationMode>>>;
  /** The least of a plan's steps and its cause holds. */
  readonly causeModes: Readonly<Partial<Record<CauseCode, RemediationMode>>>;
  readonly budget: RemediationBudget;
  /** How long a node has to be orphaned before anything is done about it. Default 120 s. */
  readonly holdOffMs: DurationMs;
  /** How long a node is left alone after something was done about it. Default 5 min. Source: facts/field.md, 4.8. */
  readonly cooldownMs: DurationMs;
  /** How long it has to be calm after a storm, at most 30 min: incidents are remembered so long. Default 10 min. */
  readonly stormCooldownMs: DurationMs;
  /** How long an approval is good for. 15 min. Source: facts/field.md, 4.8. */
  readonly approvalMs: DurationMs;
  readonly pauses: readonly Pause[];
  /** When something may be done; always when there are none. */
  readonly maintenanceWindows: readonly TimeWindow[];
  /** Sources of `remediation.approved` events that are believed, exactly as in `source`. */
  readonly approvers: readonly string[];
}

/** What holds where no file says anything: everything is proposed, one node at a time, and nothing is written. */
export const USUAL_POLICY: RemediationPolicy = {
  mode: 'Observe',
  stepModes: {},
  causeModes: {},
  budget: { nodes: 1, percent: 10 },
  holdOffMs: durationMs(120_000),
  cooldownMs: durationMs(300_000),
  stormCooldownMs: durationMs(600_000),
  approvalMs: durationMs(900_000),
  pauses: [],
  maintenanceWindows: [],
  approvers: [],
};
