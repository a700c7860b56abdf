import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { mistakesOf } from '../../../../infra/render/deploy/check-manifests.ts';
import type { FoundManifest } from '../../../../infra/render/deploy/function-files.ts';
import { renderDeploy } from '../../../../infra/render/deploy/render-deploy.ts';
import type { FunctionManifest } from '../../../../shared/runtime/function-manifest.ts';
import { FOUND } from '../../../support/rendered.ts';

const AUDIT = 'functions/audit/manifest.ts';

/** All manifests, one of them changed. */
function withAudit(change: Partial<FunctionManifest>): readonly FoundManifest[] {
  return FOUND.map((it) => (it.file === AUDIT ? { ...it, manifest: { ...it.manifest, ...change } } : it));
}

const copyOfAudit = (file: string, change: Partial<FunctionManifest> = {}): readonly FoundManifest[] => [
  ...FOUND,
  ...FOUND.filter((it) => it.file === AUDIT).map(({ manifest }) => ({
    file,
    manifest: { ...manifest, ...change },
  })),
];

const CASES: readonly (readonly [string, readonly FoundManifest[], readonly string[]])[] = [
  ['all as they are', FOUND, []],
  [
    'an unknown trigger',
    withAudit({ consumes: [{ type: 'com.example.unheard-of' }] }),
    [`${AUDIT}: consumes com.example.unheard-of, which is no type of event that there is`],
  ],
  [
    'no trigger',
    withAudit({ consumes: [] }),
    [`${AUDIT}: consumes nothing, so that nothing would ever trigger it`],
  ],
  [
    'changes of objects that nobody watches',
    withAudit({ consumes: [{ type: 'dev.knative.apiserver.resource.add', attributes: { kind: 'Secret' } }] }),
    [`${AUDIT}: consumes dev.knative.apiserver.resource.add, of Secret, which no event source watches`],
  ],
  [
    'an event that nobody publishes any more',
    FOUND.map((it) => ({
      ...it,
      manifest: {
        ...it.manifest,
        emits: it.manifest.emits.filter((type) => type !== 'dev.kubevirt-orphans.incident.diagnosed.v1'),
      },
    })),
    ['notify', 'remediate'].map(
      (name) =>
        `functions/${name}/manifest.ts: consumes dev.kubevirt-orphans.incident.diagnosed.v1, which nobody publishes`,
    ),
  ],
  [
    'an event that nobody consumes any more',
    FOUND.map((it) => ({
      ...it,
      manifest: {
        ...it.manifest,
        consumes: it.manifest.consumes.filter(
          ({ type }) => type !== 'dev.kubevirt-orphans.remediation.succeeded.v1',
        ),
      },
    })),
    [
      'functions/remediate/manifest.ts: publishes dev.kubevirt-orphans.remediation.succeeded.v1, which nobody consumes',
    ],
  ],
  [
    'an event that the contract does not have',
    withAudit({ emits: ['dev.kubevirt-orphans.audit.begun.v1'] }),
    [`${AUDIT}: publishes dev.kubevirt-orphans.audit.begun.v1, which the contract of events does not have`],
  ],
  [
    'two functions of one name',
    copyOfAudit('functions/audit-2/manifest.ts'),
    [
      `functions/audit-2/manifest.ts: is called audit, as ${AUDIT} is`,
      'functions/audit-2/manifest.ts: is called audit, not as its folder',
    ],
  ],
  [
    'a function that is not served',
    copyOfAudit('functions/audit-2/manifest.ts', { name: 'audit-2' }),
    [
      'functions/audit-2/manifest.ts: infra/server/catalog.ts does not have audit-2, so that nothing would serve it',
    ],
  ],
  [
    'a write of which nobody has said where',
    withAudit({
      permissions: [
        { apiGroup: 'kubevirt.io', resource: 'virtualmachineinstances', verbs: ['list', 'delete'] },
      ],
    }),
    [
      `${AUDIT}: may delete virtualmachineinstances, of which infra/render/deploy/places.ts does not say where`,
    ],
  ],
  [
    'Secrets',
    withAudit({ permissions: [{ apiGroup: '', resource: 'secrets', verbs: ['get'] }] }),
    [`${AUDIT}: may get secrets: no function reads Secrets, they are mounted`],
  ],
];

describe('what is wrong with manifests', () => {
  it.each(CASES)('%s', (_, found, expected) => {
    expect(mistakesOf(found)).toEqual(expected);
  });
});

describe('the render of wrong manifests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'render-'));
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(CASES.slice(1))('%s: says so, ends with 2 and writes nothing', async (_, found, expected) => {
    const said = vi.spyOn(console, 'error').mockReturnValue();
    const root = pathToFileURL(`${folder}/`);
    expect(await renderDeploy(found, { root, verify: false })).toBe(2);
    expect(said.mock.calls.flat()).toEqual(expected);
    expect(existing(folder)).toEqual([]);
  });
});

function existing(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
