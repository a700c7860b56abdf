import nock from 'nock';
import { describe, expect, it } from 'vitest';
import type { EvidenceRequest } from '../../../shared/domain/evidence-facts.ts';
import { aNamespace, anEvent } from '../../support/node-case.ts';
import { aDaemonSet, aNode } from '../../support/objects.ts';
import { aReader, aStatus, SERVER, useNock } from './fake-api.ts';

useNock();

const HCO = '/apis/hco.kubevirt.io/v1beta1/hyperconvergeds';
const HCO_V1 = '/apis/hco.kubevirt.io/v1/hyperconvergeds';
const request: EvidenceRequest = { nodes: ['node02'], namespace: 'kubevirt', vms: [] };
const nodeEvent = anEvent(aNode('node02'), 'NodeNotReady');
const setEvent = anEvent(aDaemonSet(), 'FailedCreate');
const selector = aNamespace({ 'openshift.io/node-selector': 'zone=a' });
const hyperConverged = {
  kind: 'HyperConverged',
  apiVersion: 'hco.kubevirt.io/v1',
  metadata: { name: 'kubevirt-hyperconverged', namespace: 'kubevirt', resourceVersion: '5' },
};

function listOf(kind: string, apiVersion: string, items: readonly object[]): object {
  return { kind: `${kind}List`, apiVersion, metadata: { resourceVersion: '1' }, items };
}

/** Answers with these items, and with 403 or 404 where a status is given instead. */
function serve(path: string, kind: string, answer: readonly object[] | number): nock.Scope {
  const reply = nock(SERVER).get(path).query(true);
  return typeof answer === 'number'
    ? reply.reply(answer, aStatus(answer))
    : reply.reply(200, listOf(kind, kind === 'HyperConverged' ? 'hco.kubevirt.io/v1' : 'v1', answer));
}

function serveRest(): void {
  serve('/api/v1/namespaces', 'Namespace', [selector]);
  serve(HCO, 'HyperConverged', 404);
  serve(HCO_V1, 'HyperConverged', 404);
}

describe('readEvidence', () => {
  it('asks for Events about the node and in the namespace of KubeVirt, for that namespace, and for HyperConverged', async () => {
    const server = nock(SERVER);
    server
      .get('/api/v1/events')
      .query({ fieldSelector: 'involvedObject.kind=Node,involvedObject.name=node02', limit: 500 })
      .reply(200, listOf('Event', 'v1', [nodeEvent]));
    server
      .get('/api/v1/namespaces/kubevirt/events')
      .query({ limit: 500 })
      .reply(200, listOf('Event', 'v1', [setEvent]));
    server
      .get('/api/v1/namespaces')
      .query({ fieldSelector: 'metadata.name=kubevirt', limit: 500 })
      .reply(200, listOf('Namespace', 'v1', [selector]));
    serve(HCO, 'HyperConverged', 404);
    serve(HCO_V1, 'HyperConverged', [hyperConverged]);
    const evidence = await aReader().readEvidence(request);
    expect(evidence).toEqual({
      unread: new Map(),
      events: [nodeEvent, setEvent],
      namespaces: [selector],
      hyperConvergeds: [hyperConverged],
      vms: [],
    });
  });

  it('asks for the Events of all nodes at once when many need them, and by the DaemonSet without a namespace', async () => {
    const nodes = Array.from({ length: 11 }, (_, index) => `node${index}`);
    const server = nock(SERVER);
    server
      .get('/api/v1/events')
      .query({ fieldSelector: 'involvedObject.kind=Node', limit: 500 })
      .reply(200, listOf('Event', 'v1', []));
    server
      .get('/api/v1/events')
      .query({
        fieldSelector: 'involvedObject.kind=DaemonSet,involvedObject.name=virt-handler',
        limit: 500,
      })
      .reply(200, listOf('Event', 'v1', []));
    serve(HCO, 'HyperConverged', 404);
    serve(HCO_V1, 'HyperConverged', 404);
    const evidence = await aReader().readEvidence({ nodes, namespace: undefined, vms: [] });
    expect([...evidence.unread]).toEqual([]);
  });

  it('asks for VirtualMachines by name, and for all of a namespace when they are many', async () => {
    const path = '/apis/kubevirt.io/v1/namespaces';
    const many = Array.from({ length: 21 }, (_, index) => ({ namespace: 'ci', name: `b-${index}` }));
    serve('/api/v1/namespaces/kubevirt/events', 'Event', []);
    serveRest();
    const vm = { metadata: { name: 'web', namespace: 'shop' }, spec: { runStrategy: 'Always' } };
    const list = (items: readonly object[]) => listOf('VirtualMachine', 'kubevirt.io/v1', items);
    nock(SERVER)
      .get(`${path}/shop/virtualmachines`)
      .query({ fieldSelector: 'metadata.name=web', limit: 500 })
      .reply(200, list([vm]));
    nock(SERVER).get(`${path}/ci/virtualmachines`).query({ limit: 500 }).reply(200, list([]));
    const vms = [{ namespace: 'shop', name: 'web' }, ...many];
    const evidence = await aReader().readEvidence({ ...request, nodes: [], vms });
    expect(evidence.vms).toEqual([{ kind: 'VirtualMachine', ...vm }]);
  });

  it.each([
    ['events about nodes', '/api/v1/events', 'Event'],
    ['events of the namespace', '/api/v1/namespaces/kubevirt/events', 'Event'],
    ['namespaces', '/api/v1/namespaces', 'Namespace'],
    ['hyperconvergeds', HCO, 'HyperConverged'],
  ])('names the missing permission when %s are forbidden, and keeps the rest', async (_, path, kind) => {
    const lists = [
      ['/api/v1/events', 'Event', [nodeEvent]],
      ['/api/v1/namespaces/kubevirt/events', 'Event', [setEvent]],
      ['/api/v1/namespaces', 'Namespace', [selector]],
      [HCO, 'HyperConverged', 404],
      [HCO_V1, 'HyperConverged', 404],
    ] as const;
    for (const [at, what, answer] of lists) serve(at, what, at === path ? 403 : answer);
    const evidence = await aReader().readEvidence(request);
    expect([...evidence.unread.keys()]).toEqual([kind]);
    expect(evidence.unread.get(kind as 'Event')).toMatchObject({ code: 'Forbidden', kind });
    expect(evidence.unread.get(kind as 'Event')?.message).toContain('verbs: ["list"]');
  });

  it('fails as a whole when the server does', async () => {
    nock(SERVER).get(/.*/).query(true).times(5).reply(401, aStatus(401));
    await expect(aReader().readEvidence(request)).rejects.toMatchObject({ code: 'KUBE_UNAUTHORIZED' });
    nock.cleanAll();
  });
});
