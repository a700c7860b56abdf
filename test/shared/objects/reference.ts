import type { ReadObject } from '../../../shared/domain/evidence-objects.ts';
import { SCHEMAS } from '../../../shared/objects/schemas.ts';
import type { Told } from './read-all.ts';

type Fields = Record<string, unknown>;

/** What a reader must give for a text, told the plain way: from the whole parsed document. */
export type Expected = ReadObject[] | 'malformed';

const KEPT_ANNOTATIONS = [
  'kubevirt.io/heartbeat',
  'kubevirt.io/ephemeral-provisioning',
  'kubevirt.io/domain',
  'kubevirt.io/generation',
  'kubevirt.io/install-strategy-version',
  'kubevirt.io/install-strategy-identifier',
];
const APIS = {
  Node: (api: string) => api === 'v1',
  Pod: (api: string) => api === 'v1',
  DaemonSet: (api: string) => api === 'apps/v1',
  VirtualMachineInstance: (api: string) => api.startsWith('kubevirt.io/'),
  KubeVirt: (api: string) => api.startsWith('kubevirt.io/'),
};
type Kind = keyof typeof APIS;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function kindOf({ apiVersion, kind }: Fields): Kind | undefined {
  const known = typeof kind === 'string' && Object.hasOwn(APIS, kind) ? (kind as Kind) : undefined;
  return known && typeof apiVersion === 'string' && APIS[known](apiVersion) ? known : undefined;
}

function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => one !== null).map(withoutNulls);
  if (!isFields(value)) return value;
  const members = Object.entries(value).filter(([key, one]) => one !== null && key !== '__proto__');
  return Object.fromEntries(members.map(([key, one]) => [key, withoutNulls(one)]));
}

function keepKeys(fields: unknown, keep: (key: string) => boolean): unknown {
  return isFields(fields) ? Object.fromEntries(Object.entries(fields).filter(([key]) => keep(key))) : fields;
}

function cutMaps(kind: Kind, metadata: unknown): unknown {
  if (!isFields(metadata)) return metadata;
  const wanted = (key: string) =>
    key.startsWith('kubevirt.io') || ['controller-revision-hash', 'pod-template-generation'].includes(key);
  const all = kind !== 'Pod' && kind !== 'VirtualMachineInstance';
  const cut: Fields = { ...metadata };
  if ('labels' in cut) cut['labels'] = keepKeys(cut['labels'], (key) => all || wanted(key));
  if ('annotations' in cut)
    cut['annotations'] = keepKeys(cut['annotations'], (key) => KEPT_ANNOTATIONS.includes(key));
  return cut;
}

/** One object: none when it is not read. @throws RangeError when it is malformed */
function one(raw: unknown, inherited: Fields): ReadObject[] {
  const value = withoutNulls(raw);
  if (!isFields(value)) return [];
  const kind = kindOf({ ...inherited, ...value });
  if (kind === undefined) return [];
  const object: Fields = { ...value, kind };
  if ('metadata' in value) object['metadata'] = cutMaps(kind, value['metadata']);
  const label = (object as { metadata?: { labels?: Fields } }).metadata?.labels?.['kubevirt.io'];
  const foreign = kind === 'Pod' && label !== 'virt-handler' && label !== 'virt-launcher';
  const checked = foreign
    ? SCHEMAS.Pod.shape.metadata.safeParse(object['metadata'])
    : SCHEMAS[kind].safeParse(object);
  if (!checked.success) throw new RangeError('malformed');
  return foreign ? [] : [checked.data as ReadObject];
}

function readsItems(document: Fields): boolean {
  const keys = Object.keys(document);
  const known = (key: string) => keys.indexOf(key) < keys.indexOf('items') && document[key] != null;
  const { kind, apiVersion } = document;
  if (!known('kind')) return true;
  if (typeof kind !== 'string' || !kind.endsWith('List')) return false;
  return (
    kind === 'List' || !known('apiVersion') || kindOf({ apiVersion, kind: kind.slice(0, -4) }) !== undefined
  );
}

function inheritedFrom({ kind, apiVersion }: Fields): Fields {
  const typed = typeof kind === 'string' && kind.endsWith('List') && kind !== 'List';
  return typed ? { kind: kind.slice(0, -4), apiVersion } : {};
}

/** What a reader must give for one parsed document. */
export function reference(document: unknown): Expected {
  if (!isFields(document)) return [];
  try {
    return objectsOf(document);
  } catch (error) {
    if (error instanceof RangeError) return 'malformed';
    throw error;
  }
}

function objectsOf(document: Fields): ReadObject[] {
  const { kind, items } = document;
  const isList = typeof kind === 'string' && kind.endsWith('List');
  if (kindOf(document) !== undefined || !(isList || items != null)) return one(document, {});
  if (isList && items != null && !Array.isArray(items)) throw new RangeError('malformed');
  if (!Array.isArray(items) || !readsItems(document)) return [];
  return items.flatMap((item) => one(item, inheritedFrom(document)));
}

/** What a reader must give for several documents in one text. */
export function referenceOfAll(documents: readonly unknown[]): Expected {
  const each = documents.map(reference);
  return each.includes('malformed') ? 'malformed' : (each.flat() as ReadObject[]);
}

/** What a reader gives, in the same words. */
export function outcome(read: () => Told): Expected {
  try {
    return read().objects;
  } catch (error) {
    if (error instanceof Error && error.name === 'InputMalformedError') return 'malformed';
    throw error;
  }
}
