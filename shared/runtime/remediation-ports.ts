import type { ChangeState, ClusterChange } from '../domain/mitigations/cluster-change.ts';
import type { Hold, Interlocks } from '../domain/remediation/situation.ts';
import type { DurationMs } from '../domain/units.ts';
import type { IncidentRecord } from './ports.ts';

/**
 * `made`: the API server took it; `conflict`: the object is not as it was read, read it again; `gone`: the object, or the node behind its name, is
 * not there any more; `refused`: the API server, or an admission webhook, does not take it.
 */
export type WriteOutcome =
  | { readonly kind: 'made'; readonly generation: number | undefined }
  | { readonly kind: 'conflict' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'refused'; readonly message: string };

/**
 * The only writer of the cluster. Each write is guarded by uid and version as they are read at that moment, and made by
 * the field manager `kubevirt-orphans`. All of it throws the KUBE_ errors.
 */
export interface ClusterWriter {
  /** Reads the object, and says whether the change is in it. A Pod that is deleted or leaving makes its deletion `made`. */
  look(change: ClusterChange): Promise<ChangeState>;
  /** Has the API server try it, without an effect (`dryRun=All`). */
  tryOut(change: ClusterChange): Promise<WriteOutcome>;
  write(change: ClusterChange): Promise<WriteOutcome>;
  /** Has the API server try `revert`, without an effect. */
  tryRevert(change: ClusterChange): Promise<WriteOutcome>;
  /** Takes out what a change put in, as far as it is still there as it was; `made` also when nothing is left of it. A deletion has nothing to take out. */
  revert(change: ClusterChange): Promise<WriteOutcome>;
}

/** One of something at a time, in all processes of a cluster: a coordination.k8s.io Lease. All of it throws the KUBE_ errors. */
export interface LeaseLock {
  /** Takes or keeps it for so long. `undefined`: it is ours now; else who has it. */
  acquire(holder: string, forMs: DurationMs): Promise<Hold | undefined>;
  /** Nothing happens when somebody else has it. */
  release(holder: string): Promise<void>;
}

/** What other operators are doing. Nothing is thrown for what is forbidden or missing: it says so in its place. */
export interface InterlockReader {
  /** @throws KUBE_ errors when the API server does not answer at all */
  read(node: string): Promise<Interlocks>;
}

/** Approves, for a person at the command line, what a record proposes. All of it throws the KUBE_ errors. */
export interface IncidentApprover {
  /**
   * Approves what is proposed for a revision of the record's incident, from now on.
   *
   * @param record - as it was read: that is what is approved
   * @throws IncidentConflictError when it changed since, or is gone: look again at what is approved
   */
  approve(record: Pick<IncidentRecord, 'node' | 'uid' | 'resourceVersion'>, revision: number): Promise<void>;
}
