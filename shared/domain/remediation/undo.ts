import type { ChangeState, ClusterChange } from '../mitigations/cluster-change.ts';
import { pointer } from '../mitigations/json-patch.ts';
import { mitigationContexts } from '../mitigations/mitigation-context.ts';
import type { Gate } from './gate.ts';
import { undoGates } from './gates.ts';
import { changeKey, forgetting } from './history.ts';
import { objectionsToChanges } from './owner-objections.ts';
import type { KeptChange, Remediation } from './remediation.ts';
import type { RemediationPolicy } from './remediation-policy.ts';
import { revertHarms } from './revert-harms.ts';
import type { Situation } from './situation.ts';

/** What is remembered of a node, newest first: the order in which it is taken back. */
export interface RememberedChange {
  readonly kept: KeptChange;
  /** What it put where, for people. */
  readonly summary: string;
  /** The code of its step; empty when it is not known any more. */
  readonly step: string;
  readonly state: ChangeState;
}

/** What there would be to take back. */
export function rememberedChanges(
  { changes, attempts }: Remediation,
  states: ReadonlyMap<string, ChangeState>,
): readonly RememberedChange[] {
  return changes.toReversed().map((kept) => ({
    kept,
    summary: describeChange(kept.change),
    step: attempts.find(({ number }) => number === kept.run)?.steps.split('+')[kept.step] ?? '',
    state: states.get(changeKey(kept.run, kept.step)) ?? 'absent',
  }));
}

/** Whether anything of a change is in the cluster. */
export function isThere({ state }: Pick<RememberedChange, 'state'>): boolean {
  return state === 'made' || state === 'partly';
}

/** All that taking changes back is judged by. */
export interface UndoLook {
  readonly changes: readonly KeptChange[];
  readonly situation: Situation;
  readonly policy: RemediationPolicy;
  readonly lockHolder: string;
}

/** The gates before changes of one node are taken back, all of them at once. Pure: same look, same answer. */
export function judgeUndo({ changes, situation, policy, lockHolder }: UndoLook): readonly Gate[] {
  const { node, facts, judgement, evidence } = situation;
  const judged = judgement.nodes.find(({ name }) => name === node);
  const context = judged && mitigationContexts(facts, judgement, evidence)(judged);
  const writes = changes.map(({ change }) => change);
  return undoGates({
    node,
    changes,
    situation,
    policy,
    lockHolder,
    ownerObjections: context === undefined ? [UNREAD] : objectionsToChanges(writes, context),
    harms: context === undefined ? [UNREAD] : revertHarms(writes, context),
  });
}

const UNREAD = 'The node was not read, or is not there.';

/** The memory without a change that is not in the cluster any more; a run of which nothing is left is taken back as a whole. */
export function withoutChange(remediation: Remediation, { run, step }: KeptChange): Remediation {
  const left = forgetting(remediation, run, step);
  if (left.changes.some((it) => it.run === run)) return left;
  const attempts = left.attempts.map((it) => (it.number === run ? { ...it, isReverted: true } : it));
  return { ...left, attempts };
}

/** Such as `Node node02: /metadata/labels/zone = "a"`. */
export function describeChange(change: ClusterChange): string {
  const { kind, namespace, name } = change.target;
  const object = `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
  if (change.action === 'delete') return `${object}: deleted`;
  const additions = change.additions ?? [];
  const parts = additions.map(
    ({ path, kind: how, value }) =>
      `${pointer(path)} ${how === 'item' ? 'has' : '='} ${JSON.stringify(value)}`,
  );
  return `${object}: ${parts.join(', ')}`;
}
