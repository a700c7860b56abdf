import { CORE_SCHEMA, loadAll, YAMLException } from 'js-yaml';

/** A file that is read, or one sentence why it is not. */
export type ReadYaml =
  | { readonly value: object; readonly problem?: undefined }
  | { readonly problem: string };

/** Far more than anybody writes; what is larger is some other file. */
const MAX_LENGTH = 1_048_576;

/**
 * Reads the one object of a YAML (or JSON) file. Timestamps and times of day stay text. Never throws, and never shows what is in
 * the file, where a secret may be by mistake.
 */
export function readYaml(text: string): ReadYaml {
  if (text.length > MAX_LENGTH) return { problem: 'is larger than 1 MiB' };
  let documents: readonly unknown[];
  try {
    documents = loadAll(text, null, { schema: CORE_SCHEMA }).filter((it) => it !== null && it !== undefined);
  } catch (error) {
    return { problem: `is not YAML: ${reasonOf(error)}` };
  }
  const [value, ...more] = documents;
  if (value === undefined) return { problem: 'is empty' };
  if (more.length > 0) return { problem: `holds ${documents.length} documents, and may hold one` };
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { problem: `holds ${Array.isArray(value) ? 'a list' : 'a text'}, and not the keys of an object` };
  if (hasAlias(value)) return { problem: 'uses an alias (*name): write what it stands for' };
  return { value };
}

/** An alias is the same object twice; found so, none of those that stand for billions is ever walked through. */
function hasAlias(root: object): boolean {
  const seen = new Set<object>();
  const open: unknown[] = [root];
  while (open.length > 0) {
    const it = open.pop();
    if (typeof it !== 'object' || it === null) continue;
    if (seen.has(it)) return true;
    seen.add(it);
    open.push(...Object.values(it));
  }
  return false;
}

/** Without what js-yaml quotes of the text. */
function reasonOf(error: unknown): string {
  if (!(error instanceof YAMLException)) return 'it cannot be read';
  const { reason, mark } = error;
  const plain = reason.replace(/\s*[:"'<!*&(].*$/s, '');
  return mark === undefined ? plain : `${plain} at line ${mark.line + 1}, column ${mark.column + 1}`;
}
