import { conditionOf, quote, quoteReason } from '../causes/evidence.ts';
import { readHeartbeat } from '../heartbeat.ts';
import { isCommandName, shellCommand } from '../mitigations/shell.ts';
import type { NodeObject } from '../objects.ts';
import { describeTaint } from '../placement/taints.ts';
import type { EpochMs } from '../units.ts';
import {
  couldNotLook,
  placementVerdict,
  type RunbookCase,
  type StepFinding,
  seenObject,
  verdictIf,
} from './step.ts';
import { oneLine } from './workload-steps.ts';

/** Step 5: whether the node is there and ready, what taints it has, and when virt-handler last reported to it. */
export function nodeState(situation: RunbookCase): StepFinding {
  const { facts, node: judged } = situation;
  const command = isCommandName(judged.name)
    ? shellCommand('kubectl', 'describe', `node/${judged.name}`)
    : shellCommand('kubectl', 'get', 'nodes');
  const { node } = judged;
  if (node === undefined) return missing(situation, command);
  const isReady = conditionOf(node, 'Ready')?.status === 'True';
  const isKeptOut = placementVerdict(situation)?.obstacles.some(({ kind }) => kind === 'Taint') === true;
  const isStale = readHeartbeat(node, facts.observedAt).kind === 'stale';
  const texts = [readyText(node), taintText(node), heartbeatText(node, facts.observedAt), labelText(node)];
  return {
    command,
    objects: [seenObject(node)],
    observed: oneLine(`${texts.filter((text) => text !== '').join('; ')}.`),
    verdict: verdictIf(!isReady || isKeptOut || isStale, situation),
  };
}

function missing(situation: RunbookCase, command: string): StepFinding {
  const unread = situation.facts.unread.get('Node');
  if (unread !== undefined) return couldNotLook(command, unread);
  const observed = `There is no node ${situation.node.name}, although something claims to run on it.`;
  return { command, objects: [], observed: oneLine(observed), verdict: verdictIf(true, situation) };
}

function readyText(node: NodeObject): string {
  const ready = conditionOf(node, 'Ready');
  if (ready === undefined) return 'It has no Ready condition';
  const why = ready.status === 'True' ? '' : quoteReason(ready.reason, ready.message);
  const since = ready.lastTransitionTime === undefined ? '' : ` since ${ready.lastTransitionTime}`;
  return `Ready=${ready.status}${since}${why === '' ? '' : ` (${why})`}`;
}

function taintText({ spec }: NodeObject): string {
  const taints = (spec?.taints ?? []).map(describeTaint);
  const cordoned = spec?.unschedulable === true ? '; cordoned, which does not keep virt-handler away' : '';
  return `${taints.length === 0 ? 'no taints' : `taints ${taints.join(', ')}`}${cordoned}`;
}

function heartbeatText(node: NodeObject, now: EpochMs): string {
  const heartbeat = readHeartbeat(node, now);
  switch (heartbeat.kind) {
    case 'missing':
      return 'virt-handler has never reported to it';
    case 'unreadable':
      return `its heartbeat is no time: ${quote(JSON.stringify(heartbeat.text))}`;
    case 'stale':
      return `virt-handler last reported at ${heartbeat.at}, more than 5 min ago`;
    case 'fresh':
      return `virt-handler reported at ${heartbeat.at}`;
  }
}

function labelText({ metadata }: NodeObject): string {
  const schedulable = metadata.labels?.['kubevirt.io/schedulable'];
  return schedulable === undefined
    ? 'no label kubevirt.io/schedulable'
    : `kubevirt.io/schedulable=${schedulable}`;
}
