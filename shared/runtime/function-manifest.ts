import type { DurationMs } from '../domain/units.ts';

/** One rule of a ClusterRole, as RBAC writes it. */
export interface Permission {
  readonly apiGroup: string;
  readonly resource: string;
  readonly verbs: readonly ('get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete')[];
}

/** Which events reach a function: a type, and values of attributes where the type alone is not enough. */
export interface Subscription {
  readonly type: string;
  /** Exact values of context attributes, such as `{ kind: 'Pod' }`. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What a function is, as data: its README, its permissions and its limits are held to this by tests. */
export interface FunctionManifest {
  /** The folder's name. */
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  /** The events it is triggered by. */
  readonly consumes: readonly Subscription[];
  /**
   * Whether an event may be handed to it while others are with it, whatever they are about: events only tell it to look. Else those
   * about one node come one after the other, where whoever delivers them can do that.
   */
  readonly inAnyOrder?: true;
  /** The types of the events it publishes. */
  readonly emits: readonly string[];
  /** All that it may do in the cluster. */
  readonly permissions: readonly Permission[];
  /** Whether it reads files that people provide, secrets among them: into its container they are mounted, and into no other. */
  readonly readsFiles?: true;
  /** Longest time for one API call, in milliseconds. */
  readonly requestTimeoutMs: DurationMs;
}
