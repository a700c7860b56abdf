import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { KINDS, type Kind } from '../../../shared/domain/objects.ts';
import { factsOf } from '../../support/facts.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';
import { aList, aStatus, NOW, PATHS, read, SERVER, serveLists, useNock } from './fake-api.ts';

useNock();

const cluster = [
  aNode('node01'),
  aNode('node02'),
  aHandler('node01'),
  aLauncher('web', 'node02'),
  aVmi('web', 'node02'),
  aDaemonSet(),
  aKubeVirt(),
];

function refuse(kind: Kind, status: number): void {
  nock(SERVER).get(PATHS[kind]).query(true).reply(status, aStatus(status));
}

describe('createLiveReader', () => {
  it('reads the facts of the whole cluster', async () => {
    serveLists(cluster);
    const facts = await read();
    expect(facts).toEqual({ ...factsOf(cluster), observedAt: NOW });
  });

  it('asks for pages, and for handlers and launchers only, with the token and as JSON', async () => {
    serveLists([], ['Pod', 'DaemonSet']);
    const scope = nock(SERVER, {
      reqheaders: { authorization: 'Bearer secret-token', accept: 'application/json' },
    });
    const labelSelector = 'kubevirt.io in (virt-handler,virt-launcher)';
    scope.get(PATHS.Pod).query({ labelSelector, limit: 500 }).reply(200, aList('Pod', []));
    const handlers = { labelSelector: 'kubevirt.io=virt-handler', limit: 500 };
    scope.get(PATHS.DaemonSet).query(handlers).reply(200, aList('DaemonSet', []));
    await read();
  });

  it('tells how far it is after every page', async () => {
    serveLists(cluster);
    const told: [number, string][] = [];
    await read({ progress: (count, resource) => told.push([count, resource]) });
    expect(told.sort()).toEqual([
      [1, 'daemonsets'],
      [1, 'kubevirts'],
      [1, 'virtualmachineinstances'],
      [2, 'nodes'],
      [2, 'pods'],
    ]);
  });

  it.each([
    ['Node', 'list nodes (the core API group)', 'apiGroups: [""], resources: ["nodes"]'],
    ['Pod', 'list pods (the core API group)', 'every node is Unknown'],
    ['DaemonSet', 'list daemonsets (the API group apps)', 'daemonsets.apps --all-namespaces'],
    ['VirtualMachineInstance', 'list virtualmachineinstances (the API group kubevirt.io)', 'verbs: ["list"]'],
    ['KubeVirt', 'list kubevirts (the API group kubevirt.io)', 'guessed from its DaemonSet'],
  ] as const)(
    'leaves %s unread when it is forbidden, and names the missing permission',
    async (kind, ...parts) => {
      serveLists(cluster, [kind]);
      refuse(kind, 403);
      const facts = await read();
      expect([...facts.unread.keys()]).toEqual([kind]);
      expect(facts.unread.get(kind)).toMatchObject({ code: 'Forbidden', kind });
      for (const part of parts) expect(facts.unread.get(kind)?.message).toContain(part);
      expect(facts.unread.get(kind)?.message).not.toContain('bob');
    },
  );

  it('fails when everything is forbidden', async () => {
    for (const kind of KINDS) refuse(kind, 403);
    await expect(read()).rejects.toMatchObject({
      code: 'KUBE_FORBIDDEN',
      message: expect.stringContaining('nodes, pods, daemonsets, virtualmachineinstances, kubevirts'),
      remedy: expect.stringContaining('apiGroups: ["", "apps", "kubevirt.io"]'),
    });
  });

  it('says that KubeVirt is not installed when its API is not there', async () => {
    serveLists([], ['VirtualMachineInstance', 'KubeVirt']);
    const notFound = ['404 page not found\n', { 'content-type': 'text/plain; charset=utf-8' }] as const;
    nock(SERVER)
      .get(PATHS.VirtualMachineInstance)
      .query(true)
      .reply(404, ...notFound);
    nock(SERVER)
      .get(PATHS.KubeVirt)
      .query(true)
      .reply(404, ...notFound);
    await expect(read()).rejects.toMatchObject({ code: 'KUBEVIRT_NOT_INSTALLED' });
  });

  it('takes one missing KubeVirt resource for an empty one: its objects cannot exist', async () => {
    serveLists([aNode('node01')], ['VirtualMachineInstance', 'KubeVirt']);
    refuse('VirtualMachineInstance', 404);
    refuse('KubeVirt', 403);
    const facts = await read();
    expect([...facts.unread.keys()]).toEqual(['KubeVirt']);
    expect(facts.vmis).toEqual([]);
  });

  it('asks anew at every read', async () => {
    serveLists(cluster);
    serveLists([aNode('node09')]);
    await read();
    expect([...(await read()).nodes.keys()]).toEqual(['node09']);
  });
});

describe('createLiveReader for one node', () => {
  it('has the server leave out the workload of other nodes, but reads every node and every handler', async () => {
    const [node, other] = [aNode('node02'), aNode('node01')];
    serveLists([node, other], ['Pod', 'VirtualMachineInstance']);
    const server = nock(SERVER);
    const web = aVmi('web', 'node02');
    const launcher = aLauncher('web', 'node02');
    const handlers = [aHandler('node01'), aHandler('node02', { spec: {} })];
    server
      .get(PATHS.Pod)
      .query({
        labelSelector: 'kubevirt.io=virt-launcher',
        fieldSelector: 'spec.nodeName=node02',
        limit: 500,
      })
      .reply(200, aList('Pod', [launcher]));
    server
      .get(PATHS.Pod)
      .query({ labelSelector: 'kubevirt.io=virt-handler', limit: 500 })
      .reply(200, aList('Pod', handlers));
    server
      .get(PATHS.VirtualMachineInstance)
      .query({ labelSelector: 'kubevirt.io/nodeName=node02', limit: 500 })
      .reply(200, aList('VirtualMachineInstance', [web]));
    const facts = await read({ node: 'node02' });
    const expected = factsOf([node, other, ...handlers, launcher, web]);
    expect(facts).toEqual({ ...expected, observedAt: NOW, workloadOf: 'node02' });
  });

  it('reads every VMI when the name of the node is too long for a label', async () => {
    const name = `${'a'.repeat(63)}.example`;
    serveLists([], ['Pod', 'VirtualMachineInstance']);
    nock(SERVER).get(PATHS.Pod).query(true).times(2).reply(200, aList('Pod', []));
    nock(SERVER)
      .get(PATHS.VirtualMachineInstance)
      .query({ limit: 500 })
      .reply(200, aList('VirtualMachineInstance', []));
    await read({ node: name });
  });
});
