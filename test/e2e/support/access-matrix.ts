import { KubeApi } from './kube-api.ts';
import { readKubeconfig } from './kubeconfig.ts';

/** May somebody do that? */
export interface Question {
  readonly verb: string;
  readonly group: string;
  /** With its subresource. */
  readonly resource: string;
  /** Empty for all namespaces, and for what is in none. */
  readonly namespace: string;
}

const VERBS = ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete', 'deletecollection'];
const NAMESPACES = [
  '',
  'kubevirt-orphans',
  'kubevirt',
  'openshift-cnv',
  'medik8s-leases',
  'default',
  'kube-system',
  'tenant-a',
];

/** What could be misused in a namespace, by group; and what the programs need. */
const NAMESPACED: Readonly<Record<string, readonly string[]>> = {
  '': [
    ...['secrets', 'configmaps', 'services', 'services/proxy', 'endpoints', 'events', 'bindings'],
    ...['pods', 'pods/exec', 'pods/attach', 'pods/portforward', 'pods/eviction', 'pods/log', 'pods/status'],
    ...['pods/ephemeralcontainers', 'persistentvolumeclaims', 'serviceaccounts', 'serviceaccounts/token'],
  ],
  apps: [
    'daemonsets',
    'daemonsets/status',
    'deployments',
    'deployments/scale',
    'replicasets',
    'statefulsets',
  ],
  batch: ['jobs', 'cronjobs'],
  'coordination.k8s.io': ['leases'],
  'events.k8s.io': ['events'],
  'networking.k8s.io': ['networkpolicies'],
  policy: ['poddisruptionbudgets'],
  'rbac.authorization.k8s.io': ['roles', 'rolebindings'],
  'kubevirt.io': [
    ...['kubevirts', 'kubevirts/status', 'virtualmachines', 'virtualmachines/status'],
    ...['virtualmachineinstances', 'virtualmachineinstances/status', 'virtualmachineinstancemigrations'],
  ],
  'subresources.kubevirt.io': [
    ...['virtualmachines/restart', 'virtualmachines/stop', 'virtualmachines/migrate'],
    ...['virtualmachineinstances/console', 'virtualmachineinstances/vnc'],
  ],
  'hco.kubevirt.io': ['hyperconvergeds', 'hyperconvergeds/status'],
  'kubevirt-orphans.dev': ['orphanincidents', 'orphanincidents/status'],
  'eventing.knative.dev': ['brokers', 'triggers'],
  'serving.knative.dev': ['services'],
};

/** The same of what is in no namespace. */
const CLUSTER_WIDE: Readonly<Record<string, readonly string[]>> = {
  '': ['nodes', 'nodes/status', 'nodes/proxy', 'namespaces', 'namespaces/finalize', 'persistentvolumes'],
  'admissionregistration.k8s.io': ['mutatingwebhookconfigurations', 'validatingwebhookconfigurations'],
  'apiextensions.k8s.io': ['customresourcedefinitions'],
  'apiregistration.k8s.io': ['apiservices'],
  'certificates.k8s.io': ['certificatesigningrequests', 'certificatesigningrequests/approval'],
  'config.openshift.io': ['clusterversions'],
  'migrations.kubevirt.io': ['migrationpolicies'],
  'nodemaintenance.kubevirt.io': ['nodemaintenances'],
  'nodemaintenance.medik8s.io': ['nodemaintenances'],
  'rbac.authorization.k8s.io': ['clusterroles', 'clusterrolebindings'],
  'scheduling.k8s.io': ['priorityclasses'],
};

/** Verbs that only some resources have, with which somebody becomes somebody else. */
const PRIVILEGES: readonly Question[] = [
  ...['users', 'groups', 'serviceaccounts'].map((resource) => question('impersonate', '', resource)),
  ...['escalate', 'bind'].flatMap((verb) =>
    ['roles', 'clusterroles'].map((resource) => question(verb, 'rbac.authorization.k8s.io', resource)),
  ),
  ...['approve', 'sign'].map((verb) => question(verb, 'certificates.k8s.io', 'signers')),
  question('use', 'policy', 'podsecuritypolicies'),
  question('create', 'authentication.k8s.io', 'tokenreviews'),
  question('create', 'authorization.k8s.io', 'subjectaccessreviews'),
  question('*', '*', '*'),
];

export const QUESTIONS: readonly Question[] = [
  ...NAMESPACES.flatMap((namespace) => asked(NAMESPACED, namespace)),
  ...asked(CLUSTER_WIDE, ''),
  ...PRIVILEGES,
];

function question(verb: string, group: string, resource: string, namespace = ''): Question {
  return { verb, group, resource, namespace };
}

function asked(resources: typeof NAMESPACED, namespace: string): readonly Question[] {
  return Object.entries(resources).flatMap(([group, names]) =>
    names.flatMap((resource) => VERBS.map((verb) => question(verb, group, resource, namespace))),
  );
}

/** As `rightsOf` has it. */
export function rightAsked({ verb, group, resource }: Question): string {
  return `${verb} ${group}/${resource}`;
}

/** Whether rights, as `rightsOf` has them, answer it with yes. */
export function isGranted(question: Question, rights: ReadonlySet<string>): boolean {
  const right = rightAsked(question);
  return rights.has(right) || rights.has(`${right} in ${question.namespace}`);
}

/** More at once make the API server no faster. */
const WORKERS = 48;

/** What the API server says of each question, asked by whoever the kubeconfig is: what `kubectl auth can-i` does. @returns those that it answers with yes */
export async function allowed(kubeconfig: string, questions = QUESTIONS): Promise<readonly Question[]> {
  const api = new KubeApi(readKubeconfig(kubeconfig));
  const left = questions.values();
  const answers: Question[] = [];
  const work = async (): Promise<void> => {
    for (const next of left) if (await isAllowed(api, next)) answers.push(next);
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  api.close();
  return questions.filter((it) => answers.includes(it));
}

async function isAllowed(api: KubeApi, { resource: full, ...rest }: Question): Promise<boolean> {
  const [resource, subresource] = full.split('/');
  const body = {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    spec: { resourceAttributes: { ...rest, resource, ...(subresource !== undefined && { subresource }) } },
  };
  const path = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';
  const { status } = await api.call<{ status: { allowed: boolean } }>({ method: 'POST', path, body });
  return status.allowed;
}
