import { type Observation, observeNode } from '../domain/incidents/observation.ts';
import { elapsedMs } from '../domain/units.ts';
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

  constructor(ports: JudgePorts) {
    this.#ports = ports;
    this.#lanes = new LatestOnly(ports);
  }

  /** Judges one node as it is now. @throws KUBE_ errors, IncidentConflictError, SinkUnavailableError, OverloadedError */
  judge(node: string, traceparent: string | undefined): Promise<NodeJudged> {
    return this.#lanes.run(node, () => uncontested(() => judgeNode(node, this.#ports, traceparent)));
  }
}

/** Reads a node's record, then the node, and settles what it sees. */
async function judgeNode(
  node: string,
  ports: JudgePorts,
  traceparent: string | undefined,
): Promise<NodeJudged> {
  const { clock, metrics, log } = ports;
  const startedAt = clock.now();
  const record = await ports.incidents.get(node);
  const seen = observeNode(await ports.nodes.read(node), node);
  const settled = await settle(record, seen, ports, traceparent);
  metrics.nodeJudged(seen.verdict, elapsedMs(startedAt, clock.now()) / 1_000);
  log.debug({ node, verdict: seen.verdict, changed: settled.changed }, 'node judged');
  return { node, seen, ...settled };
}
