import { heartbeatText } from '../heartbeat.ts';
import { installedKubeVirt } from '../installation.ts';
import type { NodeJudgement } from '../judge-cluster.ts';
import type { PodObject } from '../objects.ts';
import { type DurationMs, durationMs, type EpochMs, elapsedMs, parseTimestamp } from '../units.ts';
import { nodesWithoutHandler } from './nodes-without-handler.ts';
import { changesPlacement } from './plan.ts';
import type { Reason } from './reason.ts';
import type { Run } from './remediation.ts';
import { placementFailure, rolloutMissing } from './rollout-success.ts';
import { type Situation, unreadOf } from './situation.ts';

/** How far a run that has written all its steps is. */
export interface SuccessSigns {
  /** What is not there yet, in phrases; empty: it is a success. */
  readonly missing: readonly string[];
  /** A sign that it will not become one. */
  readonly failure: Reason | undefined;
}

/**
 * For how long success of a placement has to hold: two loops of virt-operator, whose "Available" was seen to be false for up
 * to 5.2 s in the middle of a roll-out (facts/operator-rollout.md, surprise 1).
 */
export const HOLD_MS: DurationMs = durationMs(12_000);

/** What the cluster says about a run in `Verifying`; what cannot be read is neither success nor failure, however long. Pure. */
export function successSigns(run: Run, situation: Situation): SuccessSigns {
  const unread = unreadOf(situation);
  if (unread.length > 0) return { missing: unread, failure: undefined };
  const judged = situation.judgement.nodes.find(({ name }) => name === situation.node);
  if (judged?.node === undefined || !isSameNode(run, judged)) return failed(NODE_REPLACED);
  const missing = [
    ...handlerMissing(run, judged),
    ...(changesPlacement(run.plan)
      ? [...rolloutMissing(installationOf(situation)), ...lostBy(run, situation)]
      : []),
  ];
  return { missing, failure: failureOf(run, situation, missing) };
}

const NODE_REPLACED: Reason = {
  code: 'NodeReplaced',
  message: 'The node was removed, or made anew under its name, while its remediation was under way.',
};

function failed(failure: Reason): SuccessSigns {
  return { missing: [failure.message], failure };
}

function isSameNode({ plan }: Run, { node }: NodeJudgement): boolean {
  return plan.nodeUid === '' || node?.metadata.uid === plan.nodeUid;
}

/** The node's own handler: a new one where a pod was deleted, Ready, and heard of since it is there. */
function handlerMissing({ plan }: Run, { name, node, handler }: NodeJudgement): readonly string[] {
  const { pod, state } = handler;
  const isOld = plan.steps.some(
    ({ change }) => change?.action === 'delete' && change.target.uid === pod?.metadata.uid,
  );
  if (isOld) return [`the old virt-handler pod ${pod?.metadata.name} is still there`];
  if (state !== 'Ready') return [`virt-handler on ${name} is ${state}`];
  const missing: string[] = [];
  if (node?.metadata.labels?.['kubevirt.io/schedulable'] !== 'true')
    missing.push('the node is not labelled kubevirt.io/schedulable=true');
  const heartbeat = node === undefined ? undefined : parseTimestamp(heartbeatText(node));
  if (heartbeat === undefined || heartbeat < startOf(pod))
    missing.push('virt-handler has not sent a heartbeat since it started');
  return missing;
}

function startOf(pod: PodObject | undefined): number {
  return parseTimestamp(pod?.metadata.creationTimestamp) ?? Number.NEGATIVE_INFINITY;
}

/** Nodes that had a Ready handler when the run started, may have one, and have none. */
function lostBy(run: Run, situation: Situation): readonly string[] {
  const before = new Set(run.withoutHandler);
  const lost = nodesWithoutHandler(situation).filter((name) => !before.has(name) && name !== situation.node);
  return lost.length === 0 ? [] : [`without virt-handler since: ${lost.slice(0, 10).join(', ')}`];
}

function installationOf({ facts, judgement: { installation } }: Situation) {
  const { namespace, daemonSet } = installation;
  return { kubeVirt: installedKubeVirt(facts, namespace), daemonSet, facts };
}

function failureOf(run: Run, situation: Situation, missing: readonly string[]): Reason | undefined {
  if (missing.length === 0) return undefined;
  const writtenAt = lastWrite(run);
  if (changesPlacement(run.plan)) {
    const failure = placementFailure(installationOf(situation), writtenAt, situation.now);
    if (failure !== undefined) return failure;
  }
  const timeoutMs = Math.max(...run.plan.steps.map((step) => step.timeoutMs));
  if (elapsedMs(writtenAt, situation.now) < timeoutMs) return undefined;
  const message = `Not done within ${Math.round(timeoutMs / 1_000)} s: ${missing.join('; ')}.`;
  return { code: 'TimedOut', message: message.slice(0, 1_000) };
}

function lastWrite({ written, since }: Run): EpochMs {
  return written.at(-1)?.at ?? since;
}
