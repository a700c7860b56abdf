import { ObjectSerializer } from '@kubernetes/client-node/dist/gen/models/ObjectSerializer.js';
import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../../infra/render/deploy/objects.ts';
import { objectsIn } from '../../../support/rendered.ts';

/**
 * The versions of Kubernetes' own objects that we use. The client's models are generated from a current API of Kubernetes, which has all of
 * them; the control plane of test/e2e is older, and has two of them as beta only.
 */
const VERSIONS = [
  'v1',
  'apps/v1',
  'batch/v1',
  'networking.k8s.io/v1',
  'policy/v1',
  'rbac.authorization.k8s.io/v1',
];

/** The fields of an object that Kubernetes knows. */
function known(object: KubeObject): unknown {
  const type = `V1${object.kind}`;
  return JSON.parse(
    JSON.stringify(ObjectSerializer.serialize(ObjectSerializer.deserialize(object, type, ''), type, '')),
  );
}

const ours = ['records', 'kubernetes', 'knative', 'openfaas']
  .flatMap((folder) => objectsIn(folder))
  .filter(({ apiVersion }) => VERSIONS.includes(apiVersion))
  .map((object) => ({ title: `${object.kind} ${object.metadata.name}`, object }));

describe.each(ours)('$title', ({ object }) => {
  it('has no field that Kubernetes does not know', () => {
    expect(known(object)).toEqual(object);
    // So one that it does not know is found.
    expect(known({ ...object, replica: 2 })).toEqual(object);
  });
});

it('there is every kind of them', () => {
  expect(new Set(ours.map(({ object }) => object.apiVersion))).toEqual(new Set(VERSIONS));
});
