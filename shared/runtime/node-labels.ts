import { LRUCache } from 'lru-cache';
import type { Clock } from '../domain/units.ts';
import { FunctionError } from '../errors/errors.ts';
import type { Log, ObjectReader } from './ports.ts';

/** As many nodes as a large cluster has. Source: Kubernetes' limit of 5,000 nodes a cluster. */
const MAX_NODES = 5_000;
/** Labels by which somebody is told change seldom. */
const KEPT_MS = 60_000;

export interface NodeLabelsPorts {
  readonly objects: ObjectReader;
  readonly clock: Clock;
  readonly log: Log;
}

export type Labels = Readonly<Record<string, string>>;

/** The labels of nodes, at most a minute old. */
export class NodeLabels {
  readonly #ports: NodeLabelsPorts;
  readonly #known: LRUCache<string, { readonly labels: Labels | undefined }>;

  constructor(ports: NodeLabelsPorts) {
    this.#ports = ports;
    this.#known = new LRUCache({ max: MAX_NODES, ttl: KEPT_MS, ttlResolution: 0, perf: ports.clock });
  }

  /** `undefined` when the node is gone or cannot be read: that is no reason to tell nobody. */
  async of(node: string): Promise<Labels | undefined> {
    const known = this.#known.get(node);
    if (known !== undefined) return known.labels;
    const labels = await this.#read(node);
    this.#known.set(node, { labels });
    return labels;
  }

  async #read(node: string): Promise<Labels | undefined> {
    const { objects, log } = this.#ports;
    try {
      const object = await objects.get('Node', '', node);
      return object === undefined ? undefined : (object.metadata.labels ?? {});
    } catch (error) {
      if (!(error instanceof FunctionError)) throw error;
      log.warn(
        { node, code: error.code, reason: error.message },
        'labels not read: routes by label do not match',
      );
      return undefined;
    }
  }
}
