import type { Hold } from '../domain/remediation/situation.ts';
import type { Clock, DurationMs } from '../domain/units.ts';
import { KubeUnavailableError } from '../errors/errors.ts';
import type { LeaseLock } from '../runtime/remediation-ports.ts';
import type { ApiClient } from './api-client.ts';
import type { ApiAnswer, ApiRequest } from './api-session.ts';
import { NotKubernetesError } from './call-failure.ts';
import { describeCall } from './describe-call.ts';
import { forbiddenCall } from './forbidden.ts';
import { heldSpec, holdOf, type LEADER_LEASE, type Lease, leasesPath, type OWN_LEASE } from './lease.ts';

export interface LeaseLockOptions {
  readonly clock: Clock;
  /** Where the records are: the functions' own namespace. */
  readonly namespace: string;
  /** Of the Lease: one of ours. */
  readonly name: typeof OWN_LEASE | typeof LEADER_LEASE;
}

/** How often it is read again because somebody else wrote it meanwhile. */
const TRIES = 4;
const META = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' } as const;

/**
 * A lock as a Lease, which is only ever written as it was read: of two who take it at once the API server lets one.
 *
 * client-go waits until it has itself seen no change for the whole duration, so that clocks need not agree. Nothing here
 * lives so long, so the times in the Lease are compared with our clock: one that is ahead takes the Lease over that much
 * too early, one that is behind that much too late. Holders ask for far longer than clocks differ, and renew in time; and
 * should two ever hold it at once, each of their writes is guarded still.
 *
 * It needs the verbs get, create and update on leases of coordination.k8s.io in that namespace.
 */
export function createLeaseLock(client: ApiClient, options: LeaseLockOptions): LeaseLock {
  return new ApiLeaseLock(client, options);
}

class ApiLeaseLock implements LeaseLock {
  readonly #client: ApiClient;
  readonly #clock: Clock;
  readonly #namespace: string;
  readonly #name: string;

  constructor(client: ApiClient, { clock, namespace, name }: LeaseLockOptions) {
    this.#client = client;
    this.#clock = clock;
    this.#namespace = namespace;
    this.#name = name;
  }

  async acquire(holder: string, forMs: DurationMs): Promise<Hold | undefined> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const now = this.#clock.now();
      const lease = await this.#read();
      const hold = lease && holdOf(lease, now);
      if (hold !== undefined && hold.holder !== holder) return hold;
      // What broke off and was made after all is found to be ours when it is read again.
      if (await this.#write(lease, heldSpec(lease ?? {}, holder, { now, forMs }))) return undefined;
    }
    throw new KubeUnavailableError(
      `the Lease ${this.#namespace}/${this.#name} changes faster than it can be taken`,
      'Nothing has to be done: it is tried again.',
    );
  }

  async release(holder: string): Promise<void> {
    const lease = await this.#read();
    if (lease?.spec?.holderIdentity !== holder) return;
    const { acquireTime: _, holderIdentity: __, ...rest } = lease.spec;
    // Not written: somebody else has taken it over, since it had expired.
    await this.#write(lease, rest);
  }

  async #read(): Promise<Lease | undefined> {
    const answer = await this.#call({ method: 'GET', path: `${leasesPath(this.#namespace)}/${this.#name}` });
    if (answer.status === 404) return undefined;
    if (answer.status !== 200) throw this.#notUnderstood(answer);
    return answer.body as Lease;
  }

  /** Makes it, or writes it as it was read. @returns whether it is written; not when somebody else was first */
  async #write(lease: Lease | undefined, spec: Lease['spec']): Promise<boolean> {
    const metadata = { name: this.#name, namespace: this.#namespace };
    const collection = leasesPath(this.#namespace);
    const answer =
      lease === undefined
        ? await this.#call({ method: 'POST', path: collection, body: { ...META, metadata, spec } })
        : await this.#call({
            method: 'PUT',
            path: `${collection}/${this.#name}`,
            body: { ...META, metadata: { ...lease.metadata, ...metadata }, spec },
          });
    if (answer.status < 300) return true;
    if (answer.status === 404 && lease === undefined) throw this.#noNamespace();
    if (answer.status === 404 || answer.status === 409) return false;
    throw this.#notUnderstood(answer);
  }

  async #call(request: ApiRequest): Promise<ApiAnswer> {
    const answer = await this.#client.call(request);
    if (answer.status !== 403) return answer;
    const { verb, resource } = describeCall(request.method, request.path);
    const call = { verb, resource, group: 'coordination.k8s.io', namespace: this.#namespace };
    throw forbiddenCall(this.#client.connection, call);
  }

  #noNamespace(): KubeUnavailableError {
    return new KubeUnavailableError(
      `the namespace ${this.#namespace}, in which Leases are kept, does not exist`,
      `Create it with \`kubectl create namespace ${this.#namespace}\`, or name another one in POD_NAMESPACE.`,
    );
  }

  #notUnderstood({ status }: ApiAnswer): unknown {
    return this.#client.translate(new NotKubernetesError(`its answer about a Lease is ${status}`));
  }
}
