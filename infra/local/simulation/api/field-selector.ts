import { badRequest } from './api-status.ts';
import { type KubeObject, valueAt } from './kube-object.ts';
import { groupVersion, type ResourceType } from './resource-type.ts';

/** Whether an object's fields satisfy a selector. */
export type FieldMatch = (object: KubeObject) => boolean;

interface Term {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/**
 * Reads a field selector: `a=b`, `a==b`, `a!=b`, joined by commas, `\` before `,`, `=` and `\` in a value.
 *
 * @throws ApiStatusError 400 for a field that the kind cannot be selected by, as the server refuses it
 * Source: apimachinery `pkg/fields/selector.go`
 */
export function parseFieldSelector(text: string, type: ResourceType): FieldMatch {
  const terms = text
    .split(/(?<!\\),/)
    .filter((part) => part !== '')
    .map((part) => parseTerm(part, type));
  return (object) => terms.every(({ field, equal, value }) => (fieldOf(object, field) === value) === equal);
}

function parseTerm(text: string, type: ResourceType): Term {
  const [, field = '', sign, value = ''] = /^(.*?)(==|=|!=)(.*)$/s.exec(text) ?? [];
  if (sign === undefined) throw badRequest(`invalid selector: '${text}'; can't understand '${text}'`);
  if (!isSelectable(field, type)) throw unsupported(field, type);
  return { field, equal: sign !== '!=', value: value.replaceAll(/\\([\\,=])/g, '$1') };
}

function isSelectable(field: string, type: ResourceType): boolean {
  if (field === 'metadata.name') return true;
  if (field === 'metadata.namespace') return type.namespaced || type.custom;
  return type.selectable.includes(field);
}

/** Kinds with a selector of their own and custom resources say it in these words, all others in those of the default. */
function unsupported(field: string, type: ResourceType): Error {
  if (type.custom || type.selectable.length > 0) return badRequest(`field label not supported: ${field}`);
  const known = '"metadata.name", "metadata.namespace"';
  return badRequest(`"${field}" is not a known field selector: only ${known}`);
}

/** `source` and `reportingComponent` of an Event are not where their names say. Everything is compared as text. */
function fieldOf(object: KubeObject, field: string): string {
  const path = field.replace(/^regarding\./, 'involvedObject.').split('.');
  const { kind } = object;
  if (kind === 'Event' && (field === 'source' || field === 'reportingComponent'))
    return text(valueAt(object, ['source', 'component']) ?? valueAt(object, ['reportingComponent']));
  if (field === 'spec.unschedulable' && groupVersion(TYPE_OF_NODE) === object.apiVersion)
    return text(valueAt(object, path) ?? false);
  return text(valueAt(object, path));
}

const TYPE_OF_NODE = { group: '', version: 'v1' };

function text(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
