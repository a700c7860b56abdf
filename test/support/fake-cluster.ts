import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import type { ClusterObject, Kind } from '../../shared/domain/objects.ts';
import { Judge } from '../../shared/runtime/judge.ts';
import type { NodeReader, ObjectReader } from '../../shared/runtime/ports.ts';
import { factsOf } from './facts.ts';
import { settlePorts } from './runtime-ports.ts';

/** A cluster of objects in memory that counts how often it is read. */
export class FakeCluster implements NodeReader, ObjectReader {
  objects: readonly ClusterObject[];
  readonly reads: string[] = [];

  constructor(...objects: readonly ClusterObject[]) {
    this.objects = objects;
  }

  read(node?: string): Promise<ClusterFacts> {
    this.reads.push(node === undefined ? 'cluster' : `node ${node}`);
    return Promise.resolve(factsOf(this.objects));
  }

  get(kind: Kind, namespace: string, name: string): Promise<ClusterObject | undefined> {
    this.reads.push(`${kind} ${name}`);
    return Promise.resolve(
      this.objects.find(
        (it) => it.kind === kind && it.metadata.name === name && (it.metadata.namespace ?? '') === namespace,
      ),
    );
  }
}

/** Everything a function needs, in memory. */
export function functionPorts(cluster: FakeCluster) {
  const ports = settlePorts();
  const judge = new Judge({ ...ports, nodes: cluster });
  return { ...ports, judge, objects: cluster, cluster: { read: () => cluster.read() } };
}
