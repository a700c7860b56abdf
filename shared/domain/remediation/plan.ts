import type { CauseCode } from '../causes/cause.ts';
import type { ClusterChange } from '../mitigations/cluster-change.ts';
import type {
  MitigationCode,
  MitigationEffects,
  MitigationOwner,
  MitigationRisk,
} from '../mitigations/mitigation.ts';
import type { DurationMs } from '../units.ts';

/** The steps that a program may make; whatever else helps is proposed to people. Source: design, section 9. */
export const AUTOMATED_STEPS = [
  'LabelNode',
  'AddPlacementToleration',
  'ExtendPlacementAffinity',
  'ExtendPlacement',
  'RestartHandlerPod',
] as const satisfies readonly MitigationCode[];
export type AutomatedStep = (typeof AUTOMATED_STEPS)[number];

/** One step of a plan: all that a program needs to make it, and a person to make it by hand. */
export interface PlanStep {
  readonly code: MitigationCode;
  /** What is done, for people. */
  readonly summary: string;
  /** One line for a POSIX shell that does it. */
  readonly command: string;
  readonly risk: MitigationRisk;
  readonly owner: MitigationOwner;
  readonly effects: MitigationEffects;
  /** The write; `undefined` when only people can make the step. */
  readonly change: ClusterChange | undefined;
  /** The command that takes it back, as far as it can be told before; empty when nothing has to be taken back. */
  readonly inverse: string;
  /** How success is seen, one sentence. */
  readonly success: string;
  /** How long success may take after the write. */
  readonly timeoutMs: DurationMs;
}

/** What would bring virt-handler back to a node: steps in their order, at least one. */
export interface Plan {
  /**
   * The same for the same steps on the same objects, whatever their resourceVersions are: 16 hexadecimal digits. So a plan that was
   * approved is known again when it is made anew.
   */
  readonly id: string;
  readonly node: string;
  /** Empty when the node does not exist. */
  readonly nodeUid: string;
  /** What it is against. */
  readonly cause: CauseCode;
  readonly steps: readonly PlanStep[];
}

/** Whether a program could carry out all of it: steps that it may make, and that it can take back. */
export function isAutomated({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.length > 0 && steps.every(isAutomatedStep);
}

/** Whether a program may make a step: the write is told exactly, and can be taken back where there is something to take back. */
export function isAutomatedStep({ code, change }: Pick<PlanStep, 'code' | 'change'>): boolean {
  if (change === undefined || !(AUTOMATED_STEPS as readonly string[]).includes(code)) return false;
  return change.action === 'delete' || change.additions !== undefined;
}

/** Whether it changes where virt-handler may run: then every virt-handler of the cluster restarts. */
export function changesPlacement({ steps }: Pick<Plan, 'steps'>): boolean {
  return steps.some(({ effects }) => effects.restartsEveryHandler);
}
