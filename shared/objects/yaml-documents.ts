import { ANY_DOCUMENT, ANY_OBJECT, isListKind, kindOf, readsItems } from './kinds.ts';
import { brokenText, listCutShort, tooLarge } from './malformed.ts';
import { itemsOf, type ObjectCollector } from './object-collector.ts';
import { isObject, type Projection, project } from './projection.ts';
import { StringPool } from './string-pool.ts';
import { MAX_BLOCK_BYTES, YamlBlock } from './yaml-block.ts';
import { cutBlock } from './yaml-cutter.ts';
import { isEmpty, isEntry, isMarker, type Line, type LineSink, lineText, toLine } from './yaml-lines.ts';
import { parseBlock } from './yaml-parse.ts';

type Fields = Readonly<Record<string, unknown>>;

const DASH = 0x2d;
const DOT = 0x2e;
const PERCENT = 0x25;
const ITEMS_KEY = /^items:(?:\s+#.*)?$/;
const ITEMS_LINE = Buffer.from('items:');

/** Cuts lines into documents, and block-style lists into items; hands each to the collector when it is complete. */
export class YamlDocuments implements LineSink {
  readonly #source: string;
  readonly #collector: ObjectCollector;
  readonly #strings = new StringPool();
  /** The document without the items of a block-style list, and the item that is being read. */
  readonly #head = new YamlBlock();
  readonly #item = new YamlBlock();
  #begun = false;
  /** Inside the items of a block-style list, which are read or skipped; or before or behind them. */
  #items: 'before' | 'read' | 'skip' | 'behind' = 'before';
  #itemsNumber = 0;
  #itemIndent = -1;
  /** What was known of the list when its items began. */
  #list: Fields = {};
  /** The blocks of which the rest is skipped: large, and of a kind that is not read. */
  readonly #skipped = new Set<YamlBlock>();

  constructor(source: string, collector: ObjectCollector) {
    this.#source = source;
    this.#collector = collector;
  }

  /** Takes the next line. */
  line(line: Line): void {
    if (isMarker(line, DASH)) {
      this.end();
      this.#headLine(line, 3);
    } else if (isMarker(line, DOT)) this.end();
    else if (this.#items === 'before' || this.#items === 'behind') this.#headLine(line, 0);
    else this.#itemsLine(line);
  }

  /** Lets go of the lines so far. */
  flush(): void {
    this.#head.flush();
    this.#item.flush();
  }

  /** Ends the document. */
  end(): void {
    this.#endItem();
    if (this.#begun) this.#endDocument();
    this.#head.clear();
    this.#skipped.clear();
    this.#begun = false;
    this.#items = 'before';
    this.#list = {};
  }

  #headLine(line: Line, blanked: number): void {
    const shown = blanked === 0 ? line : { ...line, indent: blanked };
    if (!this.#begun) {
      if (isEmpty(shown) || line.bytes[line.start] === PERCENT) return;
      this.#begun = true;
      this.#collector.beginDocument({ line: line.number });
    }
    if (line.indent === 0 && ITEMS_KEY.test(lineText(line))) this.#beginItems(line);
    else this.#add(this.#head, line, blanked);
  }

  #beginItems({ number }: Line): void {
    const head = parseBlock(this.#source, this.#head, true);
    this.#list = head === 'unwanted' ? {} : this.#project(head.value, ANY_DOCUMENT);
    this.#items = head === 'unwanted' || !readsItems(this.#list) ? 'skip' : 'read';
    this.#itemsNumber = number;
    this.#itemIndent = -1;
  }

  #itemsLine(line: Line): void {
    if (isEmpty(line)) {
      if (!this.#item.empty) this.#add(this.#item, line, 0);
      return;
    }
    if (this.#itemIndent < 0 && isEntry(line)) this.#itemIndent = line.indent;
    switch (placeOf(line, this.#itemIndent)) {
      case 'entry':
        this.#beginItem(line);
        break;
      case 'inside':
        this.#add(this.#item, line, 0);
        break;
      case 'behind':
        this.#leaveItems(line);
        break;
      case 'no sequence':
        this.#noSequence(line);
        break;
      case 'nowhere':
        throw brokenText(this.#source, { line: line.number }, 'bad indentation of a list item');
    }
  }

  #beginItem(line: Line): void {
    this.#endItem();
    this.#add(this.#item, line, 1);
  }

  #leaveItems(line: Line): void {
    this.#endItem();
    this.#items = 'behind';
    this.#headLine(line, 0);
  }

  /** Whatever the items are, they are no block sequence: they belong to the document. */
  #noSequence(line: Line): void {
    this.#items = 'before';
    this.#add(this.#head, toLine(ITEMS_LINE, 0, ITEMS_LINE.length, this.#itemsNumber), 0);
    this.#add(this.#head, line, 0);
  }

  #add(block: YamlBlock, line: Line, blanked: number): void {
    if (this.#items === 'skip' || this.#skipped.has(block) || block.add(line, blanked)) return;
    if (cutBlock(block, block === this.#head) !== 'unwanted') {
      const size = `${MAX_BLOCK_BYTES >> 20} MiB`;
      throw tooLarge(
        this.#source,
        { line: block.firstLine },
        `an object or document larger than ${size} begins here`,
      );
    }
    this.#skipped.add(block);
  }

  #endItem(): void {
    if (this.#item.empty) return;
    const position = { line: this.#item.firstLine };
    const value = this.#parse(this.#item);
    this.#item.clear();
    this.#skipped.delete(this.#item);
    this.#itemOf(value, this.#list, position.line);
  }

  #itemOf(value: unknown, list: Fields, line: number): void {
    if (!isObject(value)) this.#collector.skipItem();
    else
      this.#collector.item(
        { value: this.#project(value, ANY_OBJECT), position: { line }, uncut: true },
        list,
      );
  }

  #endDocument(): void {
    const parsed = this.#parse(this.#head);
    const whole = isObject(parsed) ? parsed : {};
    const value = this.#project(whole, ANY_DOCUMENT);
    const position = { line: this.#head.firstLine };
    const items = this.#items === 'before' ? itemsOf(whole['items']) : 'array';
    const isList = isListKind(value['kind']) || items !== 'absent';
    if (!isList || kindOf(value['apiVersion'], value['kind']) !== undefined) {
      this.#collector.single({ value, position, uncut: true });
      return;
    }
    if (items === 'array' && value['kind'] === undefined && value['apiVersion'] !== undefined)
      throw listCutShort(this.#source, position);
    const inline = Array.isArray(whole['items']) && readsItems(value) ? whole['items'] : [];
    for (const item of inline) this.#itemOf(item, value, position.line);
    this.#collector.endList(value, items, position);
  }

  /** The value of a block; undefined for one of a kind that is not read. */
  #parse(block: YamlBlock): unknown {
    if (this.#skipped.has(block)) return undefined;
    const parsed = parseBlock(this.#source, block, block === this.#head);
    return parsed === 'unwanted' ? undefined : parsed.value;
  }

  #project(value: unknown, projection: Projection): Fields {
    return isObject(value) ? (project(value, projection, (text) => this.#strings.share(text)) as Fields) : {};
  }
}

/** Where a line behind `items:` belongs; `itemIndent` is -1 before the first item. */
function placeOf(line: Line, itemIndent: number): 'entry' | 'inside' | 'behind' | 'no sequence' | 'nowhere' {
  if (itemIndent >= 0 && line.indent > itemIndent) return 'inside';
  if (isEntry(line)) return line.indent === itemIndent ? 'entry' : 'nowhere';
  if (line.indent === 0) return 'behind';
  return itemIndent < 0 ? 'no sequence' : 'nowhere';
}
