import { afterAll, beforeAll, expect, it } from 'vitest';
import { pause } from './support/background-loop.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { isTrue, kinds, ref } from './support/objects.ts';
import { HANDLERS, operatedDaemonSet, operatedKubeVirt } from './support/operator-objects.ts';
import {
  awaitRollOut,
  ORPHANINGS,
  orphan,
  type RemediationStage,
  setRemediationScene,
  startRemediationStage,
} from './support/remediation-stage.ts';
import { handlersOn, NODES, SCENE } from './support/stage.ts';
import { until } from './support/until.ts';
import { setPlacement } from './support/virt-operator.ts';

const WAYS = Object.keys(ORPHANINGS) as (keyof typeof ORPHANINGS)[];
/** A placement that changes the pods, but not where they run. */
const harmless = { tolerations: [{ key: 'unused', operator: 'Exists' }] };
const virt = { nodeSelector: { virt: 'yes' } };

describeCluster('the stage for repairs', (cluster) => {
  let stage: RemediationStage;

  beforeAll(async () => {
    stage = await startRemediationStage(cluster);
  });
  afterAll(() => stage?.stop());

  it.each(WAYS)(
    'has an orphan when %s',
    async (how) => {
      await orphan(stage, how);
      const nodes = NODES.filter((name) => name !== SCENE);
      for (const name of nodes) expect(await handlersOn(cluster, name)).toHaveLength(1);
      expect(await cluster.api.list(kinds.vmi)).toMatchObject([{ status: { nodeName: SCENE } }]);
    },
    60_000,
  );

  it('takes back what somebody wrote into the KubeVirt resource beside HyperConverged', async () => {
    const labels = { virt: 'yes' };
    await setRemediationScene(stage, { owner: 'HyperConverged', placement: virt, labels });
    await setPlacement(cluster.api, 'KubeVirt', undefined);
    await awaitRollOut(stage, NODES.length);
    expect((await cluster.api.get(operatedKubeVirt)).spec.workloads?.nodePlacement).toEqual(virt);
  }, 60_000);

  it('says "Available" in the middle of a roll-out when a pass comes while a handler terminates', async () => {
    const { api } = cluster;
    await setRemediationScene(stage);
    const [old] = await revisions();
    const replaced = async () => (await revisions()).filter((revision) => revision !== old).length;
    await setPlacement(api, 'KubeVirt', harmless);
    stage.operator.due(0);
    await until('the first new handler is there', async () => (await replaced()) === 1);
    stage.handlers.keepTerminating();
    await until('the second handler terminates', async () =>
      (await api.list(kinds.pod, HANDLERS)).some((pod) => pod.metadata.deletionTimestamp !== undefined),
    );
    stage.operator.due(0);
    await until('success is said too early', saysAvailable);
    expect(await replaced()).toBe(1);
    await stage.handlers.playUsually();
    await until('it is taken back', async () => !(await saysAvailable()));
    await awaitRollOut(stage, NODES.length);
    expect(await replaced()).toBe(3);
  }, 60_000);

  it('leaves the DaemonSet alone while virt-api is not Ready', async () => {
    const { api } = cluster;
    await setRemediationScene(stage);
    const { metadata } = await api.get(operatedDaemonSet);
    stage.virtApi.isReady = false;
    await setPlacement(api, 'KubeVirt', harmless);
    stage.operator.due(0);
    await until('the operator says that it is at work', async () => !(await saysAvailable()));
    await pause(1_000, AbortSignal.timeout(10_000));
    expect((await api.get(operatedDaemonSet)).metadata.generation).toBe(metadata.generation);
    stage.virtApi.isReady = true;
    await awaitRollOut(stage, NODES.length);
    expect((await api.get(operatedDaemonSet)).spec.template.spec.tolerations).toContainEqual(
      harmless.tolerations[0],
    );
  }, 60_000);

  async function saysAvailable(): Promise<boolean> {
    const { metadata, status } = await cluster.api.get(operatedKubeVirt);
    return status?.observedGeneration === metadata.generation && isTrue(status?.conditions, 'Available');
  }

  /** The template that a handler was made from. */
  async function revisions(): Promise<readonly (string | undefined)[]> {
    const pods = await cluster.api.list(kinds.pod, HANDLERS);
    return pods.map(({ metadata }) => metadata.labels?.['controller-revision-hash']);
  }

  it('leaves a handler that recovers a label and a heartbeat', async () => {
    await orphan(stage, 'a label that the policy asks for is removed');
    const { labels } = ORPHANINGS['a label that the policy asks for is removed'].scene;
    await cluster.api.patch(ref(kinds.node, SCENE), { metadata: { labels } });
    await awaitRollOut(stage, NODES.length);
    const { metadata } = await cluster.api.get(ref(kinds.node, SCENE));
    const [handler] = await handlersOn(cluster, SCENE);
    expect(metadata.labels).toMatchObject({ 'kubevirt.io/schedulable': 'true' });
    const heartbeat = metadata.annotations?.['kubevirt.io/heartbeat'] ?? '';
    // Both are RFC 3339, in seconds and UTC: their texts are in the order of their times.
    expect(heartbeat >= (handler?.metadata.creationTimestamp ?? '9')).toBe(true);
  }, 60_000);
});
