import type { NodeObject } from '../objects.ts';
import { inverseCommand, patchOfDraft } from './make-change.ts';
import type { Mitigation } from './mitigation.ts';
import { PatchDraft } from './patch-draft.ts';
import { isCommandName, shellCommand } from './shell.ts';

/**
 * The mitigation that labels a node; `undefined` when its name cannot stand in a command.
 *
 * @param gained - the nodes that get a virt-handler by it alone
 */
export function labelNode(
  node: NodeObject,
  labels: Readonly<Record<string, string>>,
  gained: readonly string[],
): Mitigation | undefined {
  const { metadata } = node;
  const { name } = metadata;
  if (!isCommandName(name)) return undefined;
  const draft = new PatchDraft(node);
  const replaced: string[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const path = ['metadata', 'labels', key];
    const actual = draft.read(path);
    if (typeof actual === 'string') replaced.push(`${key}=${actual}`);
    draft.set(path, value);
  }
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const instead = replaced.length === 0 ? '' : ` in place of ${replaced.join(', ')}, if that is wrong`;
  const overwrite = replaced.length === 0 ? [] : ['--overwrite'];
  return {
    code: 'LabelNode',
    summary: `Label the node ${pairs.join(', ')}${instead}. No other virt-handler is touched.`,
    command: shellCommand('kubectl', 'label', 'node', name, ...pairs, ...overwrite),
    inverse: inverseCommand('node', metadata, draft),
    change: patchOfDraft({ apiVersion: 'v1', kind: 'Node', metadata }, draft),
    risk: replaced.length === 0 ? 'Low' : 'Medium',
    effects: { handlersGained: gained, handlersLost: [], restartsEveryHandler: false },
    owner: 'Node',
  };
}
