import type { ClusterFacts } from '../domain/cluster-facts.ts';
import { type Observation, observeNode } from '../domain/incidents/observation.ts';
import { type IncidentPolicy, transition } from '../domain/incidents/transition.ts';
import { durationMs, type EpochMs, elapsedMs, epochMs } from '../domain/units.ts';
import { createGate, MAX_CONCURRENT_READS } from './gate.ts';
import { LatestOnly, type LatestOnlyPorts } from './latest-only.ts';
import type { IncidentRecord, IncidentStore, KnownRecord, NodeReader, SharedIncidents } from './ports.ts';
import { type Settled, type SettlePorts, settle } from './settle.ts';
import { uncontested } from './uncontested.ts';

export interface JudgePorts extends SettlePorts, LatestOnlyPorts {
  readonly nodes: NodeReader;
  /** Shared ones save each judgement the read of its record. */
  readonly incidents: IncidentStore | SharedIncidents;
}

/** One node as it was judged, and what followed. */
export interface NodeJudged extends Settled {
  readonly node: string;
  readonly seen: Observation;
  /** What it was judged by. */
  readonly facts: ClusterFacts;
}

interface JudgedBy extends NodeJudged {
  /** The record that it was compared with, and how old that may have been. */
  readonly by: KnownRecord;
  readonly policy: IncidentPolicy;
}

/** Whether what is seen of a node has lasted longer than the grace period already, by what somebody else knows. */
export type HasLasted = (seen: Observation) => boolean;

/**
 * The one judgement behind every trigger: reads a node's record, then the node, decides, writes, publishes. One for all
 * functions of a process, so that a burst about one node is one judgement in flight plus at most one after it.
 *
 * The record may come from a list that all nodes share and that is up to a second old. Nothing is lost by that:
 *
 * - It is older than what is seen of the node, as a record must be. A write is conditional on it: it is made only if
 *   nobody has written meanwhile, else the judgement begins again with a read of the record of its own.
 * - That there is nothing to do is believed of a list only that began when the judgement was asked for, or later. With
 *   an older one the judgement is compared, once it is there, with the next list: the record of then agrees with what was
 *   seen after the question, so either nobody wrote or whoever did saw the same. If it disagrees, all is read again.
 *
 * So what is to be told is told at once, and only that nothing is to be told may wait up to a second.
 */
export class Judge {
  readonly #ports: JudgePorts;
  readonly #lanes: LatestOnly<JudgedBy>;
  readonly #gate = createGate(MAX_CONCURRENT_READS);
  readonly #asked = new Map<string, Asked>();

  constructor(ports: JudgePorts) {
    this.#ports = ports;
    this.#lanes = new LatestOnly(ports);
  }

  /**
   * Judges one node as it is now.
   *
   * @param since - for an audit, when it began: what it saw is then seen again. Else this moment, and a node that is
   *   managed and of which nothing is known may be judged by what all nodes share as it was up to a second earlier
   * @param hasLasted - asked of an orphan; one of which it is true is an incident at once
   * @throws KUBE_ errors, IncidentConflictError, SinkUnavailableError, OverloadedError
   */
  async judge(
    node: string,
    traceparent: string | undefined,
    since?: EpochMs,
    hasLasted?: HasLasted,
  ): Promise<NodeJudged> {
    const { incidents, clock } = this.#ports;
    const lasted = hasLasted === undefined ? NOBODY : new Set([hasLasted]);
    const asked = { since: since ?? clock.now(), strict: since !== undefined, lasted };
    const judged = await this.#judge(node, { ...asked, isShared: true }, traceparent);
    // Outside of the lane: what happens to the node meanwhile does not wait for it.
    if (judged.changed || judged.by.asOf >= asked.since || !('recordOf' in incidents)) return judged;
    const record = await incidents.recordOf(node, asked.since);
    if (isSettled(judged, record, clock.now())) return judged;
    return this.#judge(node, { ...asked, isShared: false }, traceparent);
  }

