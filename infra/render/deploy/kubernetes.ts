import type { FunctionManifest, Permission } from '../../../shared/runtime/function-manifest.ts';
import { WATCHED_RESOURCES } from '../../local/event-source/watched-resources.ts';
import type { RenderedFile } from '../rendered-file.ts';
import { baseAccess, grantedAccess, type Subject, unionOf } from './access.ts';
import { auditOnlyFiles } from './audit-only.ts';
import { networkPolicy } from './network.ts';
import { type KubeObject, labelsOf, NAMESPACE } from './objects.ts';
import { container, httpService, PORT, probes, RESOURCES, runsAs, volumes } from './pod.ts';
import { apart, disruptionBudget, REPLICATION } from './replicas.ts';
import { variantFolders } from './variant-folders.ts';

const FOLDER = 'kubernetes';
const NAME = 'run';

/** Plain Kubernetes: one Deployment of `run`, with or without remediation; and a CronJob that only audits. */
export function kubernetesFiles(manifests: readonly FunctionManifest[]): readonly RenderedFile[] {
  const subject = runSubject(manifests);
  return [
    ...variantFolders(FOLDER, {
      program: {
        'access.yaml': baseAccess(subject),
        'deployment.yaml': [deployment(), httpService(NAME), disruptionBudget(NAME)],
        'network.yaml': [network()],
      },
      grants: (grant) => grantedAccess(subject, grant),
    }),
    ...auditOnlyFiles(manifests),
  ];
}

/** All that any function may, and to watch what triggers them. */
function runSubject(manifests: readonly FunctionManifest[]): Subject {
  const watched = WATCHED_RESOURCES.map(
    ({ name, group }): Permission => ({ apiGroup: group, resource: name, verbs: ['list', 'watch'] }),
  );
  const permissions = unionOf([...manifests.flatMap((it) => it.permissions), ...watched]);
  return { name: NAME, namespace: NAMESPACE, permissions };
}

/** Replicas of which one leads: see infra/local/run-live.ts. */
function deployment(): KubeObject {
  const readsFiles = true;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: NAME, namespace: NAMESPACE, labels: labelsOf(NAME) },
    spec: {
      ...REPLICATION,
      selector: { matchLabels: labelsOf(NAME) },
      template: {
        metadata: { labels: labelsOf(NAME) },
        spec: {
          ...runsAs(NAME),
          ...apart(NAME),
          containers: [
            {
              ...container({
                runs: { command: ['run', '-o', 'json'] },
                resources: RESOURCES.everything,
                readsFiles,
                env: { LEADER_ELECTION: 'true' },
              }),
              ports: [{ name: 'http', containerPort: PORT }],
              ...probes('http'),
            },
          ],
          ...volumes(readsFiles),
        },
      },
    },
  };
}

function network(): KubeObject {
  return networkPolicy({
    name: NAME,
    namespace: NAMESPACE,
    pods: labelsOf(NAME),
    ingressPorts: [PORT],
    publishesToBroker: false,
  });
}
