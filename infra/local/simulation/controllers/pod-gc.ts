import { storageOf } from '../api/object-store.ts';
import { TYPES } from '../api/resource-type.ts';
import type { SimulatedApi } from '../api/simulated-api.ts';
import type { Timings } from './timings.ts';

/** Removes the pods of a node that no longer exists, after a while. Source: Kubernetes `pkg/controller/podgc/gc_controller.go`. */
export class PodGc {
  readonly #api: SimulatedApi;

  constructor(api: SimulatedApi, { podGcMs }: Timings) {
    this.#api = api;
    api.store.subscribe(({ resource, type, object }) => {
      if (resource !== storageOf(TYPES.node) || type !== 'DELETED') return;
      api.time.after(podGcMs, () => this.#collect(object.metadata.name));
    });
  }

  #collect(node: string): void {
    if (this.#api.find({ type: TYPES.node, name: node }) !== undefined) return;
    for (const { metadata, spec } of this.#api.list(TYPES.pod)) {
      if (spec?.['nodeName'] !== node) continue;
      const target = { type: TYPES.pod, namespace: metadata.namespace, name: metadata.name };
      this.#api.delete(target, { gracePeriodSeconds: 0 });
    }
  }
}
