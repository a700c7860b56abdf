import { ANY_OBJECT, isListKind, kindOf, projectionFor, YAML_DOCUMENT, YAML_LIST } from './kinds.ts';
import { childOf, type Projection } from './projection.ts';
import type { YamlBlock } from './yaml-block.ts';
import { isEmpty, isEntry, type Line, lineText } from './yaml-lines.ts';

/** A block mapping whose lines are looked at one by one. */
interface Mapping {
  readonly indent: number;
  /** The end of the line with the mapping's own key; -1 for the object itself. */
  readonly keyEnd: number;
  projection: Projection;
  /** What is wanted of the mapping that may begin on the next line, and the end of its key's line. */
  below: Projection | undefined;
  belowEnd: number;
}

const KEY = /^([\w./-]+):(?:[ \t]+(.*))?$/;
const QUOTED_KEY = /^(?:"[^"\\]*"|'[^']*'):(?:\s|$)/;
const PLAIN_TEXT = /^(?:"([^"\\]*)"|'([^']*)'|([\w./-]+))(?:\s+#.*)?$/;
const FOREIGN_LABEL = /^(?!virt-(?:handler|launcher)\b)[\w./-]+(?:\s+#.*)?$/;
/** An alias may name an anchor that was cut away. */
const MAYBE_ALIAS = /[\s,[{]\*/;

type Progress = 'going' | 'unwanted' | 'unclear';

/**
 * Cuts out of a block-style YAML mapping what is not wanted, line by line, by indentation alone.
 *
 * @returns what is left; or `unwanted` for an object of a kind that is not read; or `unclear` for anything but
 * plain block style: then only the whole text tells
 */
export function cutBlock(
  block: YamlBlock,
  isDocument: boolean,
): { readonly text: string } | 'unwanted' | 'unclear' {
  const cutter = new Cutter(isDocument);
  let progress: Progress = 'going';
  block.visit((line) => {
    progress = cutter.line(line);
    return progress === 'going';
  });
  if (progress !== 'going') return progress;
  const text = cutter.text(block);
  return MAYBE_ALIAS.test(text) ? 'unclear' : { text };
}

class Cutter {
  readonly #isDocument: boolean;
  readonly #mappings: Mapping[] = [];
  readonly #kept: [number, number][] = [];
  /** Mappings of which every member was cut away, by `keyEnd`: empty, which is not the same as absent. */
  readonly #hollow = new Set<number>();
  /** The lines deeper than `#indent` belong to a value that is kept or skipped as a whole. */
  #value: 'keep' | 'skip' | undefined;
  #indent = 0;
  /** The texts of the object's own members so far: empty when they are not plain. */
  readonly #members = new Map<string, string>();
  /** The labels say, or may say, that it is a pod of KubeVirt: a label that is not plain may say anything. */
  #labelled = false;

  constructor(isDocument: boolean) {
    this.#isDocument = isDocument;
  }

  line(line: Line): Progress {
    const empty = isEmpty(line);
    if (empty || this.#continues(line)) {
      if (this.#value === 'keep') this.#keep(line);
      return 'going';
    }
    this.#value = undefined;
    const mapping = this.#mappingOf(line.indent);
    if (mapping?.indent !== line.indent) return 'unclear';
    mapping.below = undefined;
    const text = lineText(line);
    const [, key, value = ''] = KEY.exec(text) ?? [];
    if (key !== undefined) return this.#member(mapping, key, value, line);
    if (!QUOTED_KEY.test(text)) return 'unclear';
    this.#labelled = true;
    this.#wantedMember(mapping, line);
    this.#whole('keep', line);
    return 'going';
  }

  /** What is kept. A line number in an error would be wrong: parse the whole block to tell it. */
  text(block: YamlBlock): string {
    const hollow = [...this.#hollow].reverse();
    const parts: string[] = [];
    for (const [from, to] of this.#kept) {
      let start = from;
      for (let end = hollow.at(-1); end !== undefined && end < to; end = hollow.at(-1)) {
        parts.push(block.text(start, end), ' {}');
        start = end;
        hollow.pop();
      }
      parts.push(block.text(start, to));
    }
    return parts.join('');
  }

  /** A sequence may stand at the indentation of its key. */
  #continues(line: Line): boolean {
    if (this.#value === undefined) return false;
    return line.indent > this.#indent || (line.indent === this.#indent && isEntry(line));
  }

  #keep({ start, end }: Line): void {
    const last = this.#kept.at(-1);
    if (last?.[1] === start) last[1] = end + 1;
    else this.#kept.push([start, end + 1]);
  }

  /** The innermost mapping that a line with this indentation can be a member of. */
  #mappingOf(indent: number): Mapping | undefined {
    const inner = this.#mappings.at(-1);
    if (inner === undefined) return this.#begin(indent, this.#isDocument ? YAML_DOCUMENT : ANY_OBJECT, -1);
    if (inner.below !== undefined && indent > inner.indent) {
      this.#hollow.add(inner.belowEnd);
      return this.#begin(indent, inner.below, inner.belowEnd);
    }
    while ((this.#mappings.at(-1)?.indent ?? -1) > indent) this.#mappings.pop();
    return this.#mappings.at(-1);
  }

  #begin(indent: number, projection: Projection, keyEnd: number): Mapping {
    const mapping: Mapping = { indent, projection, keyEnd, below: undefined, belowEnd: 0 };
    this.#mappings.push(mapping);
    return mapping;
  }

  #member(mapping: Mapping, key: string, value: string, line: Line): Progress {
    const progress = this.#mappings.length === 1 ? this.#learn(mapping, key, value) : 'going';
    if (key === 'kubevirt.io' && !FOREIGN_LABEL.test(value)) this.#labelled = true;
    const child = childOf(mapping.projection, key);
    if (child === undefined) {
      this.#whole('skip', line);
      return progress;
    }
    this.#wantedMember(mapping, line);
    const isMapping = child.type === 'object' || child.type === 'map';
    if (isMapping && value === '') {
      mapping.below = child;
      mapping.belowEnd = line.end;
      return progress;
    }
    this.#whole('keep', line);
    if (isMapping) this.#labelled = true;
    return progress;
  }

  #wantedMember({ keyEnd }: Mapping, line: Line): void {
    this.#hollow.delete(keyEnd);
    this.#keep(line);
  }

  #whole(value: 'keep' | 'skip', { indent }: Line): void {
    this.#value = value;
    this.#indent = indent;
  }

  /** Narrows what is kept of the object once its kind is known, and again once its labels are. */
  #learn(object: Mapping, key: string, value: string): Progress {
    if (this.#members.has(key)) return 'unclear';
    const [, double, single, plain] = PLAIN_TEXT.exec(value) ?? [];
    this.#members.set(key, double ?? single ?? plain ?? '');
    const kind = this.#members.get('kind');
    const apiVersion = this.#members.get('apiVersion');
    if (!(kind && apiVersion)) return 'going';
    const known = kindOf(apiVersion, kind);
    const isList = this.#isDocument && isListKind(kind);
    if (known === undefined && !isList) return 'unwanted';
    const foreign = key !== 'metadata' && this.#members.has('metadata') && !this.#labelled;
    object.projection = isList ? YAML_LIST : projectionFor(known, foreign);
    return 'going';
  }
}
