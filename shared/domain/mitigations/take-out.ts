import type { Addition } from './cluster-change.ts';
import { isContainer, isSameValue, type PatchOperation, type Path } from './json-patch.ts';
import { PatchDraft } from './patch-draft.ts';

/**
 * The patch that takes additions out of an object, as far as they are there as they were put in. Where a whole parent
 * was added it goes as a whole while it is as it was; once somebody else has put something beside what we added, only
 * ours goes. What somebody has changed is theirs and stays.
 *
 * @param document - the object as it is now; it is not changed
 * @param additions - in the order in which they were made
 * @returns operations that test what they remove; empty when nothing of it is left
 */
export function takeOut(document: object, additions: readonly Addition[]): readonly PatchOperation[] {
  const draft = new PatchDraft(document);
  for (const { path, kind, value } of [...additions].reverse()) {
    if (kind === 'item') takeParts(draft, path, [value]);
    else take(draft, path, value);
  }
  return draft.operations;
}

function take(draft: PatchDraft, path: Path, value: unknown): void {
  const actual = draft.read(path);
  if (isSameValue(actual, value)) draft.removeTested(path);
  else takeParts(draft, path, value);
}

/** Takes the items of a list, or the members of a map, out of the one that is there. */
function takeParts(draft: PatchDraft, path: Path, value: unknown): void {
  const actual = draft.read(path);
  if (!isContainer(value) || !isContainer(actual)) return;
  if (!Array.isArray(value)) {
    for (const [key, part] of Object.entries(value)) take(draft, [...path, key], part);
    return;
  }
  if (!Array.isArray(actual)) return;
  for (const item of value) {
    // Ours was put behind those that were there.
    const index = actual.findLastIndex((it) => isSameValue(it, item));
    if (index !== -1) draft.removeTested([...path, index]);
  }
}
