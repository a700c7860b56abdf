import { beforeAll, expect, it } from 'vitest';
import type { NodeDiagnosis } from '../../shared/report/node-diagnosis.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { diagnose, nodesWithHandler, paste } from './support/diagnosis.ts';
import { createLauncher, createVmi, installKubeVirt } from './support/kubevirt.ts';
import { createNode, type NodeOptions } from './support/nodes.ts';
import { type DaemonSet, kinds, ref } from './support/objects.ts';
import { until } from './support/until.ts';
import {
  hyperConverged,
  installHyperConverged,
  operatorPass,
  owners,
  setPlacement,
} from './support/virt-operator.ts';

type Mitigation = NodeDiagnosis['node']['causes'][number]['mitigations'][number];
type Placement = Parameters<typeof setPlacement>[2];

interface Situation {
  readonly title: string;
  readonly owner?: 'HyperConverged';
  /** NODE stands for the node's name. */
  readonly placement: Placement;
  readonly node: NodeOptions;
  readonly causes: readonly string[];
  /** Every mitigation that changes something, in order. */
  readonly offers: readonly string[];
}

const required = (key: string, operator: string, ...values: string[]): NonNullable<Placement> => {
  const nodeSelectorTerms = [{ matchExpressions: [{ key, operator, values }] }];
  return {
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  };
};
const virt = { nodeSelector: { virt: 'yes' } };
const gpu = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' } as const;

const SITUATIONS: readonly Situation[] = [
  {
    title: 'a label of the nodeSelector is missing',
    placement: virt,
    node: {},
    causes: ['NodeSelectorMismatch'],
    offers: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    title: 'a label of the nodeSelector has another value',
    placement: virt,
    node: { labels: { virt: 'no' } },
    causes: ['NodeSelectorMismatch'],
    offers: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    title: 'no term of the required affinity matches',
    placement: required('zone', 'In', 'a'),
    node: { labels: { zone: 'b' } },
    causes: ['NodeAffinityMismatch'],
    offers: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    title: 'nodeSelector and required affinity both exclude the node',
    placement: { ...virt, ...required('zone', 'In', 'a') },
    node: {},
    causes: ['NodeSelectorMismatch', 'NodeAffinityMismatch'],
    offers: ['LabelNode', 'ExtendPlacementAffinity'],
  },
  {
    title: 'a rule excludes the node by its name',
    placement: required('kubernetes.io/hostname', 'NotIn', 'NODE', 'elsewhere'),
    node: {},
    causes: ['NodeAffinityMismatch'],
    offers: ['RemovePlacementRule', 'ExtendPlacementAffinity'],
  },
  {
    title: 'a NoSchedule taint, and no policy at all',
    placement: undefined,
    node: { taints: [gpu] },
    causes: ['TaintNotTolerated'],
    offers: ['AddPlacementToleration'],
  },
  {
    title: 'a NoExecute taint, and a policy with tolerations',
    placement: { ...virt, tolerations: [{ key: 'other', operator: 'Exists' }] },
    node: { labels: { virt: 'yes' }, taints: [{ ...gpu, effect: 'NoExecute' }] },
    causes: ['TaintNotTolerated'],
    offers: ['AddPlacementToleration'],
  },
  {
    title: 'a taint and the nodeSelector',
    placement: virt,
    node: { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] },
    causes: ['NodeSelectorMismatch', 'TaintNotTolerated'],
    offers: ['ExtendPlacement'],
  },
  {
    title: 'a nodeSelector that HyperConverged owns',
    owner: 'HyperConverged',
    placement: virt,
    node: {},
    causes: ['NodeSelectorMismatch'],
    offers: ['LabelNode', 'ExtendPlacementAffinity'],
  },
];

