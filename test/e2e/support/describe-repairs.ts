import { afterAll, beforeAll } from 'vitest';
import { type Cluster, describeCluster } from './describe-cluster.ts';
import { installIncidents } from './incidents.ts';
import { type RemediationStage, startRemediationStage } from './remediation-stage.ts';

/** A suite of repairs on a real control plane of its own, with KubeVirt's operator and the records of incidents. */
export function describeRepairs(
  name: string,
  suite: (stage: RemediationStage, cluster: Cluster) => void,
): void {
  describeCluster(name, (cluster) => {
    let running: RemediationStage | undefined;
    const now = (): RemediationStage => {
      if (running === undefined) throw new Error('the stage is there in tests and hooks only');
      return running;
    };
    beforeAll(async () => {
      running = await startRemediationStage(cluster);
      await installIncidents(cluster);
    });
    afterAll(() => running?.stop());
    const stage: RemediationStage = {
      cluster,
      get operator() {
        return now().operator;
      },
      get handlers() {
        return now().handlers;
      },
      get virtApi() {
        return now().virtApi;
      },
      stop: () => now().stop(),
    };
    suite(stage, cluster);
  });
}
