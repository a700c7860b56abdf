import { type Observation, observeNode } from '../domain/incidents/observation.ts';
import { type EpochMs, elapsedMs, epochMs } from '../domain/units.ts';
import { createGate, MAX_CONCURRENT_READS } from './gate.ts';
import { LatestOnly, type LatestOnlyPorts } from './latest-only.ts';
import type { NodeReader } from './ports.ts';
import { type Settled, type SettlePorts, settle } from './settle.ts';
import { uncontested } from './uncontested.ts';

export interface JudgePorts extends SettlePorts, LatestOnlyPorts {
  readonly nodes: NodeReader;
}

/** One node as it was judged, and what followed. */
export interface NodeJudged extends Settled {
  readonly node: string;
  readonly seen: Observation;
}

/**
 * The one judgement behind every trigger: reads a node's record, then the node, decides, writes, publishes. One for all
 * functions of a process, so that a burst about one node is one judgement in flight plus at most one after it.
 */
export class Judge {
  readonly #ports: JudgePorts;
  readonly #lanes: LatestOnly<NodeJudged>;
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
   * @throws KUBE_ errors, IncidentConflictError, SinkUnavailableError, OverloadedError
   */
  judge(node: string, traceparent: string | undefined, since?: EpochMs): Promise<NodeJudged> {
    const asked = { since: since ?? this.#ports.clock.now(), strict: since !== undefined };
    const before = this.#asked.get(node);
    this.#asked.set(node, before === undefined ? asked : stricter(asked, before));
    return this.#lanes.run(node, () =>
      this.#gate.run(() => {
        const request = this.#asked.get(node) ?? asked;
        this.#asked.delete(node);
        const judged = () => judgeNode(node, { ...this.#ports, ...request }, traceparent);
        return uncontested(judged);
      }),
    );
  }
}

/** What all who wait for one judgement may expect of it. */
interface Asked {
  /** What all nodes share is to be as it was at this time, or later. */
  readonly since: EpochMs;
  readonly strict: boolean;
}

function stricter(a: Asked, b: Asked): Asked {
  return { since: epochMs(Math.max(a.since, b.since)), strict: a.strict || b.strict };
}

/** Reads a node's record, then the node, and settles what it sees. */
async function judgeNode(
  node: string,
  ports: JudgePorts & Asked,
  traceparent: string | undefined,
): Promise<NodeJudged> {
  const { clock, metrics, log, nodes } = ports;
  const startedAt = clock.now();
  const record = await ports.incidents.get(node);
  const facts = await nodes.read(node);
  const first = observeNode(facts, node);
  const seen =
    nodes.refresh === undefined || isTellable(first, ports.strict || record !== undefined)
      ? first
      : observeNode(await nodes.refresh(facts, ports.since), node);
  const settled = await settle(record, seen, ports, traceparent);
  metrics.nodeJudged(seen.verdict, elapsedMs(startedAt, clock.now()) / 1_000);
  log.debug({ node, verdict: seen.verdict, changed: settled.changed }, 'node judged');
  return { node, seen, ...settled };
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
