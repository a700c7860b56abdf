import type { Incident } from '../../shared/domain/incidents/incident.ts';
import { judgeCluster } from '../../shared/domain/judge-cluster.ts';
import type { ClusterObject, DaemonSetObject, Kind } from '../../shared/domain/objects.ts';
import type { GateInput } from '../../shared/domain/remediation/gates/gate-input.ts';
import { NO_REMEDIATION } from '../../shared/domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import type { IncidentSummary, Situation } from '../../shared/domain/remediation/situation.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { factsOf } from './facts.ts';
import { incident } from './incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from './objects.ts';
import { ago, aPlan, GATE_NOW } from './plans.ts';

export const POLICY: RemediationPolicy = {
  mode: 'Auto',
  stepModes: {},
  causeModes: {},
  budget: { nodes: 2, percent: 50 },
  holdOffMs: durationMs(120_000),
  cooldownMs: durationMs(300_000),
  stormCooldownMs: durationMs(600_000),
  approvalMs: durationMs(900_000),
  pauses: [],
  maintenanceWindows: [],
  approvers: [],
};

/** An incident of a node that is open for ten minutes. */
export function openOf(node: string, parts: Partial<Incident> = {}): Incident {
  return {
    ...incident('Open'),
    node,
    nodeUid: `node-${node}`,
    since: ago(600),
    openedAt: ago(600),
    ...parts,
  };
}

export function summaryOf(
  incident: Incident,
  remediation: Partial<IncidentSummary['remediation']> = {},
): IncidentSummary {
  return { incident, remediation: { ...NO_REMEDIATION, ...remediation } };
}

export const CONDITIONS = [
  { type: 'Available', status: 'True', reason: 'AllComponentsReady' },
  { type: 'Degraded', status: 'False', reason: 'AllComponentsReady' },
];
const KUBEVIRT_STATUS = { phase: 'Deployed', observedGeneration: 7, conditions: CONDITIONS };

export interface ClusterParts {
  readonly node?: Parameters<typeof aNode>[1];
  readonly kubeVirt?: Parameters<typeof aKubeVirt>[0];
  readonly kubeVirtStatus?: object;
  readonly daemonSet?: DaemonSetObject['metadata']['annotations'];
  readonly counters?: NonNullable<Parameters<typeof aDaemonSet>[0]>['status'];
  readonly more?: readonly ClusterObject[];
  readonly unread?: readonly Kind[];
}

/** node02 of four is orphaned: the placement wants zone=a. All else is as it should be. */
export function situationOf(parts: ClusterParts = {}, more: Partial<Situation> = {}): Situation {
  const labels = { 'kubernetes.io/os': 'linux', zone: 'a' };
  const healthy = ['node01', 'node03', 'node04'];
  const facts = factsOf(
    [
      ...healthy.flatMap((name) => [aNode(name, { metadata: { labels } }), aHandler(name)]),
      aNode('node02', parts.node),
      aVmi('web', 'node02'),
      aKubeVirt({
        metadata: { generation: 7, ...parts.kubeVirt?.metadata },
        status: { ...KUBEVIRT_STATUS, ...parts.kubeVirtStatus },
      }),
      aDaemonSet({
        metadata: { annotations: parts.daemonSet ?? { 'kubevirt.io/generation': '7' } },
        template: { nodeSelector: labels },
        ready: 3,
        ...(parts.counters === undefined ? {} : { status: parts.counters }),
      }),
      ...(parts.more ?? []),
    ],
    parts.unread,
  );
  return {
    now: GATE_NOW,
    node: 'node02',
    facts,
    judgement: judgeCluster(facts),
    evidence: undefined,
    incidents: { value: [summaryOf(openOf('node02'))] },
    interlocks: {
      ownLock: { value: undefined },
      nodeLease: { value: undefined },
      maintenances: { value: [] },
      migrations: { value: [] },
      platformUpdate: { value: undefined },
    },
    ...more,
  };
}

/** With these interlocks instead of none. */
export function interlocked(interlocks: Partial<Situation['interlocks']>): Situation {
  const situation = situationOf();
  return { ...situation, interlocks: { ...situation.interlocks, ...interlocks } };
}

/** Everything is open. */
export function gateInput(parts: Partial<GateInput> = {}): GateInput {
  return {
    plan: aPlan(),
    summary: summaryOf(openOf('node02')),
    situation: situationOf(),
    policy: POLICY,
    approval: undefined,
    ownerObjections: [],
    harms: [],
    lockHolder: 'us',
    ...parts,
  };
}
