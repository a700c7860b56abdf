import { expect, it } from 'vitest';
import { describeRepairs } from './support/describe-repairs.ts';
import { nodesWithHandler } from './support/diagnosis.ts';
import {
  begin,
  expectStages,
  lookUntilRecovered,
  only,
  ourEvents,
  REMEDIES,
} from './support/repair-story.ts';
import { NODES } from './support/stage.ts';
import { until } from './support/until.ts';

/**
 * Processes that die after their first write of any kind, their second, and so on: in all stories together after every one. Every boundary by
 * itself is in test/scenarios/remediation-kills.test.ts, on the simulated API server.
 */
const LIFETIMES: Readonly<Record<keyof typeof REMEDIES, readonly number[]>> = {
  LabelNode: [1, 2, 3, 4, 5, 6, 7, 8],
  ExtendPlacementAffinity: [8, 1, 7, 2, 6, 3],
  AddPlacementToleration: [2, 3, 5, 2, 4, 9],
  ExtendPlacement: [3, 4, 2, 6, 5, 1],
  'LabelNode+AddPlacementToleration': [4, 3, 2, 5, 6, 2, 3, 7],
  RestartHandlerPod: [1, 3, 2, 5, 4, 6, 2, 8],
};

describeRepairs('a repair whose process dies again and again', (stage, cluster) => {
  it.each(Object.entries(LIFETIMES))(
    'ends as if it had lived, with each write made once: %s',
    async (name, after) => {
      const remedy = REMEDIES[name as keyof typeof REMEDIES];
      const repairs = await begin(stage, remedy, only(remedy, 'Auto'), { after });
      const { incident, remediation } = await lookUntilRecovered(repairs);
      expectStages(repairs, 'proposed', 'approved', 'started', 'succeeded Recovered');
      expect(incident).toMatchObject({ state: 'Resolved', resolution: 'Recovered' });
      expect(remediation.attempts).toMatchObject([{ steps: name, outcome: 'Succeeded', by: 'policy' }]);
      expect(repairs.deaths).toBeGreaterThan(3);
      expect(repairs.writes).toEqual(remedy.writes.map((write) => expect.stringMatching(write)));
      expect(await ourEvents(cluster.api)).toHaveLength(remedy.writes.length);
      await until('every node has its handler', async () => {
        expect(await nodesWithHandler(cluster)).toEqual(NODES);
        return true;
      });
      await repairs.close();
    },
    80_000,
  );
});
