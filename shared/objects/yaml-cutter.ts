import {
  ANY_OBJECT,
  FOREIGN_POD,
  isListKind,
  kindOf,
  PROJECTIONS,
  YAML_DOCUMENT,
  YAML_LIST,
} from './kinds.ts';
import { childOf, type Projection } from './projection.ts';
import type { YamlBlock } from './yaml-block.ts';
import { isEmpty, isEntry, type Line, lineText } from './yaml-lines.ts';

/** What is left of a block: its text, and for each of its lines the index in the block. */
export interface CutText {
  readonly text: string;
  readonly lines: readonly number[];
}

/** A block mapping whose lines are looked at one by one. */
interface Mapping {
  readonly indent: number;
  projection: Projection;
  /** The key that was read last, its projection, and that its value begins on the next line. */
  key: string;
  below: Projection | undefined;
}

const KEY = /^([\w./-]+):(?:[ \t]+(.*))?$/;
const QUOTED_KEY = /^(?:"[^"\\]*"|'[^']*'):(?:\s|$)/;
const PLAIN_TEXT = /^(?:"([^"\\]*)"|'([^']*)'|([\w./-]+))(?:\s+#.*)?$/;
const FOREIGN_LABEL = /^(?!virt-(?:handler|launcher)\b)[\w./-]+(?:\s+#.*)?$/;

/**
 * Cuts out of a block-style YAML mapping what is not wanted, line by line, by indentation alone.
 *
 * @returns 'unwanted' when it is an object of a kind that is not read, and 'unclear' for anything but plain block
 * style: then the whole text must be parsed
 */
export function cutBlock(block: YamlBlock, isDocument: boolean): CutText | 'unwanted' | 'unclear' {
  const cutter = new Cutter(isDocument);
  for (const line of block.lines()) {
    const state = cutter.line(line);
    if (state !== 'going') return state;
  }
  return cutter.result(block);
}

type Progress = 'going' | 'unwanted' | 'unclear';

class Cutter {
  readonly #isDocument: boolean;
  readonly #mappings: Mapping[] = [];
  readonly #kept: number[] = [];
  readonly #ranges: [number, number][] = [];
  /** The lines deeper than `#indent` belong to a value that is kept or skipped as a whole. */
  #value: 'keep' | 'skip' | undefined;
  #indent = 0;
  readonly #identity = new Map<string, string>();
  /** The labels say, or may say, that it is a pod of KubeVirt: a label that is not plain may say anything. */
  #labelled = false;

  constructor(isDocument: boolean) {
    this.#isDocument = isDocument;
  }

  line(line: Line): Progress {
    if (isEmpty(line)) {
      if (this.#value === 'keep') this.#keep(line);
      return 'going';
    }
    if (
      this.#value !== undefined &&
      (line.indent > this.#indent || (line.indent === this.#indent && isEntry(line)))
    ) {
      if (this.#value === 'keep') this.#keep(line);
      return 'going';
    }
    this.#value = undefined;
    const mapping = this.#mappingOf(line);
    return mapping === undefined ? 'unclear' : this.#member(mapping, line);
  }

  /** An alias may name something that was cut away, so a text with one counts as unclear. */
  result(block: YamlBlock): CutText | 'unclear' {
    const text = this.#ranges.map(([start, end]) => block.text(start, end)).join('');
    return /[\s,[{]\*/.test(text) ? 'unclear' : { text, lines: this.#kept };
  }

  #keep({ start, end, number }: Line): void {
    const last = this.#ranges.at(-1);
    if (last?.[1] === start) last[1] = end + 1;
    else this.#ranges.push([start, end + 1]);
    this.#kept.push(number);
  }

  /** The mapping that a line is a member of, by its indentation. */
  #mappingOf({ indent }: Line): Mapping | undefined {
    const below = this.#mappings.at(-1)?.below;
    if (this.#mappings.length === 0)
      return this.#begin(indent, this.#isDocument ? YAML_DOCUMENT : ANY_OBJECT);
    if (below !== undefined && indent > (this.#mappings.at(-1)?.indent ?? 0))
      return this.#begin(indent, below);
    while ((this.#mappings.at(-1)?.indent ?? -1) > indent) this.#mappings.pop();
    const mapping = this.#mappings.at(-1);
    return mapping?.indent === indent ? mapping : undefined;
  }

  #begin(indent: number, projection: Projection): Mapping {
    const mapping: Mapping = { indent, projection, key: '', below: undefined };
    this.#mappings.push(mapping);
    return mapping;
  }

  #member(mapping: Mapping, line: Line): Progress {
    mapping.below = undefined;
    const text = lineText(line);
    const [, key, value = ''] = KEY.exec(text) ?? [];
    if (key === undefined) return QUOTED_KEY.test(text) ? this.#quoted(line) : 'unclear';
    mapping.key = key;
    const learnt = this.#mappings.length === 1 ? this.#learn(mapping, key, value) : 'going';
    if (learnt !== 'going') return learnt;
    if (key === 'kubevirt.io' && !FOREIGN_LABEL.test(value)) this.#labelled = true;
    const child = childOf(mapping.projection, key);
    if (child !== undefined) this.#keep(line);
    const hasMembers = value === '' || value.startsWith('#');
    const isMapping = child?.type === 'object' || child?.type === 'map';
    if (isMapping && hasMembers) mapping.below = child;
    else this.#whole(line, child === undefined ? 'skip' : 'keep');
    if (isMapping && !hasMembers) this.#labelled = true;
    return 'going';
  }

  #quoted(line: Line): Progress {
    this.#labelled = true;
    this.#keep(line);
    this.#whole(line, 'keep');
    return 'going';
  }

  #whole({ indent }: Line, value: 'keep' | 'skip'): void {
    this.#value = value;
    this.#indent = indent;
  }

  /** Narrows what is kept of the object once its kind is known, and again once its labels are. */
  #learn(object: Mapping, key: string, value: string): Progress {
    if (this.#identity.has(key)) return 'unclear';
    const [, double, single, plain] = PLAIN_TEXT.exec(value) ?? [];
    this.#identity.set(key, double ?? single ?? plain ?? '');
    const kind = this.#identity.get('kind');
    const apiVersion = this.#identity.get('apiVersion');
    // An empty text was null, a number or not plain: js-yaml decides.
    if (!kind || !apiVersion) return 'going';
    const known = kindOf(apiVersion, kind);
    if (known === undefined && !(this.#isDocument && isListKind(kind))) return 'unwanted';
    object.projection = known === undefined ? YAML_LIST : PROJECTIONS[known];
    if (known === 'Pod' && key !== 'metadata' && this.#identity.has('metadata') && !this.#labelled) {
      object.projection = FOREIGN_POD;
    }
    return 'going';
  }
}
