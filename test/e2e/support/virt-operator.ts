import { type KubeApi, unless } from './kube-api.ts';
import { installLooseCrd } from './loose-crd.ts';
import { type DaemonSet, type KubeObject, kind, kinds, ref } from './objects.ts';

export type Placement = Pick<DaemonSet['spec']['template']['spec'], 'nodeSelector' | 'tolerations'> & {
  readonly affinity?: Affinity;
};

interface Affinity {
  readonly nodeAffinity?: {
    readonly requiredDuringSchedulingIgnoredDuringExecution?: { readonly nodeSelectorTerms: unknown[] };
  };
}

export interface Owner extends KubeObject {
  spec: { workloads?: { nodePlacement?: Placement } };
}

export const hyperConverged = kind<Owner>('hco.kubevirt.io/v1beta1/HyperConverged');
const kubeVirt = ref(kind<Owner>('kubevirt.io/v1/KubeVirt'), 'kubevirt', 'kubevirt');
const daemonSet = ref(kinds.daemonSet, 'virt-handler', 'kubevirt');
export const owners = {
  KubeVirt: kubeVirt,
  HyperConverged: ref(hyperConverged, 'kubevirt-hyperconverged', 'kubevirt'),
};

/** Lets the API server know HyperConverged, without its schema. */
export async function installHyperConverged(api: KubeApi): Promise<void> {
  await installLooseCrd(api, hyperConverged, { plural: 'hyperconvergeds', scope: 'Namespaced' });
}

/**
 * One pass of the operators, as facts/kubevirt.md 5.2 and 5.7 describe them and apart from the product's own view:
 * HyperConverged's placement replaces that of KubeVirt, which is injected into the DaemonSet's pod spec: selectors
 * united, the pod spec's winning, Linux unless another system is named; affinity terms and tolerations appended.
 */
export async function operatorPass(api: KubeApi, base: DaemonSet): Promise<void> {
  const owner = await unless(404, api.find(owners.HyperConverged));
  if (owner !== undefined) await setPlacement(api, 'KubeVirt', owner.spec.workloads?.nodePlacement);
  const { metadata, spec } = await api.get(kubeVirt);
  const podSpec = inject(base.spec.template.spec as Placement, spec.workloads?.nodePlacement ?? {});
  const generation = `${metadata.generation ?? 0}`;
  await api.patch(
    daemonSet,
    [
      { op: 'add', path: '/metadata/annotations/kubevirt.io~1generation', value: generation },
      { op: 'replace', path: '/spec/template/spec', value: podSpec },
    ],
    { type: 'json' },
  );
  await api.patch(
    kubeVirt,
    { status: { observedGeneration: metadata.generation } },
    { subresource: 'status' },
  );
}

/** Replaces the placement in its owner as a person would; `undefined` removes it with what is around it. */
export async function setPlacement(
  api: KubeApi,
  owner: keyof typeof owners,
  placement: Placement | undefined,
): Promise<void> {
  const { spec = {} } = await api.get<Owner>(owners[owner]);
  const { workloads: _, ...rest } = spec;
  const value = placement === undefined ? rest : { ...rest, workloads: { nodePlacement: placement } };
  if (JSON.stringify(value) === JSON.stringify(spec)) return;
  await api.patch(owners[owner], [{ op: 'add', path: '/spec', value }], { type: 'json' });
}

/** The pod spec that follows from the DaemonSet's own and the placement in KubeVirt. */
export function inject(base: Placement, placement: Placement): Placement {
  const nodeSelector = {
    'kubernetes.io/os': 'linux',
    ...placement.nodeSelector,
    ...base.nodeSelector,
  };
  const tolerations = [...(base.tolerations ?? []), ...(placement.tolerations ?? [])];
  const affinity = joined(base.affinity, placement.affinity);
  return { ...base, nodeSelector, tolerations, ...(affinity === undefined ? {} : { affinity }) };
}

function joined(base: Affinity | undefined, added: Affinity | undefined): Affinity | undefined {
  if (base === undefined || added === undefined) return base ?? added;
  const terms = [base, added].flatMap(
    ({ nodeAffinity }) =>
      nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [],
  );
  return { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: terms } } };
}
