import { expect, it } from 'vitest';
import { kinds, ref } from '../e2e/support/objects.ts';
import { type GetBackend, refusal } from './backend.ts';
import { incident } from './contract-objects.ts';

interface Difference {
  /** What is asked. */
  readonly what: string;
  readonly simulated: string;
  /** Of Kubernetes 1.20, the control plane that tests have. */
  readonly real: string;
  /** Why the simulation does not do the same. */
  readonly why: string;
  readonly ask: (backend: GetBackend) => Promise<unknown>;
}

const patch = (name: string, contentType: string, body: unknown) => async (backend: GetBackend) => {
  await backend().api.apply([incident(name)]);
  const path = `/apis/kubevirt-orphans.dev/v1alpha1/namespaces/default/orphanincidents/${name}?fieldManager=test`;
  return backend().api.call({ method: 'PATCH', path, body, contentType });
};

/** Nothing of it is stored: only the answer counts. */
const create = (path: string, body: object) => (backend: GetBackend) =>
  backend().api.call({ method: 'POST', path: `${path}?dryRun=All`, body });

/** Where the simulation is not like the real server, on purpose. Nothing else is known to differ in what is served. */
const DIFFERENCES: readonly Difference[] = [
  {
    what: 'a JSON patch that replaces a member that is not there',
    simulated: '422 Invalid',
    real: 'accepted',
    why: 'Later releases refuse it (json-patch 4.10): what works here works everywhere.',
    ask: patch('differs-replace', 'application/json-patch+json', [
      { op: 'replace', path: '/spec/gone', value: 1 },
    ]),
  },
  {
    what: 'server-side apply',
    simulated: '415 UnsupportedMediaType',
    real: 'accepted',
    why: 'Nobody here uses it, and it takes field management.',
    ask: patch('differs-apply', 'application/apply-patch+yaml', {
      ...incident('differs-apply'),
    }),
  },
  {
    what: 'an object of a built-in kind with a field of the wrong type',
    simulated: 'accepted',
    real: '400 BadRequest',
    why: 'There are no schemas: what is stored is what was sent.',
    ask: create('/api/v1/nodes', { metadata: { name: 'differs' }, spec: { taints: 'none' } }),
  },
  {
    what: 'a pod without containers',
    simulated: 'accepted',
    real: '422 Invalid',
    why: 'Only names, selectors and scheduling fields are validated.',
    ask: create('/api/v1/namespaces/default/pods', { metadata: { name: 'differs' }, spec: {} }),
  },
  {
    what: 'the managed fields of an object that was just made',
    simulated: 'none',
    real: 'some',
    why: 'Field management is not simulated, so who set a label is not told.',
    ask: async (backend) => {
      const { metadata } = await backend().api.get(ref(kinds.namespace, 'default'));
      return 'managedFields' in metadata ? 'some' : 'none';
    },
  },
];

/** Holds the table of differences to both servers. */
export function differencesContract(backend: GetBackend, server: 'simulated' | 'real'): void {
  it.each(DIFFERENCES.map((difference) => [difference.what, difference] as const))(
    '%s',
    async (_, { ask, why, ...expected }) => {
      let answer = '';
      const refused = await refusal(
        ask(backend).then((value) => {
          answer = typeof value === 'string' ? value : 'accepted';
        }),
      );
      expect(answer || refused, why).toBe(expected[server]);
    },
  );
}
