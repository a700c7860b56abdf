import { afterAll, beforeAll } from 'vitest';
import { diesAtEachBoundary } from './support/boundaries.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { installIncidents } from './support/incidents.ts';
import { type RemediationStage, startRemediationStage } from './support/remediation-stage.ts';

describeCluster('a repair of one step whose process dies at a boundary', (cluster) => {
  let stage: RemediationStage;

  beforeAll(async () => {
    stage = await startRemediationStage(cluster);
    await installIncidents(cluster);
  });
  afterAll(() => stage?.stop());

  diesAtEachBoundary('LabelNode', cluster, () => stage);
  diesAtEachBoundary('RestartHandlerPod', cluster, () => stage);
});
