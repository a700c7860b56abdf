import type { Hold } from '../domain/remediation/situation.ts';
import { type DurationMs, type EpochMs, epochMs, parseTimestamp } from '../domain/units.ts';
import { microTime } from './object-event.ts';

/** A coordination.k8s.io/v1 Lease, as much of it as is used. */
export interface Lease {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string };
  readonly spec?: {
    readonly holderIdentity?: string | null;
    readonly acquireTime?: string | null;
    readonly renewTime?: string | null;
    readonly leaseDurationSeconds?: number | null;
    readonly leaseTransitions?: number | null;
  };
}

/** The lease by which only one remediation is under way; in the namespace of the records. */
export const OWN_LEASE = 'kubevirt-orphans-remediation';
/** The lease by which one of several processes with all functions leads; in the same namespace. */
export const LEADER_LEASE = 'kubevirt-orphans-leader';

export function leasesPath(namespace: string): string {
  return `/apis/coordination.k8s.io/v1/namespaces/${encodeURIComponent(namespace)}/leases`;
}

/**
 * Who holds a lease now; `undefined` when nobody does, or when it has expired by our clock. One that says no end has none: so a
 * person can keep everybody out by hand.
 */
export function holdOf({ spec }: Pick<Lease, 'spec'>, now: EpochMs): Hold | undefined {
  const { holderIdentity: holder, renewTime, leaseDurationSeconds } = spec ?? {};
  if (typeof holder !== 'string' || holder === '') return undefined;
  const since = parseTimestamp(renewTime ?? undefined);
  if (since === undefined || typeof leaseDurationSeconds !== 'number') return { holder, until: undefined };
  const until = epochMs(since + leaseDurationSeconds * 1_000);
  return until <= now ? undefined : { holder, until };
}

/** What a holder writes; the time since which it holds it goes on. */
export function heldSpec(
  { spec }: Pick<Lease, 'spec'>,
  holder: string,
  { now, forMs }: { readonly now: EpochMs; readonly forMs: DurationMs },
): Lease['spec'] {
  const isSame = spec?.holderIdentity === holder;
  const transitions = spec?.leaseTransitions ?? 0;
  return {
    holderIdentity: holder,
    acquireTime: (isSame ? spec?.acquireTime : undefined) ?? microTime(now),
    renewTime: microTime(now),
    leaseDurationSeconds: Math.max(1, Math.ceil(forMs / 1_000)),
    leaseTransitions: isSame ? transitions : transitions + 1,
  };
}
