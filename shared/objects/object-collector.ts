import type { ReadKind } from '../domain/evidence-objects.ts';
import { isKubeVirtPod, isListKind, itemKindName, kindOf, PROJECTIONS } from './kinds.ts';
import { type Position, positionText, wrongObject } from './malformed.ts';
import type { ObjectSink } from './object-sink.ts';
import { isObject, project } from './projection.ts';
import { metadataProblem, typeText, validate } from './validate.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One object of the text, cut to what is wanted, or to more. */
export interface FoundObject {
  readonly value: Fields;
  readonly position: Position;
  /** It holds more than its kind needs, because it was read before its kind was known. */
  readonly uncut: boolean;
}

/** What a document has as `items`: null counts as nothing. */
export type ItemsFound = 'array' | 'absent' | { readonly wrongType: string };

interface HeldItem extends FoundObject {
  readonly where: string;
}

/** Classifies, validates and hands over what a reader finds, document by document; the same for JSON and YAML. */
export class ObjectCollector {
  readonly #source: string;
  readonly #sink: ObjectSink;
  readonly #seen = new Set<ReadKind>();
  #document = 0;
  #prefix = '';
  #items = 0;
  #held: HeldItem[] = [];

  constructor(source: string, sink: ObjectSink) {
    this.#source = source;
    this.#sink = sink;
  }

  /** Begins the next document. */
  beginDocument(position: Position): void {
    this.#document += 1;
    this.#prefix =
      this.#document === 1 ? '' : `document ${this.#document} (${positionText({ line: position.line })}), `;
    this.#items = 0;
    this.#held = [];
  }

  /** Items of this document so far. */
  get itemCount(): number {
    return this.#items;
  }

  /** @throws InputMalformedError: an object that says twice, and differently, what it is */
  refuseTwoKinds({ value, position }: FoundObject, key: string): never {
    throw wrongObject(
      this.#source,
      position,
      `${key} is given twice, first as ${JSON.stringify(value[key])}`,
    );
  }

  /** Counts an item that is not handed over. */
  skipItem(): void {
    this.#items += 1;
  }

  /** An item of a list; `list` is what is known of the list so far. An item without a kind waits for the list's. */
  item(found: FoundObject, list: Fields): void {
    const where = `${this.#prefix}items[${this.#items}]`;
    this.#items += 1;
    const { kind, apiVersion } = found.value;
    if (kind !== undefined && apiVersion !== undefined) this.#object(found, kindOf(apiVersion, kind), where);
    else if (list['kind'] === undefined || list['apiVersion'] === undefined)
      this.#held.push({ ...found, where });
    else this.#inherit({ ...found, where }, list);
  }

  /** Ends a document that was a list, or may have been one. */
  endList(list: Fields, items: ItemsFound, position: Position): void {
    const { kind } = list;
    for (const item of this.#held) this.#inherit(item, list);
    this.#held = [];
    if (!isListKind(kind)) return;
    if (typeof items === 'object') {
      throw wrongObject(
        this.#source,
        position,
        `${this.#prefix}${kind}: items is ${items.wrongType}, not an array`,
      );
    }
    const itemKind = kindOf(list['apiVersion'], itemKindName(kind));
    if (itemKind !== undefined) this.#saw(itemKind);
    const meta = isObject(list['metadata']) ? list['metadata'] : {};
    this.#sink.listEnd?.({
      kind,
      continueToken: textOf(meta['continue']),
      resourceVersion: textOf(meta['resourceVersion']),
    });
  }

  /** Ends a document that was a single object. */
  single(found: FoundObject): void {
    const { apiVersion, kind } = found.value;
    this.#object(found, kindOf(apiVersion, kind), `${this.#prefix || 'document 1'}`.replace(/, $/, ''));
  }

  #inherit(item: HeldItem, list: Fields): void {
    const inherited = isListKind(list['kind']) ? itemKindName(list['kind']) : undefined;
    const { kind = inherited, apiVersion = inherited === undefined ? undefined : list['apiVersion'] } =
      item.value;
    this.#object(item, kindOf(apiVersion, kind), item.where);
  }

  #object({ value, position, uncut }: FoundObject, kind: ReadKind | undefined, where: string): void {
    if (kind === undefined) return;
    if (kind === 'Pod' && !isKubeVirtPod(value['metadata'])) {
      this.#saw('Pod');
      this.#refuse(metadataProblem(kind, value), { kind, value, position, where });
      return;
    }
    const cut = uncut ? (project(value, PROJECTIONS[kind]) as Fields) : value;
    const result = validate(kind, cut);
    if ('wrong' in result) this.#refuse(result.wrong, { kind, value, position, where });
    else this.#sink.object(result.object, where);
  }

  #saw(kind: ReadKind): void {
    if (this.#seen.has(kind)) return;
    this.#seen.add(kind);
    this.#sink.kindSeen(kind);
  }

  #refuse(
    problem: string | undefined,
    { kind, value, position, where }: { kind: ReadKind; value: Fields; position: Position; where: string },
  ): void {
    if (problem === undefined) return;
    throw wrongObject(this.#source, position, `${kind} ${nameOf(value)}(${where}): ${problem}`);
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** `tenant-a/web-1 `, or nothing when the object has no name. */
function nameOf({ metadata }: Fields): string {
  if (!isObject(metadata)) return '';
  const { namespace, name } = metadata;
  return [namespace, name]
    .filter((part) => typeof part === 'string' && part !== '')
    .join('/')
    .replace(/(.)$/, '$1 ');
}

/** What `items` is when it is not an array: for `endList`. */
export function itemsOf(items: unknown): ItemsFound {
  if (items == null) return 'absent';
  return Array.isArray(items) ? 'array' : { wrongType: typeText(items) };
}
