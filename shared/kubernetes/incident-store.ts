import { IncidentConflictError, InputMalformedError, KubeUnavailableError } from '../errors/errors.ts';
import type { IncidentRecord, IncidentStore } from '../runtime/ports.ts';
import type { ApiClient } from './api-client.ts';
import type { ApiAnswer, ApiRequest } from './api-session.ts';
import { describeCall } from './describe-call.ts';
import { forbiddenCall } from './forbidden.ts';
import { INCIDENT_RESOURCE, parseIncident, toIncidentResource } from './incident-resource.ts';
import { readPages } from './object-pages.ts';

export interface IncidentStoreOptions {
  /** Where the records are: the functions' own namespace. */
  readonly namespace: string;
  /**
   * Told of every record that `list` leaves out because it cannot be read, so that one broken record does not stop all
   * others. Nothing is lost by it: a write about its node fails until it is repaired.
   */
  readonly onUnreadable?: ((error: InputMalformedError) => void) | undefined;
}

/** The file that a user applies; the same in the repository and in the package. */
const CRD_FILE = 'infra/deploy/records/orphan-incident-crd.yaml';
const { plural, kind, group, version } = INCIDENT_RESOURCE;

/**
 * The incidents as OrphanIncident resources: what every function knows, and all that it knows.
 *
 * All of it throws KubeForbiddenError, KubeUnavailableError (also when the resource is not installed: that is
 * done while we wait), KubeUnauthorizedError, KubeTlsError and KubeConfigError; and InputMalformedError for a record that
 * somebody else wrote and that cannot be read: it is neither overwritten nor taken for an empty one.
 */
export function createIncidentStore(
  client: ApiClient,
  options: IncidentStoreOptions,
): KubernetesIncidentStore {
  return new ApiIncidentStore(client, options);
}

/** The store, and a way to find out early that it cannot work. */
export interface KubernetesIncidentStore extends IncidentStore {
  /**
   * Asks for the resource, and for the namespace: a list in a namespace that does not exist is empty.
   *
   * @throws KubeUnavailableError when one of them is missing, KubeForbiddenError when records may not be listed. That the
   *   namespace may not be looked at is no failure: the first write finds out.
   */
  check(): Promise<void>;
}

class ApiIncidentStore implements KubernetesIncidentStore {
  readonly #client: ApiClient;
  readonly #options: IncidentStoreOptions;
  readonly #collection: string;

  constructor(client: ApiClient, options: IncidentStoreOptions) {
    this.#client = client;
    this.#options = options;
    this.#collection = `/apis/${group}/${version}/namespaces/${encodeURIComponent(options.namespace)}/${plural}`;
  }

  async get(node: string): Promise<IncidentRecord | undefined> {
    // No object is called so, and a URL that ends so is that of all records.
    if (node === '.' || node === '..') return undefined;
    const answer = await this.#call({ method: 'GET', path: this.#pathOf(node) });
    return answer.status === 404 ? undefined : this.#record(answer, node);
  }

  async list(): Promise<readonly IncidentRecord[]> {
    const call = (path: string): Promise<ApiAnswer> => this.#call({ method: 'GET', path });
    let items: unknown[] = [];
    const begin = (): void => {
      items = [];
    };
    await readPages(this.#collection, call, { begin, page: (more) => void items.push(...more) }).catch(
      (error: unknown) => {
        throw this.#client.translate(error);
      },
    );
    return items.flatMap((item) => {
      const parsed = parseIncident(item);
      if (!('field' in parsed)) return [parsed];
      this.#options.onUnreadable?.(this.#unreadable(item, parsed));
      return [];
    });
  }

  async check(): Promise<void> {
    await this.#call({ method: 'GET', path: `${this.#collection}?limit=1` });
    const path = `/api/v1/namespaces/${encodeURIComponent(this.#options.namespace)}`;
    const { status } = await this.#client.call({ method: 'GET', path });
    if (status === 404) throw this.#noNamespace();
  }

