import { NUMBERS } from '../../../shared/config/variables.ts';
import { IMAGE, type KubeObject, labelsOf, NAMESPACE, PART_OF } from './objects.ts';

export const PORT = Number(NUMBERS.port.default);

/**
 * What the process is given. Measured in test/bench/README.md: 67 MB and 250 ms of CPU time until the first event, 78 MB and 450 ms
 * with the Kubernetes client; 159 MB for an audit of 1,000 nodes with 20,000 VMIs. All functions in one process took 103 MB for the
 * story of `run --simulate`, with its cluster; the event source took 193 MB to list 400 nodes with 8,000 VMIs and their launchers. One
 * thread computes: more than one CPU is of no use.
 */
export const RESOURCES = {
  function: { requests: { cpu: '50m', memory: '96Mi' }, limits: { cpu: '1', memory: '256Mi' } },
  everything: { requests: { cpu: '100m', memory: '192Mi' }, limits: { cpu: '1', memory: '512Mi' } },
} as const;

/** What `restricted` of the Pod Security Standards wants of a container, and a root file system that nobody writes to. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
} as const;

/** What a pod says of whom it runs as: with a token of that account, and with nothing more than `restricted` allows. */
export function runsAs(account: string) {
  const { runAsNonRoot, seccompProfile } = CONTAINER_SECURITY;
  return {
    serviceAccountName: account,
    automountServiceAccountToken: true,
    securityContext: { runAsNonRoot, seccompProfile },
  };
}

/** What people provide, all of it optional: variables, files, secrets. Overlays make them with kustomize's generators. */
export const SETTINGS = `${PART_OF}-settings`;
const FILES = { name: `${PART_OF}-config`, path: '/etc/kubevirt-orphans/config' };
const SECRETS = { name: `${PART_OF}-secrets`, path: '/etc/kubevirt-orphans/secrets' };

/** The command, where infra/image/Dockerfile puts it. */
const COMMAND = ['node', '/app/kubevirt-orphans.mjs'];

export interface ContainerOptions {
  /** A function to serve, which is what the image's entry point takes; or what the command is told to do. */
  readonly runs: { readonly function: string } | { readonly command: readonly string[] };
  readonly resources: (typeof RESOURCES)[keyof typeof RESOURCES];
  /** Whether it reads files of people: who is told, what may be repaired, and the secrets of both. */
  readonly readsFiles: boolean;
  /** Variables that are not for people to set. */
  readonly env?: Readonly<Record<string, string>>;
}

/** One container of ours. */
export function container({
  runs,
  resources,
  readsFiles,
  env = {},
}: ContainerOptions): Readonly<Record<string, unknown>> {
  return {
    name: 'kubevirt-orphans',
    image: IMAGE,
    ...('function' in runs ? { args: [runs.function] } : { command: [...COMMAND], args: [...runs.command] }),
    ...(Object.keys(env).length > 0 && {
      env: Object.entries(env).map(([name, value]) => ({ name, value })),
    }),
    envFrom: [{ configMapRef: { name: SETTINGS, optional: true } }],
    resources,
    securityContext: CONTAINER_SECURITY,
    // So `kubectl describe pod` shows why it does not start.
    terminationMessagePolicy: 'FallbackToLogsOnError',
    ...(readsFiles && {
      volumeMounts: [
        { name: 'config', mountPath: FILES.path, readOnly: true },
        { name: 'secrets', mountPath: SECRETS.path, readOnly: true },
      ],
    }),
  };
}

/** The volumes of such a container. */
export function volumes(readsFiles: boolean): object {
  if (!readsFiles) return {};
  return {
    volumes: [
      { name: 'config', configMap: { name: FILES.name, optional: true } },
      { name: 'secrets', secret: { secretName: SECRETS.name, optional: true } },
    ],
  };
}

/** Asks whether the process works, and whether it takes events. Knative fills in the port. */
export function probes(port?: string): object {
  const get = (path: string) => ({ httpGet: { path, ...(port !== undefined && { port }) } });
  return { livenessProbe: get('/health/liveness'), readinessProbe: get('/health/readiness') };
}

/** Where a program that listens is reached, by its name. */
export function httpService(name: string): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE, labels: labelsOf(name) },
    spec: { selector: labelsOf(name), ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
}
