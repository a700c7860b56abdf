import nock from 'nock';
import { describe, expect, it } from 'vitest';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { durationMs, epochMs } from '../../../shared/domain/units.ts';
import { createNodeReader } from '../../../shared/kubernetes/node-reader.ts';
import { factsOf } from '../../support/facts.ts';
import { failureOf } from '../../support/failure.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi, pinnedTo } from '../../support/objects.ts';
import { aClient, aList, aStatus, NOW, PATHS, SERVER, useNock } from './fake-api.ts';

useNock();

const NODE = 'node02';
const PODS_OF_NODE = {
  labelSelector: 'kubevirt.io in (virt-handler,virt-launcher)',
  fieldSelector: `spec.nodeName=${NODE}`,
};
const UNBOUND = { labelSelector: 'kubevirt.io=virt-handler', fieldSelector: 'spec.nodeName=' };
const VMIS_OF_NODE = { labelSelector: `kubevirt.io/nodeName=${NODE}` };

const node = aNode(NODE);
const handler = aHandler(NODE);
const launcher = aLauncher('web', NODE);
const vmi = aVmi('web', NODE);

function serve(kind: Kind, query: Record<string, string>, items: readonly ClusterObject[]): void {
  nock(SERVER).get(PATHS[kind]).query(query).reply(200, aList(kind, items));
}

/** Answers the three lists of the node, each once, but the kinds that the test answers itself. */
function serveNode(but: readonly Kind[] = []): void {
  if (!but.includes('Node')) serve('Node', { fieldSelector: `metadata.name=${NODE}` }, [node]);
  if (!but.includes('Pod')) serve('Pod', PODS_OF_NODE, [handler, launcher]);
  if (!but.includes('VirtualMachineInstance')) serve('VirtualMachineInstance', VMIS_OF_NODE, [vmi]);
}

/** Answers what all nodes share, once. */
function serveShared(unbound: readonly ClusterObject[] = []): void {
  serve('DaemonSet', { labelSelector: 'kubevirt.io=virt-handler' }, [aDaemonSet()]);
  serve('KubeVirt', {}, [aKubeVirt()]);
  serve('Pod', UNBOUND, unbound);
}

function refuse(kind: Kind, status: number): void {
  nock(SERVER).get(PATHS[kind]).query(true).reply(status, aStatus(status));
}

function aReader(now = () => NOW) {
  return createNodeReader(aClient(), { clock: { now } });
}

