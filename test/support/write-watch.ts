import type { KubeObject } from '../../infra/local/simulation/api/kube-object.ts';
import { KUBEVIRT_TYPES, TYPES } from '../../infra/local/simulation/api/resource-type.ts';
import type { SimulatedApi, Target } from '../../infra/local/simulation/api/simulated-api.ts';
import { INSTALL_NAMESPACE } from '../../infra/local/simulation/cluster/virt-objects.ts';
import { isConditionTrue } from '../../infra/local/simulation/controllers/views.ts';
import { operationsToRemove } from '../../shared/domain/mitigations/additions.ts';
import type { ClusterChange } from '../../shared/domain/mitigations/cluster-change.ts';
import { type PatchOperation, patched } from '../../shared/domain/mitigations/json-patch.ts';
import type { NodeObject } from '../../shared/domain/objects.ts';
import { judgePlacement } from '../../shared/domain/placement/daemonset-placement.ts';
import { injectPlacement } from '../../shared/domain/placement/placement-injection.ts';
import type { NodePlacement, PodPlacement } from '../../shared/domain/placement-objects.ts';
import { modeOf } from '../../shared/domain/remediation/modes.ts';
import type { Approval, Run } from '../../shared/domain/remediation/remediation.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import { isSameJson } from '../../shared/domain/same-json.ts';
import type { ApiRequest } from '../../shared/kubernetes/api-session.ts';
import type { KnownRecord } from '../../shared/runtime/carry-out.ts';
import type { OnCall } from './simulated-client.ts';
import { budgetNow, closedNow, situationNow, storedRecords } from './simulated-situation.ts';

const TYPE_OF = { Node: TYPES.node, Pod: TYPES.pod, KubeVirt: KUBEVIRT_TYPES.kubeVirt } as const;
const PATHS: readonly (readonly [keyof typeof TYPE_OF, RegExp])[] = [
  ['Node', /^\/api\/v1\/nodes\/([^/?]+)/],
  ['Pod', /^\/api\/v1\/namespaces\/[^/]+\/pods\/([^/?]+)/],
  ['KubeVirt', /^\/apis\/kubevirt\.io\/v1\/namespaces\/[^/]+\/kubevirts\/([^/?]+)/],
];

/** What a watch is told of the test's own doing. */
export interface Known {
  readonly api: SimulatedApi;
  policy: RemediationPolicy;
  /** Those that a person has given, and that were good then. */
  readonly approvals: readonly Pick<Approval, 'revision' | 'planId'>[];
}

/**
 * Stands at the API server and looks at every write of ours to the cluster, at the moment in which it takes effect: who wrote it, whether it was
 * allowed then, whether what takes it back is stored already, and whom it takes virt-handler from.
 */
export class WriteWatch {
  /** What was written, with effect: `label zone=a of Node node02`, so to say. */
  readonly writes: string[] = [];
  /** What should never be. */
  readonly broken: string[] = [];
  known: Known | undefined;

  readonly onCall: OnCall = (request, answer) => {
    const target = this.known && targetOf(request);
    if (this.known === undefined || target === undefined) return answer();
    const { api } = this.known;
    const before = api.find(target);
    const lost = handlersOf(api);
    const problems = this.#problems(request, target, this.known);
    const spared = unreadyNode(ownerOf(request, target, api), api);
    const answered = answer();
    const after = api.find(target);
    if (before === after) return answered;
    this.writes.push(inWords(request, target));
    const runless = handlersOf(api);
    const losers = lost.filter((name) => !runless.includes(name) && name !== spared);
    this.broken.push(
      ...problems,
      ...inverseProblems(request, { before, after, record: ownerOf(request, target, api) }),
      ...losers.map((name) => `${name} loses its virt-handler by ${inWords(request, target)}`),
    );
    return answered;
  };

  #problems(request: ApiRequest, target: Target, known: Known): readonly string[] {
    const { api, policy } = known;
    const record = ownerOf(request, target, api);
    if (record === undefined) return [`no run says that it writes ${inWords(request, target)}`];
    const { run } = record.remediation;
    if (run === undefined || run.phase !== 'Writing') return [];
    const situation = situationNow(api, record.node);
    const busy = storedRecords(api).filter(({ remediation }) => isBusy(remediation.run));
    return [
      ...closedNow(record, situation, policy),
      ...(run.mode === 'Observe' || modeOf(run.plan, policy) === 'Observe' ? ['written in Observe'] : []),
      ...(isApproved(run, known) ? [] : [`nobody approved run ${run.number} of ${record.node}`]),
      ...(busy.length <= budgetNow(situation, policy)
        ? []
        : [`${busy.length} nodes are remediated: ${busy.map(({ node }) => node).join()}`]),
    ];
  }
}

function isBusy(run: Run | undefined): boolean {
  return run !== undefined && run.phase !== 'Proposed';
}

function isApproved({ mode, approval, plan, revision }: Run, { approvals }: Known): boolean {
  if (mode === 'Auto') return approval?.by === 'policy';
  return approvals.some((it) => it.revision === revision && it.planId === plan.id) && approval !== undefined;
}

