import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeCluster } from './support/describe-cluster.ts';
import { nodesWithHandler } from './support/diagnosis.ts';
import { installIncidents } from './support/incidents.ts';
import { type RemediationStage, startRemediationStage } from './support/remediation-stage.ts';
import { begin, expectStages, lookUntilRecovered, only, REMEDIES, type Remedy } from './support/repair-story.ts';
import { NODES } from './support/stage.ts';

const ALL = Object.entries<Remedy>(REMEDIES);

describeCluster('a repair that needs no approval', (cluster) => {
  let stage: RemediationStage;

  beforeAll(async () => {
    stage = await startRemediationStage(cluster);
    await installIncidents(cluster);
  });
  afterAll(() => stage?.stop());

  it.each(ALL)('is made, and once: %s', async (_, remedy) => {
    const t0 = performance.now();
    const repairs = await begin(stage, remedy.against, only(remedy, 'Auto'));
    const t1 = performance.now();
    const { incident, remediation } = await lookUntilRecovered(repairs);
    console.log('scene', t1 - t0, 'repair', performance.now() - t1);
    expectStages(repairs, 'proposed', 'approved', 'started', 'succeeded Recovered');
    expect(await nodesWithHandler(cluster)).toEqual(NODES);
    expect(incident).toMatchObject({ resolution: 'Recovered' });
    await repairs.close();
  }, 120_000);
});
