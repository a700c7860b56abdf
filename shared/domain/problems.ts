import type { EvidenceKind } from './evidence-objects.ts';
import type { Kind } from './objects.ts';

/**
 * Why something is not known. `Forbidden`: RBAC; `NotInDump`: the dump has no object of the kind; the rest: see
 * `judge-cluster.ts` and `odd-objects.ts`.
 */
export const PROBLEM_CODES = [
  'Forbidden',
  'NotInDump',
  'NoKubeVirt',
  'SeveralKubeVirts',
  'SeveralDaemonSets',
  'HeartbeatUnreadable',
  'InvalidObject',
] as const;
export type ProblemCode = (typeof PROBLEM_CODES)[number];

/** Something that could not be read or told, and what it costs. */
export interface Problem {
  readonly code: ProblemCode;
  /** The kind it is about. */
  readonly kind: Kind | EvidenceKind;
  /** One sentence: what is missing, what follows, what to do. */
  readonly message: string;
}
