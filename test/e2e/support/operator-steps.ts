import { type KubeApi, unless } from './kube-api.ts';
import { createNode, setTaints } from './nodes.ts';
import { kinds, ref } from './objects.ts';
import { operatedDaemonSet } from './operator-objects.ts';
import { type Line, type Step, taintOf } from './operator-recording.ts';
import { isSettled } from './operator-settled.ts';
import { until } from './until.ts';
import { setPlacement } from './virt-operator.ts';

const POLICY_LABEL = 'node-role.kubernetes.io/virt';

/** How long the first pass over a new generation takes, in seconds. */
const LONG_PASS = 3.5;

/** When the pass began that came first after a step, in seconds; which pass comes when is chance, and has consequences. */
export function firstPassAfter({ lines }: Step): number | undefined {
  const [done, ...seen] = lines;
  const first = seen.find(({ kind, conditions, annKubevirtGeneration }) =>
    kind === 'KubeVirt' ? conditions !== undefined : annKubevirtGeneration !== undefined,
  );
  return first && Math.max(0, first.t - (done?.kind === 'KubeVirt' ? LONG_PASS : 0.2));
}

/** Does to the cluster what a step of a recording did: that is the first change that was seen after it. */
export async function act(api: KubeApi, { text, lines }: Step): Promise<void> {
  const [first] = lines;
  if (first === undefined) throw new Error(`nothing was seen after: ${text}`);
  if (first.kind === 'KubeVirt')
    await setPlacement(api, 'KubeVirt', first.workloadsNodePlacement ?? undefined);
  else if (first.kind === 'Node') await setNode(api, first);
  else if (first.change === 'DELETED')
    await api.delete(operatedDaemonSet, { propagationPolicy: 'Background' });
  else if (first.deletionTimestamp) await api.delete(operatedDaemonSet, { propagationPolicy: 'Orphan' });
  else {
    const template = { spec: { nodeSelector: first.nodeSelector } };
    await api.patch(operatedDaemonSet, { spec: { template } });
  }
}

/** Makes the cluster what a recording starts with, and waits until its operator has nothing left to do. */
export async function prepare(api: KubeApi, initial: readonly Line[]): Promise<void> {
  for (const line of initial) {
    if (line.kind === 'Node') await setNode(api, line);
    if (line.kind === 'KubeVirt')
      await setPlacement(api, 'KubeVirt', line.workloadsNodePlacement ?? undefined);
  }
  const pods = initial.filter(({ kind }) => kind === 'Pod');
  await until('the operator has nothing left to do', () => isSettled(api, pods.length), 60_000);
}

async function setNode(api: KubeApi, { name = '', virt, taints }: Line): Promise<void> {
  if ((await unless(404, api.find(ref(kinds.node, name)))) === undefined)
    await createNode(api, name, { taints: (taints ?? []).map(taintOf) });
  if (virt !== undefined)
    await api.patch(ref(kinds.node, name), { metadata: { labels: { [POLICY_LABEL]: virt ? '' : null } } });
  if (taints !== undefined) await setTaints(api, name, taints.map(taintOf));
}