  #judge(node: string, asked: Asked, traceparent: string | undefined): Promise<JudgedBy> {
    const before = this.#asked.get(node);
    this.#asked.set(node, before === undefined ? asked : joined(asked, before));
    return this.#lanes.run(node, () =>
      this.#gate.run(() => {
        const request = this.#asked.get(node) ?? asked;
        this.#asked.delete(node);
        const ports = { ...this.#ports, ...request };
        return uncontested((attempt) =>
          judgeNode(node, { ...ports, isShared: request.isShared && attempt === 1 }, traceparent),
        );
      }),
    );
  }
}

/** What all who wait for one judgement may expect of it. */
interface Asked {
  /** What all nodes share is to be as it was at this time, or later. */
  readonly since: EpochMs;
  readonly strict: boolean;
  readonly lasted: ReadonlySet<HasLasted>;
  /** Whether the record may be from the list that all nodes share. */
  readonly isShared: boolean;
}

function joined(a: Asked, b: Asked): Asked {
  return {
    since: epochMs(Math.max(a.since, b.since)),
    strict: a.strict || b.strict,
    isShared: a.isShared && b.isShared,
    lasted: b.lasted.size === 0 ? a.lasted : new Set([...a.lasted, ...b.lasted]),
  };
}

const NOBODY: ReadonlySet<HasLasted> = new Set();
const NO_GRACE = { graceMs: durationMs(0) };

/** Reads a node's record, then the node, and settles what it sees. */
async function judgeNode(
  node: string,
  ports: JudgePorts & Asked,
  traceparent: string | undefined,
): Promise<JudgedBy> {
  const { clock, metrics, log, nodes } = ports;
  const startedAt = clock.now();
  const by = await recordFor(node, ports);
  const { record } = by;
  // Its turn may come later than it was asked, and see what has happened since: what all nodes share is to be as new as that.
  const since = ports.strict ? ports.since : epochMs(Math.max(ports.since, clock.now()));
  const strict = ports.strict || record !== undefined;
  const { facts, seen } = await look(node, nodes, { since, strict });
  const isOverdue = seen.verdict === 'Orphaned' && [...ports.lasted].some((hasLasted) => hasLasted(seen));
  const policy = isOverdue ? NO_GRACE : ports.policy;
  const settled = await settle(record, seen, { ...ports, policy }, traceparent);
  metrics.nodeJudged(seen.verdict, elapsedMs(startedAt, clock.now()) / 1_000);
  log.debug({ node, verdict: seen.verdict, changed: settled.changed }, 'node judged');
  return { node, seen, facts, by, policy, ...settled };
}

async function recordFor(
  node: string,
  { incidents, clock, isShared }: JudgePorts & Asked,
): Promise<KnownRecord> {
  if (isShared && 'recent' in incidents) return incidents.recent(node);
  const asOf = clock.now();
  return { record: await incidents.get(node), asOf };
}

/** Whether nothing has to be done by a newer record either. With a record, other things are asked than without. */
function isSettled({ by, seen, policy }: JudgedBy, newer: IncidentRecord | undefined, now: EpochMs): boolean {
  const isAsked = (by.record === undefined) === (newer === undefined);
  return isAsked && transition(newer?.incident, seen, policy, now).kind === 'none';
}

/** Reads a node, and what all nodes share once more where what is seen rests on it. */
async function look(
  node: string,
  nodes: NodeReader,
  { since, strict }: Pick<Asked, 'since' | 'strict'>,
): Promise<Pick<NodeJudged, 'facts' | 'seen'>> {
  const facts = await nodes.read(node);
  const seen = observeNode(facts, node);
  if (nodes.refresh === undefined || isTellable(seen, strict)) return { facts, seen };
  const newer = await nodes.refresh(facts, since);
  return { facts: newer, seen: observeNode(newer, node) };
}

/**
 * Whether something can be said by what all nodes share as it was up to a second ago. A definite cause is told at once;
 * but a DaemonSet that was changed or deleted in this very second looks as if the handler came back any moment, and
 * nothing would ask again.
 */
function isTellable({ verdict, causes }: Observation, strict: boolean): boolean {
  if (verdict === 'Orphaned' || verdict === 'AtRisk')
    return causes.some(({ certainty }) => certainty === 'Definite');
  return verdict !== 'Managed' || !strict;
}
