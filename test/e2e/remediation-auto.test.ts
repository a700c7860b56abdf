import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeCluster } from './support/describe-cluster.ts';
import { nodesWithHandler } from './support/diagnosis.ts';
import { installIncidents } from './support/incidents.ts';
import { kinds } from './support/objects.ts';
import { HANDLERS, operatedKubeVirt } from './support/operator-objects.ts';
import { type RemediationStage, startRemediationStage } from './support/remediation-stage.ts';
import {
  begin,
  expectStages,
  lookUntilRecovered,
  only,
  ourEvents,
  REMEDIES,
  type Remedy,
} from './support/repair-story.ts';
import { NODES, SCENE } from './support/stage.ts';
import { until } from './support/until.ts';
import { writtenByUs } from './support/written.ts';

const ALL = Object.entries<Remedy>(REMEDIES);

describeCluster('a repair that needs no approval', (cluster) => {
  let stage: RemediationStage;

  beforeAll(async () => {
    stage = await startRemediationStage(cluster);
    await installIncidents(cluster);
  });
  afterAll(() => stage?.stop());

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

  /** The virt-handler pods of the nodes that the story is not about. */
  async function othersHandlers(): Promise<readonly unknown[]> {
    const pods = await cluster.api.list(kinds.pod, HANDLERS);
    return pods
      .filter(({ spec }) => spec.nodeName !== SCENE)
      .map(({ metadata }) => metadata.uid)
      .sort();
  }
});
