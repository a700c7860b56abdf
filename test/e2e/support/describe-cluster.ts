import { afterAll, beforeAll, describe } from 'vitest';
import type { Outcome, RunOptions } from '../../support/run-cli.ts';
import { type ControlPlane, type ControlPlaneOptions, startControlPlane } from './control-plane.ts';
import { findControlPlane } from './find-control-plane.ts';
import { KubeApi } from './kube-api.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { kubectl } from './kubectl.ts';
import { Kubelet } from './kubelet.ts';

interface Running {
  readonly plane: ControlPlane;
  readonly api: KubeApi;
  readonly kubelet: Kubelet;
}

/** A real control plane with a stand-in for its kubelets; there while the tests of its suite run. */
export class Cluster {
  #running: Running | undefined;

  get api(): KubeApi {
    return this.#now.api;
  }

  get kubelet(): Kubelet {
    return this.#now.kubelet;
  }

  get plane(): ControlPlane {
    return this.#now.plane;
  }

  /** The path of the administrator's kubeconfig. */
  get kubeconfig(): string {
    return this.#now.plane.kubeconfig;
  }

  kubectl(args: readonly string[], options?: RunOptions): Promise<Outcome> {
    return kubectl(this.#now.plane, args, options);
  }

  async start(options: ControlPlaneOptions): Promise<void> {
    const plane = await startControlPlane(options);
    const api = new KubeApi(readKubeconfig(plane.kubeconfig));
    this.#running = { plane, api, kubelet: new Kubelet(api) };
  }

  async stop(): Promise<void> {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    try {
      await running.kubelet.stop();
    } finally {
      running.api.close();
      await running.plane.stop();
    }
  }

  get #now(): Running {
    if (this.#running === undefined) throw new Error('the cluster is there in tests and hooks only');
    return this.#running;
  }
}

/**
 * A suite of tests against a control plane of its own. Where none can be found the suite is skipped, with the reason
 * in its name; where one is found and does not start, it fails.
 */
export function describeCluster(
  name: string,
  suite: (cluster: Cluster) => void,
  options: ControlPlaneOptions = {},
): void {
  const { starter = findControlPlane() } = options;
  const cluster = new Cluster();
  if ('skip' in starter) {
    console.warn(`skipped: ${name}: ${starter.skip}`);
    describe.skip(`${name} (${starter.skip})`, () => suite(cluster));
    return;
  }
  describe(name, () => {
    beforeAll(() => cluster.start({ ...options, starter }));
    afterAll(() => cluster.stop());
    suite(cluster);
  });
}