/** The object that a request writes, if it is one of the cluster's; not for a dry run. */
function targetOf({ method, path, body }: ApiRequest): (Target & { readonly kind: string }) | undefined {
  if (method === 'GET' || path.includes('dryRun') || (body as { dryRun?: unknown } | undefined)?.dryRun)
    return undefined;
  for (const [kind, pattern] of PATHS) {
    const name = pattern.exec(path)?.[1];
    const namespace = kind === 'Node' ? undefined : INSTALL_NAMESPACE;
    if (name !== undefined) return { kind, type: TYPE_OF[kind], namespace, name };
  }
  return undefined;
}

/** The record whose run says that it is writing this, or taking it back. */
function ownerOf(request: ApiRequest, target: Target, api: SimulatedApi): KnownRecord | undefined {
  return storedRecords(api).find(({ remediation }) =>
    changesOf(remediation).some(
      (change) =>
        change.target.kind === target.type.kind &&
        change.target.name === target.name &&
        (change.action === 'delete') === (request.method === 'DELETE'),
    ),
  );
}

/** The node whose change is taken back because its virt-handler, which is there, does not get Ready: it has none to lose. */
function unreadyNode(record: KnownRecord | undefined, api: SimulatedApi): string | undefined {
  if (record?.remediation.run?.phase !== 'Reverting') return undefined;
  const isReady = api
    .list(TYPES.pod, INSTALL_NAMESPACE)
    .some((pod) => pod.spec?.['nodeName'] === record.node && isConditionTrue(pod, 'Ready'));
  return isReady ? undefined : record.node;
}

function changesOf({ run, changes }: KnownRecord['remediation']): readonly ClusterChange[] {
  if (run === undefined || !isBusy(run)) return [];
  if (run.phase === 'Reverting') return changes.filter((it) => it.run === run.number).map((it) => it.change);
  const change = run.plan.steps[run.step]?.change;
  return run.phase === 'Writing' && change !== undefined ? [change] : [];
}

interface Written {
  readonly before: KubeObject | undefined;
  readonly after: KubeObject | undefined;
  readonly record: KnownRecord | undefined;
}

/** What was recorded before a patch takes it out again, and leaves the object as it was. */
function inverseProblems({ method }: ApiRequest, { before, after, record }: Written): readonly string[] {
  const run = record?.remediation.run;
  if (method !== 'PATCH' || run?.phase !== 'Writing') return [];
  const kept = record?.remediation.changes.find(
    (it) => it.run === run.number && it.step === run.step,
  )?.change;
  if (kept?.action !== 'patch' || kept.additions === undefined || before === undefined || after === undefined)
    return [`the inverse of run ${run.number} step ${run.step} is not recorded`];
  const { operations, additions } = kept;
  const removal = operationsToRemove(after, { operations, additions });
  const restored = removal.kind === 'operations' ? patched(after, removal.operations) : undefined;
  const isSame = isSameJson(essence(restored), essence(before));
  return isSame ? [] : [`what is recorded does not take back run ${run.number} step ${run.step}`];
}

function essence(object: KubeObject | undefined): readonly unknown[] {
  return [object?.metadata.labels, object?.spec];
}

/** The nodes that have a virt-handler which the placement, once it is rolled out, lets them keep. */
function handlersOf(api: SimulatedApi): readonly string[] {
  const kubeVirt = api.find({
    type: KUBEVIRT_TYPES.kubeVirt,
    namespace: INSTALL_NAMESPACE,
    name: 'kubevirt',
  });
  const workloads = kubeVirt?.spec?.['workloads'] as { readonly nodePlacement?: NodePlacement } | undefined;
  const template = injectPlacement(BASE, workloads?.nodePlacement);
  const hosts = new Set(
    api
      .list(TYPES.pod, INSTALL_NAMESPACE)
      .filter(({ metadata }) => metadata.labels?.['kubevirt.io'] === 'virt-handler')
      .map(({ spec }) => spec?.['nodeName']),
  );
  return api
    .list(TYPES.node)
    .filter((node) => hosts.has(node.metadata.name))
    .filter((node) => judgePlacement(node as unknown as NodeObject, template).shouldRun)
    .map(({ metadata }) => metadata.name);
}

const BASE: PodPlacement = { tolerations: [{ key: 'CriticalAddonsOnly', operator: 'Exists' }] };

/** A write in words, without what guards it. */
function inWords({ method, body }: ApiRequest, { type, name }: Target): string {
  if (method === 'DELETE') return `DELETE ${type.kind} ${name.replace(/-[a-z0-9]{5}$/, '')}`;
  const operations = (body as readonly PatchOperation[]).filter(({ op }) => op !== 'test');
  const told = operations.map(({ op, path, value }) => `${op} ${path} ${JSON.stringify(value) ?? ''}`.trim());
  return `${type.kind} ${name}: ${told.join('; ')}`;
}
