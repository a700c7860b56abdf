import { durationMs } from '../../../shared/domain/units.ts';
import { type ClusterPlan, SimulatedCluster } from './cluster/simulated-cluster.ts';
import { type SimulatedApiServer, startSimulatedApiServer } from './server/simulated-api-server.ts';
import { WarmTime } from './time/warm-time.ts';

/** A cluster in this process, in full swing, that is reached like any other. */
export interface Simulation extends Omit<SimulatedApiServer, 'stop'> {
  readonly cluster: SimulatedCluster;
  readonly time: WarmTime;
  /** Ends the server and everything that would still happen. */
  stop(): Promise<void>;
}

/** How long the cluster has been there when it is first seen: every handler is Ready by then, whatever the timings. */
const PAST_MS = 120_000;

/**
 * Starts a simulated cluster with KubeVirt: three nodes with their handlers, four VMs, unless planned otherwise.
 *
 * @param port - of its API server; 0, unless told, for one that is free
 */
export async function startSimulation(plan: ClusterPlan = {}, port = 0): Promise<Simulation> {
  const time = new WarmTime(durationMs(PAST_MS));
  const cluster = new SimulatedCluster(time, plan);
  time.goLive();
  const server = await startSimulatedApiServer(cluster.api, port);
  return {
    ...server,
    cluster,
    time,
    stop: async () => {
      time.stop();
      await server.stop();
    },
  };
}
