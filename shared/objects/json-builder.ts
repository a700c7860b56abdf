import type { JsonVisitor } from './json-visitor.ts';
import {
  ANY_DOCUMENT,
  ANY_OBJECT,
  isKubeVirtPod,
  isListKind,
  kindOf,
  LIST,
  projectionFor,
  readsItems,
} from './kinds.ts';
import type { Position } from './malformed.ts';
import type { FoundObject, ItemsFound, ObjectCollector } from './object-collector.ts';
import { childOf, type Projection } from './projection.ts';
import { typeText } from './validate.ts';

type Fields = Record<string, unknown>;
type Scalar = string | number | boolean | null;

/** `document` and `item` are objects that have a kind; `items` is the list of them; `part` is anything inside. */
type Role = 'document' | 'items' | 'item' | 'part';

/** An open container of which something is wanted. */
interface Frame {
  readonly role: Role;
  projection: Projection;
  readonly value: Fields | unknown[];
  /** The key that was read last. */
  key: string;
  /** What is kept below the key, or of the next element. */
  child: Projection | undefined;
  readonly position: Position;
  /** It was begun before its kind was known, and may hold more than its kind needs. */
  uncut: boolean;
}

const ITEMS: Projection = { type: 'array', element: ANY_OBJECT };

/** Builds the wanted part of each object and hands it to the collector as soon as it is complete. */
export class JsonBuilder implements JsonVisitor {
  wanted = false;
  readonly #collector: ObjectCollector;
  readonly #frames: Frame[] = [];
  #top: Frame | undefined;
  #items: ItemsFound = 'absent';

  constructor(collector: ObjectCollector) {
    this.#collector = collector;
  }

  open(isArray: boolean, position: Position): boolean {
    const outer = this.#top;
    if (outer === undefined) return !isArray && this.#openDocument(position);
    if (outer.role === 'items') return this.#openItem(isArray, position);
    if (outer.role === 'document' && outer.key === 'items') return this.#openItems(isArray, position);
    const { child } = outer;
    if (child === undefined) return false;
    const value = isArray ? [] : {};
    this.#store(outer, value);
    // A container of the wrong type stays empty: validation names the type.
    if (child.type === 'scalar' || isArray !== (child.type === 'array')) return false;
    this.#push('part', child, value, position);
    return true;
  }

  key(name: string | undefined): void {
    const frame = this.#top as Frame;
    frame.key = name ?? '';
    frame.child = name === undefined ? undefined : childOf(frame.projection, name);
    this.wanted = frame.child !== undefined || (frame.role === 'document' && name === 'items');
  }

  scalar(value: Scalar): void {
    const frame = this.#top as Frame;
    if (frame.role === 'items') {
      this.#collector.skipItem();
    } else if (frame.role === 'document' && frame.key === 'items') {
      this.#items = value === null ? 'absent' : { wrongType: typeText(value) };
    } else {
      this.#store(frame, value);
      if (frame.role !== 'part') this.#learnKind(frame);
    }
  }

  close(): void {
    const frame = this.#frames.pop() as Frame;
    const outer = this.#frames.at(-1);
    this.#top = outer;
    this.wanted = outer !== undefined && Array.isArray(outer.value);
    if (frame.role === 'document') this.#closeDocument(frame);
    else if (frame.role === 'item') this.#collector.item(found(frame), this.#frames[0]?.value as Fields);
    else if (outer !== undefined && outer.role !== 'part' && outer.key === 'metadata') this.#learnKind(outer);
  }

  path(): string {
    const steps = this.#frames.map(({ role, value, key }) => {
      if (role === 'items') return `[${this.#collector.itemCount}]`;
      return Array.isArray(value) ? `[${value.length}]` : `.${key}`;
    });
    return steps.join('').slice(1);
  }

  #openDocument(position: Position): true {
    this.#collector.beginDocument(position);
    this.#items = 'absent';
    this.#push('document', ANY_DOCUMENT, {}, position);
    return true;
  }

  #openItems(isArray: boolean, position: Position): boolean {
    this.#items = isArray ? 'array' : { wrongType: typeText({}) };
    if (!isArray || !readsItems(this.#frames[0]?.value as Fields)) return false;
    this.#push('items', ITEMS, [], position);
    return true;
  }

  #openItem(isArray: boolean, position: Position): boolean {
    if (isArray) this.#collector.skipItem();
    else this.#push('item', ANY_OBJECT, {}, position);
    return !isArray;
  }

  #push(role: Role, projection: Projection, value: Fields | unknown[], position: Position): void {
    const child = projection.type === 'array' ? projection.element : undefined;
    const frame: Frame = { role, projection, value, key: '', child, position, uncut: true };
    this.#frames.push(frame);
    this.#top = frame;
    this.wanted = child !== undefined;
  }

  #store(frame: Frame, value: unknown): void {
    if (Array.isArray(frame.value)) {
      if (value !== null) frame.value.push(value);
      return;
    }
    const { key, role } = frame;
    if (
      role !== 'part' &&
      (key === 'kind' || key === 'apiVersion') &&
      (frame.value[key] ?? value) !== value
    ) {
      this.#collector.refuseTwoKinds(found(frame), key);
    }
    if (value === null) delete frame.value[key];
    else frame.value[key] = value;
  }

  /** Once the kind of an object is known, only what that kind needs is read of the rest. */
  #learnKind(frame: Frame): void {
    const { kind, apiVersion, metadata } = frame.value as Fields;
    if (kind === undefined || apiVersion === undefined) return;
    const { projection, role } = frame;
    if (projection === ANY_OBJECT || projection === ANY_DOCUMENT)
      frame.uncut = Object.keys(frame.value).length > 2;
    const foreign = metadata !== undefined && !isKubeVirtPod(metadata);
    const isList = role === 'document' && isListKind(kind);
    frame.projection = isList ? LIST : projectionFor(kindOf(apiVersion, kind), foreign);
  }

  #closeDocument(frame: Frame): void {
    const list = frame.value as Fields;
    const isList = isListKind(list['kind']) || this.#items !== 'absent';
    if (isList && kindOf(list['apiVersion'], list['kind']) === undefined) {
      this.#collector.endList(list, this.#items, frame.position);
    } else this.#collector.single(found(frame));
  }
}

function found({ value, position, uncut }: Frame): FoundObject {
  return { value: value as Fields, position, uncut };
}
