/** One operation of a JSON Patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'test' | 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

/** The way to a value: member names and indices. */
export type Path = readonly (string | number)[];

type Container = Record<string | number, unknown>;

/**
 * A document and the JSON Patch that makes it of another one, written together, so that what is judged is what the
 * patch does. Missing parents are created as whole values, and `null` counts as missing: `add` replaces it.
 */
export class PatchDraft {
  readonly operations: PatchOperation[] = [];
  readonly #root: { document: unknown };

  /** The document is copied, not changed. */
  constructor(document: object) {
    this.#root = { document: structuredClone(document) };
  }

  /** The value at a path now; `undefined` when it is missing. */
  read(path: Path): unknown {
    let value: unknown = this.#root.document;
    for (const step of path) {
      if (!isContainer(value) || !Object.hasOwn(value, step)) return undefined;
      value = value[step];
    }
    return value ?? undefined;
  }

  /** Sets a member, with every parent that is missing. */
  set(path: Path, value: unknown): void {
    const depth = path.findIndex((_, index) => this.read(path.slice(0, index + 1)) === undefined);
    if (depth === -1) {
      this.#write('replace', path, value);
      return;
    }
    const missing = path.slice(depth + 1).reduceRight<unknown>((inner, step) => ({ [step]: inner }), value);
    this.#write('add', path.slice(0, depth + 1), missing);
  }

  /** Adds items to a list, which becomes a whole value when it is missing or empty: `-` needs a list that is there. */
  append(path: Path, items: readonly unknown[]): void {
    const list = this.read(path);
    if (!Array.isArray(list) || list.length === 0) {
      this.set(path, items);
      return;
    }
    for (const item of items) {
      this.operations.push({ op: 'add', path: pointer([...path, '-']), value: item });
      list.push(item);
    }
  }

  /** Removes what is there, after a test that it is what is meant. */
  removeTested(path: Path): void {
    this.operations.push({ op: 'test', path: pointer(path), value: structuredClone(this.read(path)) });
    this.operations.push({ op: 'remove', path: pointer(path) });
    const [parent, last] = this.#parentOf(path);
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else delete parent[last];
  }

  #write(op: 'add' | 'replace', path: Path, value: unknown): void {
    this.operations.push({ op, path: pointer(path), value: structuredClone(value) });
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

/** Writes a path as a JSON Pointer (RFC 6901): `~` and `/` in a step are escaped. */
export function pointer(path: Path): string {
  return path.map((step) => `/${String(step).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}
