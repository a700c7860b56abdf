import { type Clock, type DurationMs, type EpochMs, elapsedMs } from '../domain/units.ts';
import type { IncidentRecord, KnownRecord } from '../runtime/ports.ts';

/** What this process has read and written itself of single records, for as long as a shared list may be older. */
export interface OwnRecords {
  /** Does one call about a node's record, and keeps what it tells. */
  keep<R extends IncidentRecord | undefined>(
    node: string,
    verb: 'read' | 'write',
    call: () => Promise<R>,
  ): Promise<R>;
  /** What is newer than a list that began at that time, or may be. */
  newerThan(began: EpochMs, node: string): KnownRecord | undefined;
}

interface Kept extends KnownRecord {
  /** A list that began later has seen it. A read says how it was when it began, a write how it is when it ends. */
  readonly seenBy: EpochMs;
}

/** @param keptForMs - how long a list is used at most, from when it began */
export function createOwnRecords(clock: Clock, keptForMs: DurationMs): OwnRecords {
  // In the order in which they were kept: the oldest first.
  const kept = new Map<string, Kept>();

  function forgetOld(now: EpochMs): void {
    for (const [node, { seenBy }] of kept) {
      if (seenBy <= now && elapsedMs(seenBy, now) <= keptForMs) return;
      kept.delete(node);
    }
  }

  return {
    async keep(node, verb, call) {
      const asOf = clock.now();
      const record = await call();
      const now = clock.now();
      forgetOld(now);
      kept.delete(node);
      kept.set(node, { record, asOf, seenBy: verb === 'read' ? asOf : now });
      return record;
    },
    newerThan(began, node) {
      const own = kept.get(node);
      return own !== undefined && own.seenBy >= began ? own : undefined;
    },
  };
}
