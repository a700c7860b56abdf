import { createHash } from 'node:crypto';
import { dump } from 'js-yaml';
import type { EventRoute } from '../../../shared/config/event-routes.ts';
import type { FunctionManifest } from '../../../shared/runtime/function-manifest.ts';
import { baseAccess } from './access.ts';
import { EVENT_SOURCE, eventSourceSubject } from './event-source.ts';
import { inNamespace, networkPolicy } from './network.ts';
import { type KubeObject, labelsOf, NAMESPACE, PART_OF, PART_OF_LABEL } from './objects.ts';
import { FUNCTIONS_NAMESPACE } from './openfaas-functions.ts';
import { container, httpService, PORT, probes, RESOURCES, runsAs } from './pod.ts';

/** Where OpenFaaS itself is: its gateway, and what takes from the queue. */
const OPENFAAS_NAMESPACE = 'openfaas';
const ROUTES = { name: `${PART_OF}-routes`, path: '/etc/kubevirt-orphans/routes', file: 'routes.yaml' };
const functions = { ...inNamespace(FUNCTIONS_NAMESPACE), podSelector: { matchLabels: PART_OF_LABEL } };

/** What OpenFaaS has no equal of: who tells of changes in the cluster, and hands functions what functions publish. */
export function eventSourceObjects(manifests: readonly FunctionManifest[]): readonly KubeObject[] {
  const table = routesText(manifests);
  return [
    ...baseAccess(eventSourceSubject(['list', 'watch'])),
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: ROUTES.name, namespace: NAMESPACE, labels: labelsOf(EVENT_SOURCE) },
      data: { [ROUTES.file]: table },
    },
    deployment(createHash('sha256').update(table).digest('hex')),
    httpService(EVENT_SOURCE),
    networkPolicy({
      name: EVENT_SOURCE,
      namespace: NAMESPACE,
      pods: labelsOf(EVENT_SOURCE),
      ingressPorts: [PORT],
      from: functions,
      publishesToBroker: false,
      sendsTo: { peer: inNamespace(OPENFAAS_NAMESPACE), port: 8080 },
    }),
  ];
}

/** Events come to functions through OpenFaaS' own pods only, and go to the event source. */
export function networkOfFunctions(): KubeObject {
  return networkPolicy({
    name: PART_OF,
    namespace: FUNCTIONS_NAMESPACE,
    pods: PART_OF_LABEL,
    ingressPorts: [PORT],
    from: inNamespace(OPENFAAS_NAMESPACE),
    publishesToBroker: false,
    sendsTo: {
      peer: { ...inNamespace(NAMESPACE), podSelector: { matchLabels: labelsOf(EVENT_SOURCE) } },
      port: PORT,
    },
  });
}

/** Who is sent which event, as the manifests say. */
function routesText(manifests: readonly FunctionManifest[]): string {
  const routes = manifests.map(({ name, consumes }): EventRoute => ({ function: name, receives: consumes }));
  return dump({ routes }, { lineWidth: 110, noRefs: true });
}

/** One replica, which ends before the next begins: two would tell everything twice. While there is none, functions keep what they publish. */
function deployment(tableHash: string): KubeObject {
  const labels = labelsOf(EVENT_SOURCE);
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: EVENT_SOURCE, namespace: NAMESPACE, labels },
    spec: {
      replicas: 1,
      strategy: { type: 'Recreate' },
      selector: { matchLabels: labels },
      template: {
        // It reads the table when it starts, so another table makes it start again.
        metadata: { labels, annotations: { 'kubevirt-orphans.dev/routes': tableHash } },
        spec: {
          ...runsAs(EVENT_SOURCE),
          containers: [
            {
              ...container({
                runs: { command: ['event-source', '--routes', `${ROUTES.path}/${ROUTES.file}`] },
                resources: RESOURCES.everything,
                readsFiles: false,
              }),
              ports: [{ name: 'http', containerPort: PORT }],
              volumeMounts: [{ name: 'routes', mountPath: ROUTES.path, readOnly: true }],
              ...probes('http'),
            },
          ],
          volumes: [{ name: 'routes', configMap: { name: ROUTES.name } }],
        },
      },
    },
  };
}
