import nock from 'nock';
import { describe, expect, it } from 'vitest';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { createObjectReader } from '../../../shared/kubernetes/object-reader.ts';
import { failureOf } from '../../support/failure.ts';
import { aDaemonSet, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { aClient, aStatus, SERVER, useNock } from './fake-api.ts';

useNock();

const reader = () => createObjectReader(aClient());

describe('createObjectReader', () => {
  it.each<[Kind, string, ClusterObject, string]>([
    ['Node', '', aNode('node01'), '/api/v1/nodes/x'],
    ['Pod', 'tenant-a', aLauncher('web', 'node01'), '/api/v1/namespaces/tenant-a/pods/x'],
    ['DaemonSet', 'kubevirt', aDaemonSet(), '/apis/apps/v1/namespaces/kubevirt/daemonsets/x'],
    ['KubeVirt', 'kubevirt', aKubeVirt(), '/apis/kubevirt.io/v1/namespaces/kubevirt/kubevirts/x'],
    [
      'VirtualMachineInstance',
      'tenant-a',
      aVmi('web', 'node01'),
      '/apis/kubevirt.io/v1/namespaces/tenant-a/virtualmachineinstances/x',
    ],
  ])('reads a %s', async (kind, namespace, object, path) => {
    nock(SERVER)
      .get(path)
      .reply(200, { apiVersion: 'v1', ...object, unknown: 'to us' });
    expect(await reader().get(kind, namespace, 'x')).toEqual(object);
  });

  it('reads a pod also when it is none of KubeVirt’s any more', async () => {
    const pod = { kind: 'Pod', apiVersion: 'v1', metadata: { name: 'x', namespace: 'a', labels: {} } };
    nock(SERVER).get('/api/v1/namespaces/a/pods/x').reply(200, pod);
    expect(await reader().get('Pod', 'a', 'x')).toMatchObject({ metadata: { name: 'x' } });
  });

  it('finds nothing where nothing is', async () => {
    nock(SERVER).get('/api/v1/nodes/gone').reply(404, aStatus(404));
    expect(await reader().get('Node', '', 'gone')).toBeUndefined();
  });

  it('asks for the name that was given, whatever it holds', async () => {
    nock(SERVER).get('/api/v1/nodes/..%2F..%2Fsecrets%3Fx').reply(404, aStatus(404));
    expect(await reader().get('Node', '', '../../secrets?x')).toBeUndefined();
  });

  it.each([['', 'forbids to get nodes', 'ClusterRole with the rule {apiGroups: [""], resources: ["nodes"]']])(
    'says which permission is missing',
    async (namespace, message, remedy) => {
      nock(SERVER).get('/api/v1/nodes/x').reply(403, aStatus(403));
      const failure = await failureOf(() => reader().get('Node', namespace, 'x'));
      expect(failure.code).toBe('KUBE_FORBIDDEN');
      expect(failure.message).toContain(message);
      expect(failure.remedy).toContain(remedy);
    },
  );

  it.each([
    ['no object', { kind: 'Node' }, 'Node: metadata is missing'],
    ['a wrong type', { kind: 'Node', metadata: { name: 'x', labels: 'many' } }, 'metadata.labels'],
    ['an empty body', '', 'metadata is missing'],
    ['broken JSON', '{"kind":', 'broken JSON'],
  ])('takes %s for a server that is none', async (_, body, message) => {
    nock(SERVER).get('/api/v1/nodes/x').reply(200, body, { 'content-type': 'application/json' });
    const failure = await failureOf(() => reader().get('Node', '', 'x'));
    expect(failure.code).toBe('KUBE_UNAVAILABLE');
    expect(failure.message).toContain(message);
  });
});
