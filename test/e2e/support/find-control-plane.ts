import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How to start a control plane. It prints `KUBECONFIG=PATH` when it is ready and ends with its standard input. */
export interface Starter {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export interface Places {
  /** A directory with a `start-control-plane`; beside this repository unless told. */
  readonly shared?: string;
  /** A directory with etcd and the components of Kubernetes; `$KUBEBUILDER_ASSETS` unless told. */
  readonly assets?: string;
}

const components = ['etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const beside = fileURLToPath(new URL('../../../../shared/control-plane', import.meta.url));
const ownStarter = fileURLToPath(new URL('./assets-control-plane.ts', import.meta.url));

/**
 * How a control plane can be started here, or why it cannot. Where ../shared/control-plane exists it can, and a test
 * that cannot start it has failed: see `describeCluster`.
 */
export function findControlPlane(places: Places = {}): Starter | { readonly skip: string } {
  const { shared = beside, assets = process.env['KUBEBUILDER_ASSETS'] ?? '' } = places;
  const missing = components.filter((name) => assets === '' || !existsSync(join(assets, name)));
  const complete = missing.length === 0;
  if (existsSync(shared)) {
    // Half a set of another version would be completed with the components beside the script: rather none of it.
    const { KUBEBUILDER_ASSETS: _, ...env } = process.env;
    return {
      command: join(shared, 'start-control-plane'),
      args: ['--until-stdin-closes'],
      env: complete ? { ...env, KUBEBUILDER_ASSETS: assets } : env,
    };
  }
  if (complete) {
    return {
      command: process.execPath,
      args: ['--import', 'tsx', ownStarter, `--assets=${assets}`],
      env: process.env,
    };
  }
  if (assets === '') return { skip: 'no ../shared/control-plane, and KUBEBUILDER_ASSETS is not set' };
  return {
    skip: `no ../shared/control-plane, and KUBEBUILDER_ASSETS (${assets}) has no ${missing.join(', no ')}`,
  };
}
