import type { ChangeTarget } from '../mitigations/cluster-change.ts';
import type { PlanStep } from './plan.ts';

/**
 * The change of a step as an entry of `patches:` in a kustomization.yaml: for a Git repository that owns the object, where
 * a change of the cluster would be taken back. The operations are JSON, one on each line, which is YAML as well; they
 * fit the object as the cluster has it, so that a reviewer has to look whether the repository says the same.
 *
 * @returns the text of the file, which ends with a newline; `undefined` for a step that patches nothing
 */
export function patchFileOf({ summary, change }: Pick<PlanStep, 'summary' | 'change'>): string | undefined {
  if (change?.action !== 'patch') return undefined;
  const target = fieldsOf(change.target).map(([field, value]) => `      ${field}: ${JSON.stringify(value)}`);
  const operations = change.operations.map((operation) => `      - ${JSON.stringify(operation)}`);
  return [
    `# ${summary.replaceAll(/\s+/g, ' ')}`,
    'patches:',
    '  - target:',
    ...target,
    '    patch: |-',
    ...operations,
    '',
  ].join('\n');
}

function fieldsOf({
  apiVersion,
  kind,
  namespace,
  name,
}: ChangeTarget): readonly (readonly [string, string])[] {
  const [version = '', group] = apiVersion.split('/').reverse();
  return [
    ...(group === undefined ? [] : [['group', group] as const]),
    ['version', version],
    ['kind', kind],
    ...(namespace === '' ? [] : [['namespace', namespace] as const]),
    // Kustomize reads a name as a regular expression.
    ['name', name.replaceAll('.', String.raw`\.`)],
  ];
}
