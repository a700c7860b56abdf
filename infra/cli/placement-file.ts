import { readFile } from 'node:fs/promises';
import { CORE_SCHEMA, loadAll } from 'js-yaml';
import { validatePlacement } from '../../shared/domain/placement/placement-validation.ts';
import type { NodePlacement } from '../../shared/domain/placement-objects.ts';
import type { PlannedPlacement } from '../../shared/domain/preflight/planned-change.ts';
import { InputMalformedError, InputUnreadableError, UsageError } from '../../shared/errors/errors.ts';
import { validate } from '../../shared/objects/validate.ts';

type Json = Readonly<Record<string, unknown>>;

const FIELDS: ReadonlySet<string> = new Set(['nodeSelector', 'affinity', 'tolerations']);
const POLICY = 'spec.workloads.nodePlacement';
const POLICY_V1 = 'spec.deployment.nodePlacements.workload';
/** As people cut it out of a resource. */
const WRAPPER = 'nodePlacement';
const REMEDY =
  'Name a KubeVirt or HyperConverged resource, or a nodePlacement with nodeSelector, affinity or tolerations, as YAML or JSON.';

/**
 * Reads the placement policy of a file: of a KubeVirt or HyperConverged resource, or the nodePlacement itself.
 *
 * @throws FunctionError when it cannot be read, is something else, or would be refused by the API server
 */
export async function readPlacement(file: string): Promise<PlannedPlacement> {
  const { value, path } = policyIn(theResource(await parse(file), file), file);
  if (value === undefined) return { source: file, policy: undefined };
  const wrap = { metadata: { name: 'x', namespace: 'x' }, spec: { workloads: { nodePlacement: value } } };
  const checked = validate('KubeVirt', wrap);
  // The path of a bare nodePlacement starts at the file itself.
  if ('wrong' in checked) throw refused(file, checked.wrong.replace(`${POLICY}.`, path));
  const unknown = Object.keys(isObject(value) ? value : {}).find((key) => !FIELDS.has(key));
  if (unknown !== undefined) throw refused(file, `${path}${unknown}: unknown field`);
  const policy =
    'object' in checked && checked.object.kind === 'KubeVirt'
      ? checked.object.spec?.workloads?.nodePlacement
      : undefined;
  const finding = validatePlacement(policy ?? {}).find(({ consequence }) => consequence === 'Refused');
  if (finding !== undefined) throw refused(file, `${path}${finding.path}: ${finding.message}`);
  return {
    source: file,
    policy,
    unjudged: unreadPaths(value, judgedPart(policy ?? {}), path.replace(/\.$/, '')),
  };
}

/** The paths of the fields that a resource has and that no rule reads. */
function unreadPaths(value: unknown, read: unknown, path: string): readonly string[] {
  if (read === undefined) return [path];
  if (Array.isArray(value))
    return value.flatMap((it, index) =>
      unreadPaths(it, (read as readonly unknown[])[index], `${path}[${index}]`),
    );
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, it]) =>
    unreadPaths(it, fieldOf(read, key), path === '' ? key : `${path}.${key}`),
  );
}

function refused(file: string, what: string): UsageError {
  return new UsageError(`${file}: ${what}`, 'The API server would refuse or drop it: repair the placement.');
}

async function parse(file: string): Promise<readonly unknown[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    const { code = 'error' } = cause as NodeJS.ErrnoException;
    throw new InputUnreadableError(`${file} cannot be read (${code})`, REMEDY, { cause });
  }
  try {
    return loadAll(text, undefined, { schema: CORE_SCHEMA }).map(withoutNulls);
  } catch (cause) {
    const [firstLine = ''] = String(cause instanceof Error ? cause.message : cause).split('\n');
    throw new InputMalformedError(`${file} is neither YAML nor JSON (${firstLine})`, REMEDY, { cause });
  }
}

/** `null` is the same as absent, as in the Kubernetes API. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value ?? undefined;
  const kept = Object.entries(value).filter(([, it]) => it !== null);
  return Object.fromEntries(kept.map(([key, it]) => [key, withoutNulls(it)]));
}

function theResource(documents: readonly unknown[], file: string): Json {
  const objects = documents.flatMap((it) =>
    isObject(it) && Array.isArray(it['items']) ? it['items'] : [it],
  );
  const present = objects.filter((it) => it !== undefined);
  const holding = present.filter((it) => isObject(it) && isHolder(it));
  const [resource, second] = holding.length === 0 ? present : holding;
  if (!isObject(resource)) throw new UsageError(`${file} holds no placement`, REMEDY);
  if (second !== undefined) throw new UsageError(`${file} holds more than one resource`, REMEDY);
  return resource;
}

function isHolder({ kind }: Json): boolean {
  return kind === 'KubeVirt' || kind === 'HyperConverged';
}

/** The policy with its path; a path ends where a field of the policy can follow. */
function policyIn(resource: Json, file: string): { readonly value: unknown; readonly path: string } {
  const { apiVersion, kind } = resource;
  if (isHolder(resource)) {
    const isV1 = kind === 'HyperConverged' && String(apiVersion).endsWith('/v1');
    const path = isV1 ? POLICY_V1 : POLICY;
    return { value: path.split('.').reduce<unknown>(fieldOf, resource), path: `${path}.` };
  }
  const [unknown] = Object.keys(resource).filter((key) => !FIELDS.has(key));
  const isNamed = unknown === WRAPPER && Object.keys(resource).length === 1;
  if (isNamed) return { value: resource[WRAPPER], path: `${WRAPPER}.` };
  if (kind !== undefined || unknown !== undefined)
    throw new UsageError(`${file} is no placement: ${kind === undefined ? unknown : `kind ${kind}`}`, REMEDY);
  return { value: resource, path: '' };
}

/** Without what is read and plays no part in the placement rule: after how long the taint manager evicts a pod again. */
function judgedPart({ tolerations, ...rest }: NodePlacement): NodePlacement {
  return { ...rest, tolerations: tolerations?.map(({ tolerationSeconds: _, ...toleration }) => toleration) };
}

function fieldOf(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
