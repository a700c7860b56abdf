/** Why something is so. */
export interface Reason {
  /** Stable, for programs: a gate's code, or what failed. */
  readonly code: string;
  /** One sentence for people, at most 1,000 characters. */
  readonly message: string;
}
