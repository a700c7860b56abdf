import { subdomainError } from '../../../../shared/domain/placement/label-syntax.ts';
import { validatePlacement } from '../../../../shared/domain/placement/placement-validation.ts';
import type { PodPlacement } from '../../../../shared/domain/placement-objects.ts';
import { isSameJson } from '../../../../shared/domain/same-json.ts';
import { badRequest, invalid } from './api-status.ts';
import { isObject, type JsonObject, type KubeObject, valueAt } from './kube-object.ts';
import { type LabelSelector, labelSelectorMatch } from './label-selector.ts';
import { groupVersion, type ResourceType, TYPES } from './resource-type.ts';

/**
 * Checks that a body is an object of the kind that the path names. A built-in kind may leave out what it is.
 *
 * @throws ApiStatusError 400
 */
export function checkKind(type: ResourceType, body: unknown): JsonObject {
  if (!isObject(body)) throw badRequest(`the object provided is unrecognized (must be of type ${type.kind})`);
  const { kind, apiVersion } = body;
  if (type.custom && (kind === undefined || apiVersion === undefined))
    throw badRequest(
      `${type.kind} in version "${type.version}" cannot be handled as a ${type.kind}: Object 'Kind' is missing`,
    );
  const same = (kind ?? type.kind) === type.kind && (apiVersion ?? groupVersion(type)) === groupVersion(type);
  if (same) return body;
  throw badRequest(`${kind} in version "${apiVersion}" cannot be handled as a ${type.kind}`);
}

/** @throws ApiStatusError 422 for a name that is missing or that no object may have */
export function checkName(type: ResourceType, name: string | undefined): string {
  if (name === undefined || name === '') {
    const message = 'Required value: name or generateName is required';
    throw invalid(type, '', { reason: 'FieldValueRequired', message, field: 'metadata.name' });
  }
  const error = subdomainError(name);
  if (error === undefined) return name;
  const message = `Invalid value: "${name}": ${error}`;
  throw invalid(type, name, { reason: 'FieldValueInvalid', message, field: 'metadata.name' });
}

/**
 * Checks what the API server checks of a DaemonSet that bears on placement: its labels, and the scheduling fields.
 *
 * @throws ApiStatusError 422
 */
export function checkObject(type: ResourceType, object: KubeObject): void {
  if (type !== TYPES.daemonSet) return;
  const { name } = object.metadata;
  const labels = valueAt(object, ['spec', 'template', 'metadata', 'labels']) ?? {};
  const selector = valueAt(object, ['spec', 'selector']) ?? {};
  if (!labelSelectorMatch(selector as LabelSelector)(labels as Record<string, string>)) {
    const message = `Invalid value: ${JSON.stringify(labels)}: \`selector\` does not match template \`labels\``;
    throw invalid(type, name, {
      reason: 'FieldValueInvalid',
      message,
      field: 'spec.template.metadata.labels',
    });
  }
  const template = valueAt(object, ['spec', 'template', 'spec']) ?? {};
  const [refused] = validatePlacement(template as PodPlacement).filter(
    ({ consequence }) => consequence === 'Refused',
  );
  if (refused === undefined) return;
  const field = `spec.template.spec.${refused.path}`;
  throw invalid(type, name, {
    reason: 'FieldValueInvalid',
    message: `Invalid value: ${refused.message}`,
    field,
  });
}

/** What may change in a pod's spec. Source: Kubernetes `pkg/apis/core/validation/validation.go`, ValidatePodUpdate. */
export function checkPodUpdate(old: KubeObject, changed: KubeObject): void {
  if (isSameJson(fixedSpec(old), fixedSpec(changed))) return;
  const message =
    'Forbidden: pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`, `spec.activeDeadlineSeconds` or `spec.tolerations` (only additions to existing tolerations)';
  throw invalid(TYPES.pod, old.metadata.name, { reason: 'FieldValueForbidden', message, field: 'spec' });
}

function fixedSpec({ spec = {} }: KubeObject): JsonObject {
  const { activeDeadlineSeconds: _, tolerations: __, containers, initContainers, ...rest } = spec;
  return { ...rest, containers: withoutImages(containers), initContainers: withoutImages(initContainers) };
}

function withoutImages(containers: unknown): unknown {
  if (!Array.isArray(containers)) return containers;
  return containers.map((container: JsonObject) => ({ ...container, image: undefined }));
}
