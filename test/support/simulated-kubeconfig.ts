import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faster, REAL_TIMINGS } from '../../infra/local/simulation/controllers/timings.ts';
import { type Simulation, startSimulation } from '../../infra/local/simulation/start-simulation.ts';

/** A simulated cluster, and the file by which a process reaches it. */
export interface ReachableSimulation extends Simulation {
  readonly kubeconfigFile: string;
}

/** Starts a quick cluster that has the namespace of the incidents, unless told otherwise. */
export async function startReachableSimulation(namespace = 'kubevirt-orphans'): Promise<ReachableSimulation> {
  const simulation = await startSimulation({ timings: faster(REAL_TIMINGS, 20) });
  if (namespace !== '') simulation.cluster.addNamespace(namespace);
  const folder = mkdtempSync(join(tmpdir(), 'simulation-'));
  const kubeconfigFile = join(folder, 'kubeconfig');
  writeFileSync(kubeconfigFile, simulation.kubeconfig);
  return {
    ...simulation,
    kubeconfigFile,
    stop: async () => {
      await simulation.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
