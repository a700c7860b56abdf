import { CORE_SCHEMA, load, YAMLException } from 'js-yaml';
import { brokenText } from './malformed.ts';
import type { YamlBlock } from './yaml-block.ts';
import { cutBlock } from './yaml-cutter.ts';

// Timestamps stay text; of two equal keys the last one wins, as in JSON.
const OPTIONS = { schema: CORE_SCHEMA, json: true };

/** What a block holds, if it was worth parsing. */
export type ParsedBlock = { readonly value: unknown } | 'unwanted';

/**
 * Parses the wanted part of a block; it may hold more than that. Lines that are cut away are not checked.
 *
 * @returns `unwanted` when the block is an object of a kind that is not read
 * @throws InputMalformedError with js-yaml's reason and the line in the whole text
 */
export function parseBlock(source: string, block: YamlBlock, isDocument: boolean): ParsedBlock {
  const cut = cutBlock(block, isDocument);
  if (cut === 'unwanted') return cut;
  if (cut !== 'unclear') {
    try {
      return { value: load(cut.text, OPTIONS) };
    } catch {
      // Either broken, or not as plain as it looked: the whole text tells, with line numbers that fit.
    }
  }
  try {
    const whole = load(block.original(), OPTIONS);
    return { value: isDocument || !Array.isArray(whole) ? whole : whole[0] };
  } catch (error) {
    throw brokenYaml(source, block, error);
  }
}

function brokenYaml(source: string, block: YamlBlock, error: unknown): unknown {
  if (!(error instanceof YAMLException)) return error;
  const { reason, mark } = error;
  const position = { line: block.lineNumber(mark?.line ?? 0), column: (mark?.column ?? 0) + 1 };
  return brokenText(source, position, reason, error);
}
