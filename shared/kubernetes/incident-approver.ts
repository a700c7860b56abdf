import { IncidentConflictError } from '../errors/errors.ts';
import type { IncidentApprover } from '../runtime/remediation-ports.ts';
import type { ApiClient } from './api-client.ts';
import { APPROVAL_ANNOTATION } from './approval-annotation.ts';
import { ApiStatusError } from './call-failure.ts';
import { forbiddenCall } from './forbidden.ts';
import { INCIDENT_RESOURCE } from './incident-resource.ts';
import { withQuery } from './object-pages.ts';

/** Who approves, as `metadata.managedFields` names it: by it the approval is told from one of kubectl. */
const FIELD_MANAGER = 'kubevirt-orphans-approve';
const { group, version, plural } = INCIDENT_RESOURCE;

type Version = Parameters<IncidentApprover['approve']>[0];

/**
 * Approves by the record's annotation. It needs the verb patch on orphanincidents.kubevirt-orphans.dev.
 *
 * @param namespace - where the records are
 */
export function createIncidentApprover(client: ApiClient, namespace: string): IncidentApprover {
  return {
    async approve(record, revision) {
      // Taken out first: to set what is there already changes nothing, and leaves the time of an approval that has expired.
      const without = await annotate({ client, namespace }, record, null);
      await annotate({ client, namespace }, without, `${revision}`);
    },
  };
}

/** Sets the annotation, or takes it out. @returns the record's new version */
async function annotate(
  { client, namespace }: { readonly client: ApiClient; readonly namespace: string },
  record: Version,
  value: string | null,
): Promise<Version> {
  const { node, uid, resourceVersion } = record;
  const path = `/apis/${group}/${version}/namespaces/${encodeURIComponent(namespace)}/${plural}/${encodeURIComponent(node)}`;
  const { status, body } = await client.call({
    method: 'PATCH',
    path: withQuery(path, { fieldManager: FIELD_MANAGER }),
    body: { metadata: { uid, resourceVersion, annotations: { [APPROVAL_ANNOTATION]: value } } },
    contentType: 'application/merge-patch+json',
  });
  if (status === 403)
    throw forbiddenCall(client.connection, { verb: 'patch', resource: plural, group, namespace });
  // Another uid is refused as invalid.
  if (status === 404 || status === 409 || status === 422) throw changed(node);
  if (status >= 300) throw client.translate(new ApiStatusError(status, {}));
  const { metadata } = body as { readonly metadata: { readonly resourceVersion: string } };
  return { ...record, resourceVersion: metadata.resourceVersion };
}

function changed(node: string): IncidentConflictError {
  return new IncidentConflictError(
    `the incident of the node ${node} changed while it was approved`,
    'Look at it again, and approve what it proposes now.',
  );
}
