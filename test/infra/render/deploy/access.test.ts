import { describe, expect, it } from 'vitest';
import { WATCHED_RESOURCES } from '../../../../infra/local/event-source/watched-resources.ts';
import type { KubeObject } from '../../../../infra/render/deploy/objects.ts';
import type { Permission } from '../../../../shared/runtime/function-manifest.ts';
import { MANIFESTS, objectsIn, rightsOf } from '../../../support/rendered.ts';

/** `verb group/resource` of permissions, wherever they hold. */
function heldBy(permissions: readonly Permission[]): ReadonlySet<string> {
  return new Set(
    permissions.flatMap(({ apiGroup, resource, verbs }) =>
      verbs.map((verb) => `${verb} ${apiGroup}/${resource}`),
    ),
  );
}

const placeless = (rights: ReadonlySet<string>) => new Set([...rights].map((it) => it.replace(/ in .*/, '')));
const WRITE = /^(create|update|patch|delete) /;
/** What everybody may write who keeps records or makes Events. */
const HARMLESS = [
  /^(create|delete) kubevirt-orphans\.dev\/orphanincidents in kubevirt-orphans$/,
  /^update kubevirt-orphans\.dev\/orphanincidents\/status in kubevirt-orphans$/,
  /^(create|update) coordination\.k8s\.io\/leases in kubevirt-orphans$/,
  /^(create|patch) events\.k8s\.io\/events$/,
];
const writesOf = (rights: ReadonlySet<string>) =>
  [...rights].filter((it) => WRITE.test(it) && !HARMLESS.some((harmless) => harmless.test(it))).sort();

const REMEDIATION = [
  'delete /pods in kubevirt',
  'patch /nodes',
  'patch hco.kubevirt.io/hyperconvergeds in kubevirt',
  'patch kubevirt.io/kubevirts in kubevirt',
];

const knative = [...objectsIn('knative/program'), ...objectsIn('knative/grants')];
const kubernetes = [...objectsIn('kubernetes/program'), ...objectsIn('kubernetes/grants')];
const watches = WATCHED_RESOURCES.map(
  ({ group, name }): Permission => ({ apiGroup: group, resource: name, verbs: ['list', 'watch'] }),
);

describe.each(MANIFESTS)('$name on Knative', ({ name, permissions }) => {
  it('may what its manifest says, and nothing else', () => {
    expect(placeless(rightsOf(knative, name))).toEqual(heldBy(permissions));
  });

  it('may write no more than records and Events without remediation', () => {
    expect(writesOf(rightsOf(objectsIn('knative/program'), name))).toEqual([]);
  });

  it('writes, with remediation, what remediation writes, and only when it is `remediate`', () => {
    expect(writesOf(rightsOf(knative, name))).toEqual(name === 'remediate' ? REMEDIATION : []);
  });
});

describe('run on plain Kubernetes', () => {
  it('may what any function may, and watch, and nothing else', () => {
    const all = [...MANIFESTS.flatMap(({ permissions }) => permissions), ...watches];
    expect(placeless(rightsOf(kubernetes, 'run'))).toEqual(heldBy(all));
  });

  it('may write no more than records and Events without remediation', () => {
    expect(writesOf(rightsOf(objectsIn('kubernetes/program'), 'run'))).toEqual([]);
    expect(writesOf(rightsOf(kubernetes, 'run'))).toEqual(REMEDIATION);
  });

  it.each([
    ['interlocks', 'get coordination.k8s.io/leases in medik8s-leases'],
    ['label-node', 'patch /nodes'],
    [
      'edit-placement',
      'patch hco.kubevirt.io/hyperconvergeds in kubevirt',
      'patch kubevirt.io/kubevirts in kubevirt',
    ],
    ['restart-handler-pod', 'delete /pods in kubevirt'],
  ])('may, with the grant %s alone, no more than its steps need', (grant, ...rights) => {
    for (const [platform, account] of [
      ['kubernetes', 'run'],
      ['knative', 'remediate'],
    ] as const)
      expect([...rightsOf(objectsIn(`${platform}/grants/${grant}`), account)].sort()).toEqual(rights);
  });

  it('looks for the lease of a node where medik8s keeps it, with remediation', () => {
    expect(rightsOf(kubernetes, 'run')).toContain('get coordination.k8s.io/leases in medik8s-leases');
  });
});

describe('whoever only reads', () => {
  it('the audit alone may list, and nothing else', () => {
    const rights = [...rightsOf(objectsIn('kubernetes/audit-only'), 'audit-only')];
    expect(rights).toContain('list /nodes');
    expect(rights.filter((it) => !it.startsWith('list '))).toEqual([]);
  });

  it("Knative's event source may get, list and watch what is watched", () => {
    const rights = rightsOf(knative, 'event-source');
    expect(rights).toEqual(
      heldBy(watches.map((permission) => ({ ...permission, verbs: ['get', 'list', 'watch'] }))),
    );
  });
});

describe("OpenFaaS' event source", () => {
  it('may list and watch what is watched, and nothing else', () => {
    expect(rightsOf(objectsIn('openfaas/program'), 'event-source')).toEqual(heldBy(watches));
  });
});

describe("OpenFaaS' functions, which share an account", () => {
  it('may write no more than records and Events', () => {
    const rights = rightsOf(objectsIn('openfaas/program'), 'default');
    expect(rights).toContain('list /nodes');
    expect(writesOf(rights)).toEqual([]);
  });
});

it('nobody reads Secrets, and nobody may everything', () => {
  const rules = [
    ...knative,
    ...kubernetes,
    ...objectsIn('kubernetes/audit-only'),
    ...objectsIn('openfaas/program'),
  ]
    .flatMap((it: KubeObject) => (it['rules'] as readonly Record<string, readonly string[]>[]) ?? [])
    .flatMap((rule) => Object.values(rule).flat());
  expect(rules.length).toBeGreaterThan(100);
  expect(rules).not.toContain('*');
  expect(rules.filter((word) => word.startsWith('secrets'))).toEqual([]);
});
