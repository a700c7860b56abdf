import { readFixture, readFixtures } from '../e2e/support/fixtures.ts';
import type { KubeApi } from '../e2e/support/kube-api.ts';
import { createNamespace, installCrds } from '../e2e/support/kubevirt.ts';
import { type CustomResourceDefinition, type KubeObject, kinds } from '../e2e/support/objects.ts';
import {
  type ClusterOptions,
  daemonSet,
  generateNodes,
  generatePods,
  generateVmis,
  kubeVirt,
  type Recipe,
  tenantNamespaces,
} from './cluster-generator.ts';
import { type TemplateName, templates } from './templates.ts';
import { compileTemplate, type TextTemplate } from './text-template.ts';

const KUBEVIRT_NAMESPACE = 'kubevirt';
const REQUESTS_AT_ONCE = 20;
const LIMIT_MS = 15 * 60_000;

/**
 * Puts the cluster into an API server. What would interfere (DaemonSet controller, pod garbage collector, scheduler)
 * must not run there.
 *
 * @throws Error when a request fails, or when it takes longer than 15 minutes
 */
export async function loadCluster(
  api: KubeApi,
  options: ClusterOptions,
  progress: (doing: string) => void,
): Promise<void> {
  progress('installing KubeVirt');
  await install(api, options);
  progress('loading nodes');
  await inParallel(generateNodes(options), (recipe) => createNode(api, liveObject(recipe)));
  progress('loading VMIs');
  await inParallel(generateVmis(options), (recipe) => api.create(liveObject(recipe)));
  progress('loading pods');
  await inParallel(generatePods(options), (recipe) => createPod(api, liveObject(recipe)));
}

async function install(api: KubeApi, options: ClusterOptions): Promise<void> {
  await installCrds(api, readFixtures<CustomResourceDefinition>('crds'));
  await api.apply([readFixture('priorityclass.yaml')]);
  await inParallel([KUBEVIRT_NAMESPACE, ...tenantNamespaces()], (name) => createNamespace(api, name));
  const account = { name: 'kubevirt-handler', namespace: KUBEVIRT_NAMESPACE };
  // Without a token of its own, which a pod that asks for one would have to wait for.
  const serviceAccount = { ...kinds.serviceAccount, metadata: account, automountServiceAccountToken: false };
  await api.apply<KubeObject>([serviceAccount, liveObject(kubeVirt()), liveObject(daemonSet(options))]);
}

/** The API server gives a new node the taint of one that is not ready, which no controller takes away here. */
async function createNode(api: KubeApi, node: KubeObject): Promise<void> {
  await api.create(node);
  await api.patch(node, { spec: { taints: null } });
}

async function createPod(api: KubeApi, pod: KubeObject): Promise<void> {
  await api.create(pod);
  await api.patch(pod, { status: pod.status }, { subresource: 'status' });
}

const compiled = new Map<TemplateName, TextTemplate>();

/** The object without what the API server gives. */
function liveObject({ template, values }: Recipe): KubeObject {
  const text = compiled.get(template) ?? compileTemplate(templates[template], 'compact');
  compiled.set(template, text);
  const object = JSON.parse(text.render(values));
  const { managedFields: _, uid, resourceVersion, creationTimestamp, ...metadata } = object.metadata;
  return { ...object, metadata };
}

async function inParallel<T>(items: Iterable<T>, work: (item: T) => Promise<unknown>): Promise<void> {
  const deadline = performance.now() + LIMIT_MS;
  const queue = items[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) {
      if (performance.now() > deadline) throw new Error(`not loaded within ${LIMIT_MS / 60_000} minutes`);
      await work(next.value);
    }
  };
  await Promise.all(Array.from({ length: REQUESTS_AT_ONCE }, worker));
}