  async create(node: string): Promise<IncidentRecord> {
    const { apiVersion } = INCIDENT_RESOURCE;
    const { namespace } = this.#options;
    const body = { apiVersion, kind, metadata: { name: node, namespace }, spec: { nodeName: node } };
    const answer = await this.#call({ method: 'POST', path: this.#collection, body });
    if (answer.status === 409) throw conflict(node, 'somebody else made it meanwhile');
    if (answer.status === 404) throw this.#noNamespace();
    return this.#record(answer, node);
  }

  async update(record: IncidentRecord): Promise<IncidentRecord> {
    const { node } = record;
    const body = toIncidentResource(record, this.#options.namespace);
    const answer = await this.#call({ method: 'PUT', path: `${this.#pathOf(node)}/status`, body });
    if (answer.status === 404) throw conflict(node, 'it is gone');
    if (answer.status === 409) throw conflict(node, 'somebody else wrote it meanwhile');
    return this.#record(answer, node);
  }

  async remove({ node, uid, resourceVersion }: IncidentRecord): Promise<void> {
    const body = { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { uid, resourceVersion } };
    const answer = await this.#call({ method: 'DELETE', path: this.#pathOf(node), body });
    if (answer.status === 409) throw conflict(node, 'somebody else wrote it meanwhile');
    if (answer.status !== 404 && answer.status >= 300) throw this.#refused(answer);
  }

  #pathOf(node: string): string {
    return `${this.#collection}/${encodeURIComponent(node)}`;
  }

  async #call(request: ApiRequest): Promise<ApiAnswer> {
    const answer = await this.#client.call(request);
    if (answer.status === 403) {
      const { verb, resource } = describeCall(request.method, request.path);
      const { namespace } = this.#options;
      throw forbiddenCall(this.#client.connection, { verb, resource, group, namespace });
    }
    if (answer.status === 404 && !isAboutObject(answer)) throw this.#notInstalled();
    return answer;
  }

  #record(answer: ApiAnswer, node: string): IncidentRecord {
    if (answer.status >= 300) throw this.#refused(answer);
    const parsed = parseIncident(answer.body);
    if ('field' in parsed) throw this.#unreadable({ metadata: { name: node } }, parsed);
    return parsed;
  }

  #unreadable(
    item: unknown,
    { field, problem }: { readonly field: string; readonly problem: string },
  ): InputMalformedError {
    const { name = '' } = ((item as { metadata?: unknown }).metadata ?? {}) as { readonly name?: string };
    const { namespace } = this.#options;
    return new InputMalformedError(
      `the ${kind} ${namespace}/${name} cannot be read: ${field}: ${problem}`,
      `Repair it, or delete it with \`kubectl -n ${namespace} delete ${plural} ${name}\`: the next audit makes it anew.`,
    );
  }

  #notInstalled(): KubeUnavailableError {
    return new KubeUnavailableError(
      `the cluster ${this.#client.connection.server} does not serve ${plural}.${group}/${version}, in which incidents are kept`,
      `Install it with \`kubectl apply -f ${CRD_FILE}\`; nothing has to be restarted.`,
    );
  }

  #noNamespace(): KubeUnavailableError {
    const { namespace } = this.#options;
    return new KubeUnavailableError(
      `the namespace ${namespace}, in which incidents are kept, does not exist`,
      `Create it with \`kubectl create namespace ${namespace}\`, or name another one in POD_NAMESPACE.`,
    );
  }

  /** The server does not take what we write: it knows another version of the resource than we do. */
  #refused({ status }: ApiAnswer): KubeUnavailableError {
    return new KubeUnavailableError(
      `the cluster ${this.#client.connection.server} refuses an ${kind} (${status}): it may serve another version of it`,
      `Apply the definition that belongs to this version with \`kubectl apply -f ${CRD_FILE}\`.`,
    );
  }
}

function conflict(node: string, what: string): IncidentConflictError {
  return new IncidentConflictError(
    `the ${kind} of the node ${node} was not written: ${what}`,
    'Nothing has to be done: the event is delivered again and judged anew.',
  );
}

/**
 * Whether a 404 says that an object is missing. For a resource that is not served, the API server answers with text,
 * and during the definition's removal with a Status that names no object.
 */
function isAboutObject({ body }: ApiAnswer): boolean {
  const { details } = (body ?? {}) as { readonly details?: { readonly name?: unknown } };
  return typeof details?.name === 'string' && details.name !== '';
}
