import type { Addition } from './cluster-change.ts';
import {
  type Container,
  isContainer,
  type PatchOperation,
  type Path,
  pointer,
  valueAt,
} from './json-patch.ts';

/**
 * A document and the JSON Patch that makes it of another one, written together, so that what is judged is what the
 * patch does. Missing parents are created as whole values, and `null` counts as missing: `add` replaces it.
 */
export class PatchDraft {
  readonly operations: PatchOperation[] = [];
  /** Takes the operations back, each after a test that what it did is still there as it was. */
  readonly inverse: PatchOperation[] = [];
  /** All that the operations do, in their order; `undefined` once one does more than add. */
  additions: readonly Addition[] | undefined = [];
  readonly #root: { document: unknown };

  /** The document is copied, not changed. */
  constructor(document: object) {
    this.#root = { document: structuredClone(document) };
  }

  /** The value at a path now; `undefined` when it is missing. */
  read(path: Path): unknown {
    return valueAt(this.#root.document, path);
  }

  /** Sets a member, with every parent that is missing. */
  set(path: Path, value: unknown): void {
    this.#setMissing(path, value, [{ path, kind: 'member', value: structuredClone(value) }]);
  }

  /** What is added is told without the parents that it needed: others may have put something beside it by the time it is taken out. */
  #setMissing(path: Path, value: unknown, additions: readonly Addition[]): void {
    const depth = path.findIndex((_, index) => this.read(path.slice(0, index + 1)) === undefined);
    if (depth === -1) {
      this.#replace(path, value);
      return;
    }
    const missing = path.slice(depth + 1).reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
    this.#add(path.slice(0, depth + 1), missing);
    for (const addition of additions) this.#remember(addition);
  }

  /** Adds items to a list, which becomes a whole value when it is missing: `-` needs a list that is there. */
  append(path: Path, items: readonly unknown[]): void {
    const list = this.read(path);
    if (!Array.isArray(list)) {
      this.#setMissing(
        path,
        items,
        items.map((value) => ({ path, kind: 'item', value })),
      );
      return;
    }
    for (const item of items) {
      this.operations.push({ op: 'add', path: pointer([...path, '-']), value: item });
      this.inverse.unshift(...removal([...path, list.length], item));
      this.#remember({ path, kind: 'item', value: item });
      list.push(item);
    }
  }

  /** Removes what is there, after a test that it is what is meant. */
  removeTested(path: Path): void {
    const value = structuredClone(this.read(path));
    this.operations.push(...removal(path, value));
    this.inverse.unshift({ op: 'add', path: pointer(path), value });
    this.additions = undefined;
    const [parent, last] = this.#parentOf(path);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  }

  #add(path: Path, value: unknown): void {
    this.operations.push({ op: 'add', path: pointer(path), value: structuredClone(value) });
    this.inverse.unshift(...removal(path, structuredClone(value)));
    this.#put(path, value);
  }

  #replace(path: Path, value: unknown): void {
    const old = structuredClone(this.read(path));
    this.operations.push({ op: 'replace', path: pointer(path), value: structuredClone(value) });
    this.inverse.unshift(
      { op: 'test', path: pointer(path), value: structuredClone(value) },
      { op: 'replace', path: pointer(path), value: old },
    );
    this.additions = undefined;
    this.#put(path, value);
  }

  #remember(addition: Addition): void {
    this.additions = this.additions && [...this.additions, addition];
  }

  #put(path: Path, value: unknown): void {
    const [parent, last] = this.#parentOf(path);
    parent[last] = structuredClone(value);
  }

  #parentOf(path: Path): readonly [Container, string | number] {
    const parent = this.read(path.slice(0, -1));
    const last = path.at(-1);
    if (!isContainer(parent) || last === undefined) throw new RangeError(`no parent of ${pointer(path)}`);
    return [parent, last];
  }
}

function removal(path: Path, value: unknown): readonly PatchOperation[] {
  return [
    { op: 'test', path: pointer(path), value },
    { op: 'remove', path: pointer(path) },
  ];
}
