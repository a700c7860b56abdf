import { handlerPodsByNode, judgeHandler } from '../handler.ts';
import type { Situation } from './situation.ts';

/** As many names as a record keeps. */
const MAX_NODES = 1_000;

/** The nodes, sorted, that have no Ready virt-handler, or one that is leaving. */
export function nodesWithoutHandler({
  facts,
  judgement,
}: Pick<Situation, 'facts' | 'judgement'>): readonly string[] {
  const pods = handlerPodsByNode(facts, judgement.installation.namespace);
  return [...facts.nodes.keys()]
    .filter((name) => judgeHandler(pods.get(name) ?? []).state !== 'Ready')
    .sort()
    .slice(0, MAX_NODES);
}
