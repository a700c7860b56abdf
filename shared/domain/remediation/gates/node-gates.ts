import { matchesGlob } from '../../glob.ts';
import type { NodeJudgement } from '../../judge-cluster.ts';
import { describeDuration, describeTime } from '../../notifications/wording.ts';
import { elapsedMs } from '../../units.ts';
import type { Situation } from '../situation.ts';
import { type Answer, cannotBeTold, closed, open, unless } from './gate-answer.ts';
import type { GateInput, Write } from './gate-input.ts';

/** As the medik8s operators have it: only `true` opts out. Source: facts/field.md, 4.1. */
const MEDIK8S_OPT_OUT = 'remediation.medik8s.io/exclude-from-remediation';
const OPT_OUT = 'kubevirt-orphans.dev/remediation';

/** Whether the node is orphaned as it is read now, and is the one that the plan and the incident are about. */
export function stillOrphaned({ plan, summary: { incident }, situation }: GateInput): Answer {
  const { node: name } = plan;
  const judged = judgementOf(situation, name);
  if (judged?.node === undefined) return nodeNotThere(situation, name);
  const uid = judged.node.metadata.uid || 'not told';
  const isAnother = uid !== plan.nodeUid || (incident.nodeUid !== '' && incident.nodeUid !== uid);
  if (isAnother)
    return closed(`${name} is another node now: its uid is ${uid}, and the plan is for ${plan.nodeUid}.`);
  if (incident.state !== 'Open') return closed(`The incident of ${name} is ${incident.state}, and not Open.`);
  const { reason } = judged.handler;
  switch (judged.verdict) {
    case 'Orphaned':
      return open(`${name} is orphaned: ${reason}.`);
    case 'Unknown':
      return cannotBeTold(`Whether ${name} is orphaned`, reason || 'its workload was not read');
    case 'AtRisk':
    case 'Managed':
    case 'NoWorkload':
      return closed(`${name} is not orphaned now: its verdict is ${judged.verdict}.`);
  }
}

/** Whether it has been for the hold-off: what passes by itself is left alone. */
export function oldEnough({ plan, summary: { incident }, situation, policy }: GateInput): Answer {
  if (incident.state !== 'Open') return closed(`There is no open incident of ${plan.node}.`);
  const age = elapsedMs(incident.since, situation.now);
  const seen = `${plan.node} has been orphaned for ${describeDuration(age)}`;
  const wanted = describeDuration(policy.holdOffMs);
  return age >= policy.holdOffMs
    ? open(`${seen}; the hold-off is ${wanted}.`)
    : closed(`${seen}; nothing is done before ${wanted}.`);
}

/** Whether no pause of the policy names the node. */
export function notPaused({ node, policy }: Write): Answer {
  const holding = policy.pauses.filter(({ nodes }) => matchesGlob(nodes, node));
  return unless(
    holding.map(({ reason, nodes }) => `${reason} (${nodes})`),
    `Remediation of ${node} is paused`,
    `No pause holds for ${node}.`,
  );
}

/** Whether nobody has labelled the node to be left alone. */
export function notOptedOut({ node: name, situation }: Write): Answer {
  const node = judgementOf(situation, name)?.node;
  if (node === undefined) return nodeNotThere(situation, name);
  const labels = node.metadata.labels ?? {};
  const own = labels[OPT_OUT];
  const medik8s = labels[MEDIK8S_OPT_OUT];
  if (medik8s === 'true') return closed(`${name} has the label ${MEDIK8S_OPT_OUT}=true.`);
  // What was meant by another value is not known: it is no yes.
  if (own !== undefined && own !== 'enabled') return closed(`${name} has the label ${OPT_OUT}=${own}.`);
  return medik8s === undefined
    ? open(`No label opts ${name} out.`)
    : open(
        `${name} is not opted out: ${MEDIK8S_OPT_OUT} is ${medik8s === '' ? 'empty' : medik8s}, and only true opts out.`,
      );
}

export function judgementOf({ judgement }: Situation, name: string): NodeJudgement | undefined {
  return judgement.nodes.find((it) => it.name === name);
}

function nodeNotThere({ facts, now }: Situation, name: string): Answer {
  const problem = facts.unread.get('Node');
  return problem === undefined
    ? closed(`There is no node ${name} at ${describeTime(now)}.`)
    : cannotBeTold(`How ${name} is`, problem.message);
}
