import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../infra/render/deploy/objects.ts';
import { MANIFESTS as LISTED } from '../../../../infra/render/manifests.ts';
import { FUNCTION_NAMES } from '../../../../infra/server/catalog.ts';
import { parseNotifyConfig } from '../../../../shared/config/notify-config.ts';
import { parseRemediateConfig } from '../../../../shared/config/remediate-config.ts';
import { FILES, MANIFESTS, objectsIn } from '../../../support/rendered.ts';

const names = [...FUNCTION_NAMES].sort();
const namesOf = (objects: readonly KubeObject[], kind: string) =>
  objects
    .filter((it) => it.kind === kind)
    .map(({ metadata }) => metadata.name)
    .sort();

interface PodSpec {
  readonly serviceAccountName: string;
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly Readonly<Record<string, unknown>>[];
}

/** The specs of all pods in a folder, wherever they are in an object. */
function podsIn(folder: string): readonly PodSpec[] {
  const pods: PodSpec[] = [];
  JSON.stringify(objectsIn(folder), (_, value) => {
    if (Array.isArray(value?.containers)) pods.push(value);
    return value;
  });
  return pods;
}

describe('every function', () => {
  it('is in each list of functions, and in each folder', () => {
    expect(MANIFESTS.map(({ name }) => name)).toEqual(names);
    expect(LISTED.map(({ name }) => name).sort()).toEqual(names);
  });

  it('is a Service with a Trigger on Knative', () => {
    const knative = objectsIn('knative/program');
    expect(namesOf(knative, 'Service')).toEqual(names);
    expect(namesOf(knative, 'Trigger')).toEqual(names);
    expect(namesOf(knative, 'ServiceAccount')).toEqual([...names, 'event-source'].sort());
  });

  it('is a Function on OpenFaaS, and the same in the stack', () => {
    const functions = namesOf(objectsIn('openfaas/program'), 'Function');
    expect(functions).toEqual([...names, 'audit-sweep', 'audit-tick'].sort());
    const stack = load(FILES.find(({ path }) => path.endsWith('/openfaas/stack.yml'))?.text ?? '');
    expect(Object.keys((stack as { functions: object }).functions).sort()).toEqual(functions);
  });
});

describe.each(['knative/program', 'kubernetes/program', 'kubernetes/audit-only', 'openfaas/program'])(
  'the pods of %s',
  (folder) => {
    const pods = podsIn(folder);
    const containers = pods.flatMap((pod) => pod.containers);

    it('have what Pod Security `restricted` wants, and a root file system that nobody writes to', () => {
      expect(containers.length).toBeGreaterThan(0);
      for (const { securityContext } of containers)
        expect(securityContext).toEqual({
          allowPrivilegeEscalation: false,
          capabilities: { drop: ['ALL'] },
          readOnlyRootFilesystem: true,
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
    });

    it('ask for memory and CPU, and have a limit of both', () => {
      const both = { cpu: expect.any(String), memory: expect.stringMatching(/Mi$/) };
      for (const { resources } of containers) expect(resources).toEqual({ requests: both, limits: both });
    });

    it('run under an account that is there, whose token only they mount', () => {
      const accounts = objectsIn(folder).filter(({ kind }) => kind === 'ServiceAccount');
      for (const { serviceAccountName, automountServiceAccountToken } of pods) {
        const account = accounts.find(({ metadata }) => metadata.name === serviceAccountName);
        expect([account?.['automountServiceAccountToken'], automountServiceAccountToken]).toEqual([
          false,
          true,
        ]);
      }
    });
  },
);

describe('where there are replicas', () => {
  const objects = objectsIn('kubernetes/program');
  const deployment = objects.find(({ kind }) => kind === 'Deployment');
  const spec = deployment?.['spec'] as Readonly<Record<string, unknown>>;

  it('one may be missing at a time, and no more', () => {
    expect(spec['replicas']).toBe(2);
    const budgets = objects.filter(({ kind }) => kind === 'PodDisruptionBudget').map((it) => it['spec']);
    expect(budgets).toEqual([{ maxUnavailable: 1, selector: spec['selector'] }]);
    expect(spec['strategy']).toEqual({
      type: 'RollingUpdate',
      rollingUpdate: { maxUnavailable: 0, maxSurge: 1 },
    });
  });

  it('they are put on nodes and zones of their own, as far as there are some', () => {
    const { template } = spec as { template: { spec: { affinity: { podAntiAffinity: object } } } };
    const term = (weight: number, topologyKey: string) => ({
      weight,
      podAffinityTerm: { topologyKey, labelSelector: spec['selector'] },
    });
    expect(template.spec.affinity.podAntiAffinity).toEqual({
      preferredDuringSchedulingIgnoredDuringExecution: [
        term(100, 'kubernetes.io/hostname'),
        term(50, 'topology.kubernetes.io/zone'),
      ],
    });
  });

  it('one of them leads', () => {
    const [run] = podsIn('kubernetes/program').flatMap(({ containers }) => containers);
    expect(run?.['env']).toEqual([{ name: 'LEADER_ELECTION', value: 'true' }]);
  });
});

it('starts what is in the image: a function by its entry point, the command where it is', () => {
  const image = readFileSync(new URL('../../../../infra/image/Dockerfile', import.meta.url), 'utf8');
  expect(image).toContain('ENTRYPOINT ["node", "/app/serve.mjs"]');
  const [run] = podsIn('kubernetes/program').flatMap(({ containers }) => containers);
  expect(run).toMatchObject({ command: ['node', '/app/kubevirt-orphans.mjs'], args: ['run', '-o', 'json'] });
  expect(image).toContain('/app/kubevirt-orphans.mjs');
  const served = podsIn('knative/program').flatMap(({ containers }) => containers.map(({ args }) => args));
  expect(served).toEqual(names.map((name) => [name]));
});

it('mounts secrets for the functions that read files, and for no other', () => {
  const mounting = podsIn('knative/program').filter((pod) => 'volumes' in pod);
  expect(mounting.map(({ serviceAccountName }) => serviceAccountName)).toEqual([
    'alert-received',
    'notify',
    'remediate',
  ]);
});

it('reaches functions from within the cluster only', () => {
  const services = objectsIn('knative/program').filter(({ kind }) => kind === 'Service');
  for (const { metadata } of services)
    expect(metadata.labels).toMatchObject({ 'networking.knative.dev/visibility': 'cluster-local' });
});

describe('the example', () => {
  const read = (file: string) =>
    readFileSync(new URL(`../../../../infra/deploy/example/ours/${file}`, import.meta.url), 'utf8');

  it('has a notification file that says what it may', () => {
    const secrets = { readFile: () => 'https://hooks.example.org/1', env: {} };
    const config = parseNotifyConfig(read('notify.yaml'), { file: 'notify.yaml', secrets });
    expect(config.channels.map(({ name }) => name)).toEqual(['oncall']);
  });

  it('has a remediation file that asks for everything, and is refused with Auto and no budget', () => {
    const options = { file: 'remediate.yaml', secrets: { readFile: () => '', env: {} } };
    expect(parseRemediateConfig(read('remediate.yaml'), options).policy).toMatchObject({ mode: 'Approve' });
    expect(() => parseRemediateConfig('mode: Auto\n', options)).toThrow('budget');
  });
});
