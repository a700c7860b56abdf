import type { ExplainedNode } from '../domain/causes/explain-cluster.ts';
import type { ClusterFacts } from '../domain/cluster-facts.ts';
import type { Explanation } from '../domain/explanation.ts';
import type { Installation } from '../domain/installation.ts';
import type { NodeJudgement } from '../domain/judge-cluster.ts';
import type { Mitigation } from '../domain/mitigations/mitigation.ts';
import type { DaemonSetObject } from '../domain/objects.ts';
import type { Problem } from '../domain/problems.ts';
import type { EpochMs } from '../domain/units.ts';
import {
  API_VERSION,
  type OrphanReport,
  type ReportDaemonSet,
  type ReportMitigation,
  type ReportNode,
} from './orphan-report.ts';

/** What a report says about itself: when it was made, what time it is true for, and where it was read. */
export function toMetadata(
  { observedAt }: ClusterFacts,
  now: EpochMs,
  identity: { readonly cluster: string; readonly source: string },
): OrphanReport['metadata'] {
  return {
    generatedAt: new Date(now).toISOString(),
    observedAt: observedAt > 0 ? new Date(observedAt).toISOString() : null,
    ...identity,
  };
}

/** A report whose nodes are made one at a time, as often as they are asked for: a large cluster's never exist at once. */
export interface StreamedReport extends Omit<OrphanReport, 'nodes'> {
  readonly nodes: Iterable<ReportNode>;
}

/** Puts a judgement into the published form. Lists of nodes, VMIs and pods keep the judgement's order. */
export function toReport(
  { daemonSet }: Installation,
  { nodes, mitigationsFor, problems }: Explanation & { readonly problems: readonly Problem[] },
  metadata: OrphanReport['metadata'],
): StreamedReport {
  return {
    apiVersion: API_VERSION,
    kind: 'OrphanReport',
    metadata,
    summary: summarize(nodes),
    daemonSet: daemonSet === undefined ? null : toReportDaemonSet(daemonSet),
    nodes: {
      *[Symbol.iterator]() {
        for (const node of nodes) yield toReportNode(node, mitigationsFor);
      },
    },
    problems: problems.map(({ code, kind, message }) => ({ code, kind, message })),
  };
}

function summarize(nodes: readonly NodeJudgement[]): OrphanReport['summary'] {
  const having = (verdict: NodeJudgement['verdict']) => nodes.filter((node) => node.verdict === verdict);
  const orphaned = having('Orphaned');
  return {
    nodes: nodes.length,
    nodesWithWorkload: nodes.filter(({ vmis, launcherPods }) => vmis.length + launcherPods.length > 0).length,
    orphanedNodes: orphaned.length,
    atRiskNodes: having('AtRisk').length,
    unknownNodes: having('Unknown').length,
    orphanedVMIs: sum(orphaned, ({ vmis }) => vmis.length),
    orphanedLauncherPods: sum(orphaned, ({ launcherPods }) => launcherPods.length),
  };
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  return items.reduce((total, item) => total + value(item), 0);
}

/** Puts one node into the published form. */
export function toReportNode(node: ExplainedNode, mitigationsFor: Explanation['mitigationsFor']): ReportNode {
  const { name, verdict, handler, causes, vmis, launcherPods } = node;
  const pod = handler.pod?.metadata;
  return {
    name,
    verdict,
    handler: {
      state: handler.state,
      pod: pod === undefined ? null : `${pod.namespace}/${pod.name}`,
      reason: handler.reason,
    },
    causes: causes.map((cause) => ({
      ...cause,
      evidence: [...cause.evidence],
      // The table does not show them, and a large cluster's cost time.
      get mitigations() {
        return mitigationsFor(node, cause).map(toReportMitigation);
      },
    })),
    vmis: vmis.map((vmi) => ({ namespace: vmi.namespace, name: vmi.name, uid: vmi.uid, phase: vmi.phase })),
    launcherPods: launcherPods.map((it) => ({
      namespace: it.namespace,
      name: it.name,
      phase: it.phase,
      vmi: it.vmi,
    })),
  };
}

/** Without the write itself, which only a remediation needs. */
function toReportMitigation({ effects, change, inverse, ...mitigation }: Mitigation): ReportMitigation {
  const { handlersGained, handlersLost, restartsEveryHandler } = effects;
  return {
    ...mitigation,
    effects: {
      handlersGained: [...handlersGained],
      handlersLost: [...handlersLost],
      restartsEveryHandler,
    },
  };
}

function toReportDaemonSet({ metadata, status = {} }: DaemonSetObject): ReportDaemonSet {
  const counters = {
    desired: status.desiredNumberScheduled ?? 0,
    current: status.currentNumberScheduled ?? 0,
    ready: status.numberReady ?? 0,
    upToDate: status.updatedNumberScheduled ?? 0,
    available: status.numberAvailable ?? 0,
  };
  const misscheduled = status.numberMisscheduled ?? 0;
  const level = Object.values(counters).every((counter) => counter === counters.desired);
  const current = (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
  const healthy = level && counters.desired > 0 && misscheduled === 0 && current;
  return { namespace: metadata.namespace ?? '', name: metadata.name, ...counters, misscheduled, healthy };
}
