import type { KubeApi } from '../e2e/support/kube-api.ts';
import { KubeApiError } from '../e2e/support/kube-api.ts';
import type { Kubelet } from '../e2e/support/kubelet.ts';
import type { Pod } from '../e2e/support/objects.ts';

/** A control plane that the contract is tried on: the simulated one, or a real one. Its kinds are installed. */
export interface Backend {
  readonly api: KubeApi;
  /** Plays the kubelets, except that of the node `somewhere`, which does nothing. */
  readonly kubelet: Kubelet;
  /** Makes the server forget the past up to now: pages and watches from before have expired. */
  forgetHistory(): Promise<void>;
}

/** The backend, which is there while tests run. */
export type GetBackend = () => Backend;

/** How a request was refused, as far as clients decide by it; `accepted` when it was not. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return 'accepted';
  } catch (error) {
    if (error instanceof KubeApiError) return `${error.status} ${error.reason}`.trim();
    throw error;
  }
}

/** The message of a refusal, without what the client put before it. */
export async function messageOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.catch((reason: unknown) => reason);
  return error instanceof KubeApiError ? error.message.replace(/^[A-Z]+ \S+: \d+ /, '') : 'accepted';
}

/** A node that is none: pods that are bound to it are left as they are. */
export const NOWHERE = 'somewhere';

/** Has the stand-in for the kubelets leave alone what the contract plays itself. */
export function withNowhere(kubelet: Kubelet): Kubelet {
  kubelet.when(({ spec }: Pod) => spec.nodeName === NOWHERE, { reports: 'nothing', ends: false });
  return kubelet;
}
