import { expect, it } from 'vitest';
import { describeRepairs } from './support/describe-repairs.ts';
import { nodesWithHandler } from './support/diagnosis.ts';
import { kinds } from './support/objects.ts';
import { HANDLERS, operatedKubeVirt } from './support/operator-objects.ts';
import {
  begin,
  expectStages,
  lockHolderOf,
  lookUntilRecovered,
  only,
  ourEvents,
  REMEDIES,
  type Remedy,
} from './support/repair-story.ts';
import { NODES, SCENE } from './support/stage.ts';
import { until } from './support/until.ts';
import { owners } from './support/virt-operator.ts';
import { writtenByUs } from './support/written.ts';

const ALL = Object.entries<Remedy>(REMEDIES);

describeRepairs('a repair that needs no approval', (stage, cluster) => {
  it.each(ALL)(
    'brings virt-handler back by %s, written once',
    async (name, remedy) => {
      const { api } = cluster;
      const repairs = await begin(stage, remedy, only(remedy, 'Auto'));
      const generation = async () => (await api.get(operatedKubeVirt)).metadata.generation ?? 0;
      const before = { generation: await generation(), others: await othersHandlers() };

      const { incident, remediation } = await lookUntilRecovered(repairs);
      expectStages(repairs, 'proposed', 'approved', 'started', 'succeeded Recovered');
      expect(incident).toMatchObject({ state: 'Resolved', resolution: 'Recovered' });
      expect(remediation.attempts).toMatchObject([{ steps: name, outcome: 'Succeeded', by: 'policy' }]);
      expect(await lockHolderOf(api)).toBeUndefined();
      await repairs.close();

      expect(repairs.writes).toEqual(remedy.writes.map((write) => expect.stringMatching(write)));
      const editsPlacement = remedy.writes.some((write) => write.test('write KubeVirt kubevirt'));
      expect(await generation()).toBe(before.generation + (editsPlacement ? 1 : 0));
      const wrote = repairs.writes.map((write) => write.replace('write ', ''));
      const events = await ourEvents(api);
      expect(events.map(({ regarding }) => `${regarding?.kind} ${regarding?.name}`).sort()).toEqual(
        wrote.sort(),
      );
      // What is deleted keeps no managers.
      expect(await writtenByUs(api)).toEqual(wrote.filter((object) => !object.startsWith('Pod ')));
      await until('every node has its handler', async () => {
        expect(await nodesWithHandler(cluster)).toEqual(NODES);
        return true;
      });
      if (!editsPlacement) expect(await othersHandlers()).toEqual(before.others);
    },
    60_000,
  );

  it('changes the placement where HyperConverged owns it, and KubeVirt follows', async () => {
    const { api } = cluster;
    const against = 'it gets such a taint where HyperConverged owns the placement';
    const remedy = { ...REMEDIES.AddPlacementToleration, against } as const;
    const repairs = await begin(stage, remedy, only(remedy, 'Auto'));
    await lookUntilRecovered(repairs);
    await repairs.close();
    expectStages(repairs, 'proposed', 'approved', 'started', 'succeeded Recovered');
    expect(repairs.writes).toEqual(['write HyperConverged kubevirt-hyperconverged']);
    expect(await writtenByUs(api)).toEqual(['HyperConverged kubevirt-hyperconverged']);
    const { spec } = await api.get(owners.HyperConverged);
    expect(spec.workloads?.nodePlacement?.tolerations).toHaveLength(1);
    expect((await api.get(owners.KubeVirt)).spec.workloads).toEqual(spec.workloads);
    expect(await nodesWithHandler(cluster)).toEqual(NODES);
  }, 60_000);

  /** The virt-handler pods of the nodes that the story is not about. */
  async function othersHandlers(): Promise<readonly unknown[]> {
    const pods = await cluster.api.list(kinds.pod, HANDLERS);
    return pods
      .filter(({ spec }) => spec.nodeName !== SCENE)
      .map(({ metadata }) => metadata.uid)
      .sort();
  }
});
