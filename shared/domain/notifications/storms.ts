import { groupBy } from '../collections.ts';
import { type Incident, primaryCause, SEVERITIES } from '../incidents/incident.ts';
import { type DurationMs, durationMs, type EpochMs, elapsedMs, epochMs } from '../units.ts';
import type { Delivery, Storm } from './delivery.ts';
import type { Subject } from './next-intent.ts';

/** When many incidents are told of as one. */
export interface StormPolicy {
  /** From so many nodes on. */
  readonly minNodes: number;
  /** That were opened for one cause within this time. */
  readonly windowMs: DurationMs;
}

/** An incident that a channel was told nothing of yet, and may be. */
export interface Untold {
  readonly node: string;
  readonly incident: Incident;
}

/** A storm that a channel knows, or is being told of. */
export interface KnownStorm {
  readonly leader: string;
  readonly storm: Storm;
}

export interface Grouping {
  /** By node: the node whose delivery tells of it. */
  readonly joins: ReadonlyMap<string, string>;
  /** By leader: storms that begin. Their leader is told of, the others join. */
  readonly storms: ReadonlyMap<string, Storm>;
}

/**
 * Which of the untold incidents are told of together: those that join a storm, and those that make a new one. Incidents
 * that were told of one by one count for its size, and stay what they are.
 *
 * @param open - every open incident, told or not
 */
export function groupStorms(
  untold: readonly Untold[],
  open: readonly Incident[],
  known: readonly KnownStorm[],
  policy: StormPolicy,
): Grouping {
  const joins = new Map<string, string>();
  const storms = new Map<string, Storm>();
  const left = untold.filter(({ node, incident }) => {
    const joined = known.find(({ storm }) => belongs(incident, storm, policy));
    if (joined !== undefined) joins.set(node, joined.leader);
    return joined === undefined;
  });
  for (const [cause, group] of groupBy(left, ({ incident }) => primaryCause(incident))) {
    const sorted = [...group].sort(byOpening);
    const first = sorted[0];
    if (first === undefined) continue;
    const storm = { cause, since: openedAt(first.incident) };
    const inStorm = sorted.filter(({ incident }) => belongs(incident, storm, policy));
    if (inStorm.length < 2 || countOf(open, storm, policy) < policy.minNodes) continue;
    storms.set(first.node, storm);
    for (const { node } of inStorm.slice(1)) joins.set(node, first.node);
  }
  return { joins, storms };
}

/** A storm is told when no further node was opened for so long, */
const QUIET_MS: DurationMs = durationMs(3_000);
/** and not later than this after its first: what one change orphans is opened within seconds. */
const MAX_GROWTH_MS: DurationMs = durationMs(15_000);

/**
 * Whether an incident, of which nothing was told yet, is one of several with one cause that are being opened just now: told at once, most
 * of them would be missing from their message.
 *
 * @param open - every open incident, told or not
 */
export function isGrowing(
  incident: Incident,
  open: readonly Incident[],
  policy: StormPolicy,
  now: EpochMs,
): boolean {
  const storm = { cause: primaryCause(incident), since: openedAt(incident) };
  const times = open.filter((it) => belongs(it, storm, policy)).map(openedAt);
  if (times.length < 2) return false;
  const [first, last] = [epochMs(Math.min(...times)), epochMs(Math.max(...times))];
  return elapsedMs(last, now) < QUIET_MS && elapsedMs(first, now) < MAX_GROWTH_MS;
}

/** Around the first of them: some of the same storm may have been opened a little earlier, and told of. */
function belongs(incident: Incident, { cause, since }: Storm, { windowMs }: StormPolicy): boolean {
  return primaryCause(incident) === cause && Math.abs(openedAt(incident) - since) <= windowMs;
}

function countOf(open: readonly Incident[], storm: Storm, policy: StormPolicy): number {
  return open.filter((incident) => belongs(incident, storm, policy)).length;
}

function openedAt({ openedAt: at, since }: Incident): EpochMs {
  return at ?? since;
}

function byOpening(a: Untold, b: Untold): number {
  return openedAt(a.incident) - openedAt(b.incident) || (a.node < b.node ? -1 : 1);
}

/**
 * What is told of a storm: it is over when all of its incidents are, and changes when one joins, ends or comes back.
 *
 * @param incidents - of all nodes in it; not empty
 */
export function stormSubject(incidents: readonly Incident[]): Subject {
  const over = incidents.filter(({ state }) => state === 'Resolved');
  const worst = Math.max(...incidents.map(({ severity }) => SEVERITIES.indexOf(severity)));
  const ends = over.flatMap(({ resolvedAt }) => (resolvedAt === undefined ? [] : [resolvedAt]));
  return {
    state: over.length === incidents.length ? 'Resolved' : 'Open',
    severity: SEVERITIES[worst] ?? 'warning',
    revision: incidents.length + over.length,
    nodes: incidents.length,
    isDue: true,
    remediation: undefined,
    resolvedAt: ends.reduce<EpochMs | undefined>(
      (last, at) => (last === undefined || at > last ? at : last),
      undefined,
    ),
  };
}

/** The storms that a channel knows: of whatever episode of the node that leads them. */
export function knownStorms(
  records: readonly { readonly node: string; readonly deliveries: readonly Delivery[] }[],
  channel: string,
): readonly (KnownStorm & { readonly delivery: Delivery })[] {
  return records.flatMap(({ node, deliveries }) =>
    deliveries.flatMap((delivery) =>
      delivery.channel === channel && delivery.storm !== undefined
        ? [{ leader: node, storm: delivery.storm, delivery }]
        : [],
    ),
  );
}

/** Records as if who joined a storm that nobody knows (its leader was told of alone after all, or its record is gone) were told nothing yet. */
export function withoutLost<
  Record extends { readonly node: string; readonly deliveries: readonly Delivery[] },
>(records: readonly Record[], channel: string): readonly Record[] {
  const leaders = new Set(knownStorms(records, channel).map(({ leader }) => leader));
  return records.map((record) => ({
    ...record,
    deliveries: record.deliveries.map((it) =>
      it.leader === undefined || leaders.has(it.leader) ? it : { ...it, leader: undefined },
    ),
  }));
}