describe('createNodeReader', () => {
  it('reads the node, its pods, its VMIs, and what all nodes share: six lists, none in pages', async () => {
    serveNode();
    serveShared();
    const expected = factsOf([node, handler, launcher, vmi, aDaemonSet(), aKubeVirt()]);
    expect(await aReader().read(NODE)).toEqual({ ...expected, observedAt: NOW, workloadOf: NODE });
  });

  it('leaves a node that is gone out', async () => {
    serveNode(['Node']);
    serve('Node', { fieldSelector: `metadata.name=${NODE}` }, []);
    serveShared();
    const { nodes, vmis } = await aReader().read(NODE);
    expect([nodes.size, vmis.length]).toEqual([0, 1]);
  });

  it('reads what all nodes share once a second, however many nodes are read', async () => {
    let time = 0;
    const reader = aReader(() => epochMs(NOW + time));
    serveShared();
    serveNode();
    serveNode();
    await Promise.all([reader.read(NODE), reader.read(NODE)]);
    time = 999;
    serveNode();
    await reader.read(NODE);
    time = 1_000;
    serveNode();
    serveShared();
    expect((await reader.read(NODE)).daemonSets).toHaveLength(1);
  });

  it('reads only what all nodes share again, when that must be newer', async () => {
    let time = 0;
    const wait = async (delayMs: number) => {
      time += delayMs;
    };
    const now = () => epochMs(NOW + time);
    const reader = createNodeReader(aClient(), { clock: { now }, wait });
    const coming = aHandler(NODE, { metadata: { name: 'coming' }, spec: { affinity: pinnedTo(NODE) } });
    serveNode();
    serveShared([coming]);
    const facts = await reader.read(NODE);
    expect(await reader.refresh?.(facts, NOW)).toEqual({ ...facts, handlerPods: [handler, coming] });
    serve('DaemonSet', { labelSelector: 'kubevirt.io=virt-handler' }, []);
    serve('KubeVirt', {}, [aKubeVirt()]);
    serve('Pod', UNBOUND, []);
    const later = await reader.refresh?.(facts, epochMs(NOW + 1));
    expect(later).toEqual({ ...facts, daemonSets: [], handlerPods: [handler] });
    expect(time).toBe(1_000);
  });

  it('reads it every time when told so', async () => {
    const reader = createNodeReader(aClient(), { clock: { now: () => NOW }, sharedForMs: durationMs(0) });
    for (const _ of [1, 2]) {
      serveNode();
      serveShared();
      await reader.read(NODE);
    }
  });

  it('sees a handler that is meant for the node and not bound yet', async () => {
    serveNode(['Pod']);
    serve('Pod', PODS_OF_NODE, [launcher]);
    const coming = aHandler(NODE, { spec: { affinity: pinnedTo(NODE) } });
    serveShared([coming]);
    expect((await aReader().read(NODE)).handlerPods).toEqual([coming]);
  });

  it('counts a handler once that was bound between two lists, as it is now', async () => {
    const metadata = { name: 'virt-handler-x', resourceVersion: '1' };
    const coming = aHandler(NODE, { metadata, spec: { affinity: pinnedTo(NODE) } });
    const bound = aHandler(NODE, {
      metadata: { ...metadata, uid: coming.metadata.uid, resourceVersion: '2' },
    });
    serveNode(['Pod']);
    serve('Pod', PODS_OF_NODE, [bound]);
    serveShared([coming]);
    expect((await aReader().read(NODE)).handlerPods).toEqual([bound]);
  });

  it('reads all VMIs for a node whose name is too long for a label', async () => {
    const long = `${'n'.repeat(60)}.example`;
    serve('Node', { fieldSelector: `metadata.name=${long}` }, []);
    serve('Pod', { ...PODS_OF_NODE, fieldSelector: `spec.nodeName=${long}` }, []);
    serve('VirtualMachineInstance', {}, [aVmi('web', long)]);
    serveShared();
    expect((await aReader().read(long)).vmis).toHaveLength(1);
  });

  it('keeps all about the node when its details are asked for', async () => {
    serveNode();
    serveShared();
    const reader = createNodeReader(aClient(), { clock: { now: () => NOW }, details: true });
    expect((await reader.read(NODE)).vmis[0]?.details).toBeDefined();
  });

  it.each<[Kind, Kind[]]>([
    ['Node', ['Node']],
    ['VirtualMachineInstance', ['VirtualMachineInstance']],
  ])('says that %s may not be read', async (kind, expected) => {
    serveNode([kind]);
    refuse(kind, 403);
    serveShared();
    expect([...(await aReader().read(NODE)).unread.keys()]).toEqual(expected);
  });

  it('refuses to take VMIs that are not served for none: an API server that starts answers so', async () => {
    serveNode(['VirtualMachineInstance']);
    refuse('VirtualMachineInstance', 404);
    serveShared();
    expect((await failureOf(() => aReader().read(NODE))).code).toBe('KUBEVIRT_NOT_INSTALLED');
  });

  it('fails when nothing may be read', async () => {
    nock(SERVER).get(/.*/).times(6).reply(403, aStatus(403));
    expect((await failureOf(() => aReader().read(NODE))).code).toBe('KUBE_FORBIDDEN');
  });

  it('gives up soon when the server is overloaded, and reads when it is not any more', async () => {
    const reader = aReader();
    serveNode(['Node']);
    serveShared();
    nock(SERVER).get(PATHS.Node).query(true).times(3).reply(429, aStatus(429), { 'retry-after': '1' });
    expect(await failureOf(() => reader.read(NODE))).toMatchObject({
      code: 'KUBE_UNAVAILABLE',
      disposition: 'retry',
    });
    serveNode();
    expect((await reader.read(NODE)).nodes.size).toBe(1);
  });
});
