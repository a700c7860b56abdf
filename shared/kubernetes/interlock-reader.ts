import type { ActiveMigration, Hold, Interlocks, Readable } from '../domain/remediation/situation.ts';
import type { Clock } from '../domain/units.ts';
import type { InterlockReader } from '../runtime/remediation-ports.ts';
import type { ApiClient } from './api-client.ts';
import { ApiStatusError } from './call-failure.ts';
import { describeCall } from './describe-call.ts';
import { holdOf, type Lease, leasesPath, OWN_LEASE } from './lease.ts';
import { readPages } from './object-pages.ts';

export interface InterlockReaderOptions {
  readonly clock: Clock;
  /** Where the records are: the functions' own namespace. */
  readonly namespace: string;
}

/** Where medik8s' operators keep their leases unless told. Source: facts/field.md, 4.1. */
const MEDIK8S_NAMESPACE = 'medik8s-leases';
/** medik8s' own, and KubeVirt's before that. */
const MAINTENANCES = [
  '/apis/nodemaintenance.medik8s.io/v1beta1/nodemaintenances',
  '/apis/nodemaintenance.kubevirt.io/v1beta1/nodemaintenances',
];
const MIGRATIONS = '/apis/kubevirt.io/v1/virtualmachineinstancemigrations';
const CLUSTER_VERSION = '/apis/config.openshift.io/v1/clusterversions/version';
/** Source: KubeVirt staging/src/kubevirt.io/api/core/v1/types.go, IsFinal. */
const FINAL_PHASES: readonly unknown[] = ['Succeeded', 'Failed'];

/**
 * Reads what other operators are doing. What the cluster does not serve is not there; what may not be read says which
 * verb and resource is missing. An API server checks access before it says that there is no such resource, so rights are
 * needed for all of it: get on leases and on clusterversions, list on nodemaintenances and virtualmachineinstancemigrations.
 */
export function createInterlockReader(client: ApiClient, options: InterlockReaderOptions): InterlockReader {
  return new ApiInterlockReader(client, options);
}

class ApiInterlockReader implements InterlockReader {
  readonly #client: ApiClient;
  readonly #options: InterlockReaderOptions;

  constructor(client: ApiClient, options: InterlockReaderOptions) {
    this.#client = client;
    this.#options = options;
  }

  async read(node: string): Promise<Interlocks> {
    const [ownLock, nodeLease, maintenances, migrations, platformUpdate] = await Promise.all([
      this.#lease(this.#options.namespace, OWN_LEASE),
      this.#lease(MEDIK8S_NAMESPACE, medik8sLeaseName(node)),
      this.#maintenances(node),
      this.#migrations(),
      this.#platformUpdate(),
    ]);
    return { ownLock, nodeLease, maintenances, migrations, platformUpdate };
  }

  async #lease(namespace: string, name: string): Promise<Readable<Hold | undefined>> {
    const found = await this.#get<Lease>(`${leasesPath(namespace)}/${encodeURIComponent(name)}`);
    return mapped(found, (lease) => lease && holdOf(lease, this.#options.clock.now()));
  }

  async #maintenances(node: string): Promise<Readable<readonly string[]>> {
    const lists = await Promise.all(MAINTENANCES.map((path) => this.#list<NodeMaintenance>(path)));
    const unreadable = lists.find((list) => 'unreadable' in list);
    if (unreadable !== undefined) return unreadable;
    const all = lists.flatMap((list) => ('value' in list ? list.value : []));
    return { value: all.filter(({ spec }) => spec?.nodeName === node).map(({ metadata }) => metadata.name) };
  }

  async #migrations(): Promise<Readable<readonly ActiveMigration[]>> {
    const list = await this.#list<Migration>(MIGRATIONS);
    return mapped(list, (items) =>
      items.filter(({ status }) => !FINAL_PHASES.includes(status?.phase)).map(toActiveMigration),
    );
  }

  async #platformUpdate(): Promise<Readable<string | undefined>> {
    const found = await this.#get<ClusterVersion>(CLUSTER_VERSION);
    return mapped(found, (version) => {
      const progressing = version?.status?.conditions?.find(
        ({ type, status }) => type === 'Progressing' && status === 'True',
      );
      return progressing && (progressing.message ?? 'Progressing');
    });
  }

  /** One object; `undefined` when it, or its kind, is not there. */
  async #get<T>(path: string): Promise<Readable<T | undefined>> {
    const { status, body } = await this.#client.call({ method: 'GET', path });
    if (status === 403) return { unreadable: forbiddenText(path) };
    if (status === 404) return { value: undefined };
    if (status === 200) return { value: body as T };
    throw this.#client.translate(new ApiStatusError(status, {}));
  }

  async #list<T>(path: string): Promise<Readable<readonly T[]>> {
    let items: T[] = [];
    const begin = (): void => {
      items = [];
    };
    const page = (more: readonly unknown[]): void => void items.push(...(more as readonly T[]));
    try {
      await readPages(path, (next) => this.#client.call({ method: 'GET', path: next }), { begin, page });
      return { value: items };
    } catch (error) {
      if (!(error instanceof ApiStatusError)) throw this.#client.translate(error);
      if (error.status === 403) return { unreadable: forbiddenText(path) };
      if (error.status === 404) return { value: [] };
      throw this.#client.translate(error);
    }
  }
}

interface NodeMaintenance {
  readonly metadata: { readonly name: string };
  readonly spec?: { readonly nodeName?: string };
}
interface Migration {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly status?: {
    readonly phase?: string;
    readonly migrationState?: { readonly sourceNode?: string; readonly targetNode?: string } | null;
  };
}
interface ClusterVersion {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly message?: string;
    }[];
  };
}

/** The kind and the name, in lower case. Source: medik8s/common pkg/lease/manager.go, generateLeaseName. */
function medik8sLeaseName(node: string): string {
  return `node-${node}`.toLowerCase();
}

function toActiveMigration({ metadata, status }: Migration): ActiveMigration {
  const { sourceNode = '', targetNode = '' } = status?.migrationState ?? {};
  return { namespace: metadata.namespace ?? '', name: metadata.name, sourceNode, targetNode };
}

function mapped<A, B>(found: Readable<A>, map: (value: A) => B): Readable<B> {
  return 'unreadable' in found ? found : { value: map(found.value) };
}

/** Such as "the API server forbids to list nodemaintenances of nodemaintenance.medik8s.io". */
function forbiddenText(path: string): string {
  const { verb, resource } = describeCall('GET', path);
  const [, , group = ''] = path.split('/');
  return `the API server forbids to ${verb} ${resource} of ${group}`;
}