describeCluster('the mitigations that diagnose prints', (cluster) => {
  let base: DaemonSet;
  let count = 0;

  beforeAll(async () => {
    const { api } = cluster;
    base = await installKubeVirt(api);
    await installHyperConverged(api);
    const labels = { virt: 'yes', zone: 'a' };
    for (const name of ['steady-1', 'steady-2']) await createNode(api, name, { labels });
  });

  /** A fresh node in the situation, orphaned by the real controller, the other nodes with their handlers. */
  async function orphan({ owner, placement, node }: Situation): Promise<string> {
    const { api } = cluster;
    count += 1;
    const name = `orphan-${count}`;
    const policy = JSON.parse(JSON.stringify(placement ?? null).replace('NODE', name)) ?? undefined;
    if (owner !== undefined) await api.create({ ...hyperConverged, ...owners.HyperConverged, spec: {} });
    await setPlacement(api, owner ?? 'KubeVirt', policy);
    await operatorPass(api, base);
    await createNode(api, name, node);
    await createLauncher(api, await createVmi(api, { name, namespace: 'tenant-a', node: name }));
    await until('the other nodes to have their handlers, and this one none', async () => {
      const { metadata, status } = await api.get(ref(kinds.daemonSet, 'virt-handler', 'kubevirt'));
      expect(status.observedGeneration).toBe(metadata.generation);
      expect(await nodesWithHandler(cluster)).toEqual(['steady-1', 'steady-2']);
      return true;
    });
    return name;
  }

  async function remove(name: string): Promise<void> {
    const { api } = cluster;
    await api.delete(ref(kinds.vmi, name, 'tenant-a'));
    // First the node, else the DaemonSet controller makes the handler pod again.
    await api.delete(ref(kinds.node, name));
    await until(`no pod to be left on ${name}`, async () => {
      const pods = await api.list(kinds.pod, { fieldSelector: `spec.nodeName=${name}` });
      for (const pod of pods) await api.delete(pod, { gracePeriodSeconds: 0 });
      return pods.length === 0;
    });
    if ((await api.find(owners.HyperConverged)) !== undefined) await api.delete(owners.HyperConverged);
    await setPlacement(api, 'KubeVirt', undefined);
  }

  async function offersFor(name: string, situation: Situation): Promise<readonly Mitigation[]> {
    const { node } = await diagnose(cluster, name);
    expect(node.causes.map(({ code }) => code)).toEqual(situation.causes);
    const mitigations = node.causes[0]?.mitigations ?? [];
    const changing = mitigations.filter(({ owner }) => owner !== 'None');
    expect(changing.map(({ code }) => code)).toEqual(situation.offers);
    const owners = changing.filter(({ owner }) => owner !== 'Node').map(({ owner }) => owner);
    expect(new Set(owners)).toEqual(new Set([situation.owner ?? 'KubeVirt']));
    return mitigations;
  }

  /** Runs the command as printed, lets the operator and the real controller act, and sees what came of it. */
  async function apply(node: string, { command, effects, owner }: Mitigation): Promise<void> {
    const before = await nodesWithHandler(cluster);
    expect(await paste(cluster, command)).toMatchObject({ code: 0 });
    if (owner === 'None') return;
    await operatorPass(cluster.api, base);
    await until(
      `a virt-handler on ${node}, by ${command}`,
      async () => (await nodesWithHandler(cluster)).includes(node),
      20_000,
    );
    await until('the handlers that were foretold', async () => {
      const expected = [...before, ...effects.handlersGained].filter(
        (it) => !effects.handlersLost.includes(it),
      );
      expect(await nodesWithHandler(cluster)).toEqual(expected.sort());
      return true;
    });
    await expectHarmlessAgain(command, owner);
  }

  /** A patch tests what it was made from; a label is set already. Nothing is changed twice. */
  async function expectHarmlessAgain(command: string, owner: Mitigation['owner']): Promise<void> {
    const placement = await cluster.api.get(owners.KubeVirt);
    const { code } = await paste(cluster, command);
    expect(code === 0).toBe(owner === 'Node');
    expect((await cluster.api.get(owners.KubeVirt)).spec).toEqual(placement.spec);
  }

  it.each(SITUATIONS)(
    'bring the handler back when $title',
    async (situation) => {
      let tried = 0;
      let offered = 1;
      while (tried < offered) {
        const name = await orphan(situation);
        try {
          const mitigations = await offersFor(name, situation);
          offered = mitigations.length;
          await apply(name, mitigations[tried] as Mitigation);
        } finally {
          await remove(name);
        }
        tried += 1;
      }
    },
    120_000,
  );
});
