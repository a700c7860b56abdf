import {
  type AdditivePatch,
  operationsToAdd,
  operationsToRemove,
  presenceOf,
  type Rebased,
} from '../../shared/domain/mitigations/additions.ts';
import type { ChangeState, ClusterChange } from '../../shared/domain/mitigations/cluster-change.ts';
import { patched } from '../../shared/domain/mitigations/json-patch.ts';
import type { ClusterObject } from '../../shared/domain/objects.ts';
import type { Hold, Interlocks } from '../../shared/domain/remediation/situation.ts';
import { type Clock, type DurationMs, epochMs } from '../../shared/domain/units.ts';
import type {
  ClusterWriter,
  InterlockReader,
  LeaseLock,
  WriteOutcome,
} from '../../shared/runtime/remediation-ports.ts';

/** Is told of every call right before it takes effect; what it throws, the call throws. */
export type BeforeCall = (call: string) => void;

/** Objects that functions read and write. */
export class FakeObjects {
  all: readonly ClusterObject[];

  constructor(all: readonly ClusterObject[]) {
    this.all = all;
  }

  find(kind: string, name: string): ClusterObject | undefined {
    return this.all.find((it) => it.kind === kind && it.metadata.name === name);
  }

  /** Puts an object there, in the place of the one that has its name. */
  put(object: ClusterObject): void {
    this.remove(object.kind, object.metadata.name);
    this.all = [...this.all, object];
  }

  remove(kind: string, name: string): void {
    this.all = this.all.filter((it) => it.kind !== kind || it.metadata.name !== name);
  }
}

/** Writes as the API server would: only what is still to be written, into the object that is meant. */
export class FakeWriter implements ClusterWriter {
  /** What was written and taken back, such as `write Node node02`. */
  readonly made: string[] = [];
  /** What a dry run is answered with, instead of what it would be. */
  dryRun: WriteOutcome | undefined;
  readonly #objects: FakeObjects;
  readonly #before: BeforeCall;

  constructor(objects: FakeObjects, before: BeforeCall) {
    this.#objects = objects;
    this.#before = before;
  }

  async look(change: ClusterChange): Promise<ChangeState> {
    this.#before('look');
    const object = this.#targetOf(change);
    if (change.action === 'delete') return object === undefined ? 'made' : 'absent';
    return object === undefined ? 'gone' : presenceOf(change.additions ?? [], object);
  }

  async tryOut(change: ClusterChange): Promise<WriteOutcome> {
    this.#before('tryOut');
    if (this.dryRun !== undefined) return this.dryRun;
    return this.#targetOf(change) === undefined ? { kind: 'gone' } : { kind: 'made', generation: undefined };
  }

  async write(change: ClusterChange): Promise<WriteOutcome> {
    this.#before('write');
    return this.#change(change, 'write', operationsToAdd);
  }

  async tryRevert(change: ClusterChange): Promise<WriteOutcome> {
    this.#before('tryRevert');
    return this.#targetOf(change) === undefined ? { kind: 'gone' } : { kind: 'made', generation: undefined };
  }

  async revert(change: ClusterChange): Promise<WriteOutcome> {
    this.#before('revert');
    return this.#change(change, 'revert', operationsToRemove);
  }

  #change(
    change: ClusterChange,
    verb: string,
    rebase: (object: object, patch: AdditivePatch) => Rebased,
  ): WriteOutcome {
    const object = this.#targetOf(change);
    if (object === undefined) return { kind: 'gone' };
    const { kind, name } = change.target;
    if (change.action === 'delete') this.#objects.remove(kind, name);
    else {
      const { operations, additions = [] } = change;
      const rebased = rebase(object, { operations, additions });
      if (rebased.kind !== 'operations') return rebased;
      if (rebased.operations.length === 0) return { kind: 'made', generation: undefined };
      const next = patched(object, rebased.operations);
      if (next === undefined) return { kind: 'conflict' };
      this.#objects.put(next);
    }
    this.made.push(`${verb} ${kind} ${name}`);
    return { kind: 'made', generation: undefined };
  }

  #targetOf({ target: { kind, name, uid } }: ClusterChange): ClusterObject | undefined {
    const object = this.#objects.find(kind, name);
    return object?.metadata.uid === uid ? object : undefined;
  }
}

/** The lock in memory, which says who has it as the API server would. */
export class FakeLock implements LeaseLock {
  hold: Hold | undefined;
  readonly #clock: Clock;
  readonly #before: BeforeCall;

  constructor(clock: Clock, before: BeforeCall) {
    this.#clock = clock;
    this.#before = before;
  }

  async acquire(holder: string, forMs: DurationMs): Promise<Hold | undefined> {
    this.#before('lock');
    const { hold } = this;
    const now = this.#clock.now();
    const isFree = hold === undefined || hold.holder === holder || (hold.until ?? now + 1) <= now;
    if (!isFree) return hold;
    this.hold = { holder, until: epochMs(now + forMs) };
    return undefined;
  }

  async release(holder: string): Promise<void> {
    this.#before('release');
    if (this.hold?.holder === holder) this.hold = undefined;
  }
}

/** What others do: nothing, unless a test says so; and the lock. */
export class FakeInterlocks implements InterlockReader {
  others: Partial<Interlocks> = {};
  readonly #lock: FakeLock;
  readonly #before: BeforeCall;

  constructor(lock: FakeLock, before: BeforeCall) {
    this.#lock = lock;
    this.#before = before;
  }

  async read(): Promise<Interlocks> {
    this.#before('interlocks');
    return {
      ownLock: { value: this.#lock.hold },
      nodeLease: { value: undefined },
      maintenances: { value: [] },
      migrations: { value: [] },
      platformUpdate: { value: undefined },
      ...this.others,
    };
  }
}
