import type { NodeCase } from './case.ts';
import { CAUSE_CODES, type Cause, type CauseCode } from './cause.ts';
import { containerCrash, containerStartFailure, imagePullFailure } from './container-causes.ts';
import { daemonSetStalled, podCreationRejected } from './creation-causes.ts';
import { quote, referTo, seen } from './evidence.ts';
import { daemonSetMissing, kubeVirtNotDeployed } from './installation-causes.ts';
import { heartbeatStale, nodeMissing, nodeNotReady } from './node-causes.ts';
import { nodeAffinityMismatch, nodeSelectorMismatch } from './placement-causes.ts';
import {
  handlerEvicted,
  handlerNotReady,
  handlerStuckTerminating,
  handlerUnschedulable,
} from './pod-causes.ts';
import { handlerRollout } from './rollout-causes.ts';
import type { Rule } from './rule.ts';
import { remediationInProgress, taintNotTolerated } from './taint-causes.ts';

type ProvableCode = Exclude<CauseCode, 'Unknown'>;

const RULES: Readonly<Record<ProvableCode, Rule>> = {
  NodeMissing: nodeMissing,
  NodeNotReady: nodeNotReady,
  KubeVirtNotDeployed: kubeVirtNotDeployed,
  DaemonSetMissing: daemonSetMissing,
  NodeSelectorMismatch: nodeSelectorMismatch,
  NodeAffinityMismatch: nodeAffinityMismatch,
  RemediationInProgress: remediationInProgress,
  TaintNotTolerated: taintNotTolerated,
  PodCreationRejected: podCreationRejected,
  HandlerUnschedulable: handlerUnschedulable,
  ImagePullFailure: imagePullFailure,
  ContainerStartFailure: containerStartFailure,
  ContainerCrash: containerCrash,
  HandlerEvicted: handlerEvicted,
  HandlerStuckTerminating: handlerStuckTerminating,
  HandlerNotReady: handlerNotReady,
  DaemonSetStalled: daemonSetStalled,
  HandlerRollout: handlerRollout,
  HeartbeatStale: heartbeatStale,
};
const PROVABLE = CAUSE_CODES.filter((code): code is ProvableCode => code !== 'Unknown');

/**
 * Why a node that is Orphaned has no handler that manages it, or why one that is AtRisk will not have one: every cause
 * that what was read proves, in the order of CAUSE_CODES, the primary one first; `Unknown` alone when none is proven.
 * Empty for a node with any other verdict. Same case, same answer; never throws.
 *
 * What was not read proves nothing, neither by being there nor by being absent.
 */
export function findCauses(situation: NodeCase): readonly Cause[] {
  const { verdict } = situation.judgement;
  if (verdict !== 'Orphaned' && verdict !== 'AtRisk') return [];
  const causes: Cause[] = [];
  const earlier = new Set<CauseCode>();
  for (const code of PROVABLE) {
    const finding = RULES[code](situation, earlier);
    if (finding === undefined) continue;
    causes.push({ code, ...finding });
    earlier.add(code);
  }
  return causes.length === 0 ? [unknown(situation)] : causes;
}

function unknown(situation: NodeCase): Cause {
  const { name, handler } = situation.judgement;
  const unread = unreadOf(situation);
  const gap = unread.length === 0 ? '' : `; not read: ${unread.join(', ')}`;
  return {
    code: 'Unknown',
    certainty: 'Likely',
    origin: handler.pod === undefined ? 'Node' : 'Pod',
    summary: `Nothing that was read says why ${name} has no virt-handler that manages it: ${quote(handler.reason)}${gap}.`,
    evidence: seenHandler(situation),
  };
}

function unreadOf({ read }: NodeCase): readonly string[] {
  return [
    ...(read.nodes ? [] : ['nodes']),
    ...(read.kubeVirts ? [] : ['KubeVirt resources']),
    ...(read.daemonSets ? [] : ['DaemonSets']),
    ...(read.events ? [] : ['Events']),
  ];
}

function seenHandler({ judgement }: NodeCase): Cause['evidence'] {
  const { name, node, handler } = judgement;
  const { pod } = handler;
  if (pod !== undefined) return [seen(pod, 'status.phase', pod.status?.phase), seen(pod, '', handler.reason)];
  const object = node === undefined ? `Node ${name}` : referTo(node);
  return [
    { object, resourceVersion: node?.metadata.resourceVersion ?? '', field: '', value: handler.reason },
  ];
}
