import { type KubeApi, KubeApiError } from './kube-api.ts';
import { kinds, type Pod } from './objects.ts';
import { type PodState, podStatus } from './pod-status.ts';
import { watch } from './watch.ts';

/** What the kubelet does with a pod; what is left out is what it usually does. */
export interface Play {
  /** What it reports once, when the pod is bound to its node: `ready` unless told; or a status to merge. */
  readonly reports?: PodState | 'nothing' | ((pod: Pod) => Record<string, unknown>);
  /** Whether a pod that is deleted ends; `true` unless told. */
  readonly ends?: boolean;
}

interface Rule {
  readonly applies: (pod: Pod) => boolean;
  readonly play: Play;
}

const usually: Rule = { applies: () => true, play: {} };

/**
 * Stands in for the kubelets of all nodes. A pod that is bound to a node becomes ready, a pod that is deleted goes;
 * `when` makes exceptions. It reports a state once: what a test writes into a pod's status later stays there.
 */
export class Kubelet {
  readonly #api: KubeApi;
  readonly #abort = new AbortController();
  readonly #pods = new Map<string, Pod>();
  readonly #reported = new Map<string, Rule>();
  readonly #watching: Promise<void>;
  #rules: readonly Rule[] = [usually];
  #queue: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  constructor(api: KubeApi) {
    this.#api = api;
    this.#watching = this.#watch();
  }

  /**
   * From now on, pods that `applies` are played so, those that are there already too. The latest rule that applies
   * to a pod counts.
   *
   * @returns what ends the exception
   */
  when(applies: (pod: Pod) => boolean, play: Play): () => void {
    const rule = { applies, play };
    this.#rules = [rule, ...this.#rules];
    this.#playAll();
    return () => {
      this.#rules = this.#rules.filter((other) => other !== rule);
      this.#playAll();
    };
  }

  /** Ends every exception. */
  playUsually(): void {
    this.#rules = [usually];
    this.#playAll();
  }

  /** @throws what went wrong meanwhile, if anything did */
  async stop(): Promise<void> {
    this.#abort.abort();
    await this.#watching;
    await this.#queue;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #watch(): Promise<void> {
    try {
      for await (const { type, object } of watch(this.#api, kinds.pod, this.#abort.signal)) {
        const { uid = '' } = object.metadata;
        if (type === 'DELETED') this.#forget(uid);
        else this.#pods.set(uid, object);
        this.#enqueue(uid);
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#failure ??= error instanceof Error ? error : new Error(String(error));
  }

  #forget(uid: string): void {
    this.#pods.delete(uid);
    this.#reported.delete(uid);
  }

  #playAll(): void {
    for (const uid of this.#pods.keys()) this.#enqueue(uid);
  }

  /** One pod after the other, each as it is when its turn comes. */
  #enqueue(uid: string): void {
    this.#queue = this.#queue.then(() => this.#play(uid));
  }

  async #play(uid: string): Promise<void> {
    const pod = this.#pods.get(uid);
    if (pod?.spec.nodeName === undefined || this.#abort.signal.aborted) return;
    try {
      await this.#act(pod, uid);
    } catch (error) {
      // Gone meanwhile, or another pod of that name.
      const overtaken = error instanceof KubeApiError && (error.status === 404 || error.status === 409);
      if (!overtaken) this.#fail(error);
    }
  }

  async #act(pod: Pod, uid: string): Promise<void> {
    const rule = this.#rules.find(({ applies }) => applies(pod)) ?? usually;
    if (pod.metadata.deletionTimestamp !== undefined && rule.play.ends !== false) {
      await this.#api.delete(pod, { gracePeriodSeconds: 0, preconditions: { uid } });
      return;
    }
    if (this.#reported.get(uid) === rule) return;
    this.#reported.set(uid, rule);
    await this.#report(pod, rule.play.reports ?? 'ready');
  }

  async #report(pod: Pod, reports: NonNullable<Play['reports']>): Promise<void> {
    if (reports === 'nothing') return;
    const at = new Date().toISOString().replace(/\.\d+/, '');
    const status = typeof reports === 'function' ? reports(pod) : podStatus(pod, reports, at);
    const { uid } = pod.metadata;
    await this.#api.patch(pod, { metadata: { uid }, status }, { subresource: 'status' });
  }
}
