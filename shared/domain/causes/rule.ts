import type { NodeCase } from './case.ts';
import type { Cause, CauseCode } from './cause.ts';

/** A proven cause; its code is that of the rule that proved it. */
export type Finding = Omit<Cause, 'code'>;

/**
 * Proves one cause for a node that is Orphaned or AtRisk, or answers `undefined`.
 *
 * `earlier` holds the codes already proven, in the order of CAUSE_CODES, for rules that say "nothing more telling".
 * Such a rule may only be silenced by what is there, never need it: then taking evidence away hides nothing else.
 */
export type Rule = (situation: NodeCase, earlier: ReadonlySet<CauseCode>) => Finding | undefined;
