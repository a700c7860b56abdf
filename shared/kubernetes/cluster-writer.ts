import {
  operationsToAdd,
  operationsToRemove,
  presenceOf,
  type Rebased,
} from '../domain/mitigations/additions.ts';
import type { ChangeState, ChangeTarget, ClusterChange } from '../domain/mitigations/cluster-change.ts';
import { plainLine } from '../domain/notifications/plain-line.ts';
import type { ClusterWriter, WriteOutcome } from '../runtime/remediation-ports.ts';
import type { ApiClient } from './api-client.ts';
import type { ApiAnswer } from './api-session.ts';
import { NotKubernetesError } from './call-failure.ts';
import { type FoundObject, guardsFor, targetPath, targetResource } from './change-target.ts';
import { forbiddenCall } from './forbidden.ts';
import { withQuery } from './object-pages.ts';

/** Who we are in `metadata.managedFields`. */
const FIELD_MANAGER = 'kubevirt-orphans';
/** In UTF-16 code units, of what is told of the API server's words. */
const MESSAGE_LIMIT = 500;

const NOT_ADDITIVE = 'it does more than add, so it cannot be taken back: people have to make it';

/**
 * Writes through the API server: JSON patches and deletions, each guarded by what was read right before. The client makes a
 * call again that broke off, which is safe for the same reason: a write that was made changes what the guard tests. So
 * whatever is refused is looked at again, and is `made` when what was wanted is there.
 *
 * It needs the verbs get and patch on nodes, kubevirts and hyperconvergeds, get and delete on pods.
 */
export function createClusterWriter(client: ApiClient): ClusterWriter {
  return new ApiClusterWriter(client);
}

interface Writing {
  readonly change: ClusterChange;
  readonly dryRun: boolean;
}

class ApiClusterWriter implements ClusterWriter {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async look(change: ClusterChange): Promise<ChangeState> {
    const object = await this.#find(change.target);
    if (change.action === 'delete') return object === undefined || isLeaving(object) ? 'made' : 'absent';
    if (object === undefined) return 'gone';
    return change.additions === undefined ? 'absent' : presenceOf(change.additions, object);
  }

  tryOut(change: ClusterChange): Promise<WriteOutcome> {
    return this.#make({ change, dryRun: true });
  }

  write(change: ClusterChange): Promise<WriteOutcome> {
    return this.#make({ change, dryRun: false });
  }

  tryRevert(change: ClusterChange): Promise<WriteOutcome> {
    return this.#unmake({ change, dryRun: true });
  }

  revert(change: ClusterChange): Promise<WriteOutcome> {
    return this.#unmake({ change, dryRun: false });
  }

  #unmake(writing: Writing): Promise<WriteOutcome> {
    const { change } = writing;
    if (change.action === 'delete') return Promise.resolve({ kind: 'made', generation: undefined });
    const { operations, additions } = change;
    if (additions === undefined) return Promise.resolve({ kind: 'refused', message: NOT_ADDITIVE });
    return this.#patch(writing, (object) => operationsToRemove(object, { operations, additions }));
  }

  #make(writing: Writing): Promise<WriteOutcome> {
    const { change } = writing;
    if (change.action === 'delete') return this.#delete(writing);
    const { operations, additions } = change;
    if (additions === undefined) return Promise.resolve({ kind: 'refused', message: NOT_ADDITIVE });
    return this.#patch(writing, (object) => operationsToAdd(object, { operations, additions }));
  }

  /** @param rebase - what is still to be written into the object as it is now */
  async #patch({ change, dryRun }: Writing, rebase: (object: FoundObject) => Rebased): Promise<WriteOutcome> {
    const { target } = change;
    const object = await this.#find(target);
    if (object === undefined) return { kind: 'gone' };
    const rebased = rebase(object);
    if (rebased.kind !== 'operations') return rebased;
    if (rebased.operations.length === 0) return made(object);
    const guards = guardsFor(object, target.kind);
    const query = { fieldManager: FIELD_MANAGER, ...(dryRun && { dryRun: 'All' }) };
    const answer = await this.#client.call({
      method: 'PATCH',
      path: withQuery(targetPath(target), query),
      body: [...guards, ...rebased.operations],
      contentType: 'application/json-patch+json',
    });
    if (answer.status < 300) return made(answer.body as FoundObject);
    const now = await this.#find(target);
    if (now === undefined) return { kind: 'gone' };
    const left = rebase(now);
    if (left.kind === 'operations' && left.operations.length === 0) return made(now);
    const isSame = JSON.stringify(guardsFor(now, target.kind)) === JSON.stringify(guards);
    return answer.status === 409 || !isSame ? { kind: 'conflict' } : refused(answer);
  }

  async #delete({ change: { target }, dryRun }: Writing): Promise<WriteOutcome> {
    const object = await this.#find(target);
    if (object === undefined) return { kind: 'gone' };
    if (isLeaving(object)) return made(object);
    // It was judged by not being Ready: to delete one that works would take away what is wanted.
    if (isReady(object)) return { kind: 'conflict' };
    const { uid, resourceVersion } = object.metadata;
    const answer = await this.#client.call({
      method: 'DELETE',
      path: targetPath(target),
      body: {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        preconditions: { uid, resourceVersion },
        ...(dryRun && { dryRun: ['All'] }),
      },
    });
    if (answer.status < 300) return made(object);
    const now = await this.#find(target);
    if (now === undefined || isLeaving(now)) return made(object);
    return answer.status === 409 ? { kind: 'conflict' } : refused(answer);
  }

  /** The object that the target means; `undefined` when it is gone, also when another one has its name. */
  async #find(target: ChangeTarget): Promise<FoundObject | undefined> {
    const { status, body } = await this.#client.call({ method: 'GET', path: targetPath(target) });
    if (status === 404) return undefined;
    if (status === 403) {
      const namespace = target.namespace === '' ? undefined : target.namespace;
      const call = { verb: 'get', ...targetResource(target), namespace };
      throw forbiddenCall(this.#client.connection, call);
    }
    const object = (body ?? {}) as Partial<FoundObject>;
    if (status !== 200 || object.metadata === undefined)
      throw this.#client.translate(new NotKubernetesError(`its answer is no ${target.kind} (${status})`));
    return object.metadata.uid === target.uid ? (object as FoundObject) : undefined;
  }
}

function made({ metadata }: Partial<FoundObject>): WriteOutcome {
  return { kind: 'made', generation: metadata?.generation };
}

/** In the API server's words; they name who asks and what for, and never a credential. */
function refused({ status, body }: ApiAnswer): WriteOutcome {
  const { message } = (body ?? {}) as { readonly message?: unknown };
  const words = typeof message === 'string' && message !== '' ? message : 'the API server says no more';
  return { kind: 'refused', message: plainLine(`${status}: ${words}`, MESSAGE_LIMIT) };
}

function isLeaving({ metadata }: FoundObject): boolean {
  return metadata.deletionTimestamp !== undefined;
}

function isReady({ status }: FoundObject): boolean {
  return status?.conditions?.some((it) => it.type === 'Ready' && it.status === 'True') ?? false;
}
