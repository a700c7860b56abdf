import { unsupportedMediaType } from '../api/api-status.ts';
import type { ResourceType } from '../api/resource-type.ts';
import { jsonPatch } from './json-patch.ts';
import { mergePatch } from './merge-patch.ts';
import { strategicMergePatch } from './strategic-merge-patch.ts';

/**
 * Lays a patch of the kind that a content type names on an object.
 *
 * @throws ApiStatusError 415 for a kind of patch that the resource does not take; server-side apply is never taken
 */
export function applyPatch(
  contentType: string,
  type: ResourceType,
  { object, patch }: { readonly object: unknown; readonly patch: unknown },
): unknown {
  if (contentType === 'application/merge-patch+json') return mergePatch(object, patch);
  if (contentType === 'application/json-patch+json') return jsonPatch(object, patch);
  if (contentType === 'application/strategic-merge-patch+json' && !type.custom)
    return strategicMergePatch(object, patch);
  const taken = [
    'json-patch+json',
    'merge-patch+json',
    ...(type.custom ? [] : ['strategic-merge-patch+json']),
  ];
  const media = taken.map((name) => `application/${name}`).join(', ');
  throw unsupportedMediaType(
    `the body of the request was in an unknown format - accepted media types include: ${media}`,
  );
}
