import { join } from 'node:path';
import { type Outcome, type RunOptions, run } from '../../support/run-cli.ts';
import type { ControlPlane } from './control-plane.ts';

/**
 * Runs the real kubectl against the control plane. It may warn on standard error that it is much newer than the
 * server; its exit code says whether it worked.
 *
 * @throws Error when there is no kubectl
 */
export async function kubectl(
  plane: ControlPlane,
  args: readonly string[],
  options: RunOptions = {},
): Promise<Outcome> {
  const path = [process.env['PATH'], process.env['KUBEBUILDER_ASSETS']].filter(Boolean).join(':');
  const env = {
    PATH: path,
    KUBECONFIG: plane.kubeconfig,
    KUBECACHEDIR: join(plane.directory, 'kubectl-cache'),
  };
  try {
    return await run('kubectl', args, { ...options, env: { ...env, ...options.env } });
  } catch (cause) {
    throw new Error(
      'kubectl could not be started: is it on $PATH? (Debian: apt-get install kubernetes-client)',
      {
        cause,
      },
    );
  }
}
