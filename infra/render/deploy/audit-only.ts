import { EVIDENCE_RESOURCES } from '../../../shared/kubernetes/evidence-resources.ts';
import type { FunctionManifest, Permission } from '../../../shared/runtime/function-manifest.ts';
import type { RenderedFile } from '../rendered-file.ts';
import { baseAccess, type Subject } from './access.ts';
import { kustomizedFolder } from './deploy-file.ts';
import { networkPolicy } from './network.ts';
import { type KubeObject, labelsOf, namespaceObject, PART_OF } from './objects.ts';
import { permissionsAt } from './places.ts';
import { container, RESOURCES, runsAs } from './pod.ts';

const NAME = 'audit-only';
/** Not that of the records: it has none, and nothing else is lost when it is deleted. */
const NAMESPACE = `${PART_OF}-audit`;

/** A CronJob that judges every node and says so in its log: it may list, and write nothing at all. */
export function auditOnlyFiles(manifests: readonly FunctionManifest[]): readonly RenderedFile[] {
  return kustomizedFolder(
    `kubernetes/${NAME}`,
    {
      'namespace.yaml': [namespaceObject(NAMESPACE)],
      'access.yaml': baseAccess(auditSubject(manifests)),
      'cron-job.yaml': [cronJob()],
      'network.yaml': [
        networkPolicy({
          name: NAME,
          namespace: NAMESPACE,
          pods: labelsOf(NAME),
          ingressPorts: [],
          publishesToBroker: false,
        }),
      ],
    },
    ['An audit from time to time, and nothing else: it may list, and write nothing.'],
  );
}

/** What the command explains causes by; the function leaves that to `diagnose`. */
const EVIDENCE = [
  EVIDENCE_RESOURCES.Event,
  EVIDENCE_RESOURCES.Namespace,
  EVIDENCE_RESOURCES.HyperConverged,
].map(({ group, name }): Permission => ({ apiGroup: group, resource: name, verbs: ['list'] }));

/** What the function reads and what explains it; without records, and without a verb but `list`. */
function auditSubject(manifests: readonly FunctionManifest[]): Subject {
  const audit = manifests.filter(({ name }) => name === 'audit').flatMap((it) => it.permissions);
  const reads = permissionsAt(audit, { reach: 'cluster', grant: undefined });
  const lists = reads.flatMap((it) =>
    it.verbs.includes('list') ? [{ ...it, verbs: ['list'] as const }] : [],
  );
  return { name: NAME, namespace: NAMESPACE, permissions: [...lists, ...EVIDENCE] };
}

/** Fails when the cluster could not be read, not when orphans are found: that is in the report that it prints. */
function cronJob(): KubeObject {
  return {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { name: NAME, namespace: NAMESPACE, labels: labelsOf(NAME) },
    spec: {
      schedule: '*/30 * * * *',
      concurrencyPolicy: 'Forbid',
      jobTemplate: {
        spec: {
          backoffLimit: 2,
          activeDeadlineSeconds: 600,
          template: { metadata: { labels: labelsOf(NAME) }, spec: podSpec() },
        },
      },
    },
  };
}

function podSpec(): object {
  return {
    restartPolicy: 'Never',
    ...runsAs(NAME),
    containers: [
      container({
        runs: { command: ['audit', '--exit-zero', '-o', 'json'] },
        resources: RESOURCES.everything,
        readsFiles: false,
      }),
    ],
  };
}
