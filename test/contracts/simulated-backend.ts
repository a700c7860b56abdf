import { afterAll, beforeAll } from 'vitest';
import { SimulatedApi } from '../../infra/local/simulation/api/simulated-api.ts';
import { startControllers } from '../../infra/local/simulation/controllers/start-controllers.ts';
import { REAL_TIMINGS } from '../../infra/local/simulation/controllers/timings.ts';
import { startSimulatedApiServer } from '../../infra/local/simulation/server/simulated-api-server.ts';
import { RealTime } from '../../infra/local/simulation/time/real-time.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { KubeApi } from '../e2e/support/kube-api.ts';
import { Kubelet } from '../e2e/support/kubelet.ts';
import { type Backend, type GetBackend, withNowhere } from './backend.ts';

/** A simulated control plane for the tests of a suite: no kubelets, and nodes that need no heartbeat. */
export function simulatedBackend(): GetBackend {
  let backend: Backend | undefined;
  let stop = async (): Promise<void> => undefined;
  beforeAll(async () => {
    const time = new RealTime();
    const simulated = new SimulatedApi(time);
    startControllers(simulated, { ...REAL_TIMINGS, nodeGraceMs: durationMs(86_400_000) });
    const server = await startSimulatedApiServer(simulated);
    const api = new KubeApi(server);
    const kubelet = withNowhere(new Kubelet(api));
    backend = { api, kubelet, forgetHistory: async () => simulated.store.forgetHistory() };
    stop = async () => {
      await kubelet.stop();
      api.close();
      await server.stop();
      time.stop();
    };
  });
  afterAll(() => stop());
  return () => {
    if (backend === undefined) throw new Error('the backend is there in tests only');
    return backend;
  };
}
