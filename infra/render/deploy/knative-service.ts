import { NUMBERS } from '../../../shared/config/variables.ts';
import type { FunctionManifest } from '../../../shared/runtime/function-manifest.ts';
import type { KnownFields } from './deploy-file.ts';
import { networkPolicy } from './network.ts';
import { type KubeObject, labelsOf, NAMESPACE, PART_OF_LABEL } from './objects.ts';
import { container, PORT, probes, RESOURCES, volumes } from './pod.ts';

/**
 * The same for all functions: each is idle most of the time, waits for the API server rather than computes, and shares one
 * judgement among the events that wait for it, so that few instances which take many events are better than many.
 */
const SCALE = { 'autoscaling.knative.dev/min-scale': '0', 'autoscaling.knative.dev/max-scale': '5' };

/** Ports of Knative's proxy in the pod: requests (HTTP/1, HTTP/2, TLS), its own state, and its metrics. Source: knative/serving networking. */
const PROXY_PORTS = [8012, 8013, 8112, 8022, 9090, 9091];

const fieldOf = (path: string) => ({ kind: 'Service', group: 'serving.knative.dev', path });
const VOLUMES = 'spec/template/spec/volumes';
/**
 * What kustomize knows of Deployments only. It gives what it generates a name with a hash: so that, unless it knows who names it, nobody
 * would find the settings, and, since they are optional, nothing would say so.
 */
export const FIELDS_OF_SERVICES: KnownFields = {
  nameReference: [
    {
      kind: 'ConfigMap',
      version: 'v1',
      fieldSpecs: [
        fieldOf('spec/template/spec/containers/envFrom/configMapRef/name'),
        fieldOf(`${VOLUMES}/configMap/name`),
      ],
    },
    { kind: 'Secret', version: 'v1', fieldSpecs: [fieldOf(`${VOLUMES}/secret/secretName`)] },
  ],
};

/** One function behind a Service that is reached from within the cluster only. */
export function knativeService(manifest: FunctionManifest): KubeObject {
  const { name, summary } = manifest;
  const readsFiles = manifest.readsFiles === true;
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name,
      namespace: NAMESPACE,
      labels: { ...labelsOf(name), 'networking.knative.dev/visibility': 'cluster-local' },
      annotations: { 'kubernetes.io/description': summary },
    },
    spec: {
      template: {
        metadata: { labels: labelsOf(name), annotations: SCALE },
        spec: {
          serviceAccountName: name,
          automountServiceAccountToken: true,
          enableServiceLinks: false,
          containerConcurrency: Number(NUMBERS.maxConcurrentEvents.default),
          containers: [
            {
              ...container({ runs: { function: name }, resources: RESOURCES.function, readsFiles }),
              // The API server adds a protocol that is not said, and what is applied again would differ from it.
              ports: [{ containerPort: PORT, protocol: 'TCP' }],
              ...probes(),
            },
          ],
          ...volumes(readsFiles),
        },
      },
    },
  };
}

/** What may come in to the functions, and go out of them. */
export function networkOfFunctions(): KubeObject {
  return networkPolicy({
    name: 'functions',
    namespace: NAMESPACE,
    pods: PART_OF_LABEL,
    // Metrics are read past the proxy (infra/monitoring/service-monitor.yaml).
    ingressPorts: [...PROXY_PORTS, PORT],
    publishesToBroker: true,
  });
}
