import { afterAll, beforeAll, expect, it } from 'vitest';
import { createKubernetesEventsChannel } from '../../../shared/channels/kubernetes-events.ts';
import type { Message } from '../../../shared/domain/notifications/message.ts';
import { type EpochMs, epochMs } from '../../../shared/domain/units.ts';
import { ApiClient } from '../../../shared/kubernetes/api-client.ts';
import { createEventRecorder } from '../../../shared/kubernetes/event-recorder.ts';
import { loadConnection } from '../../../shared/kubernetes/kube-config.ts';
import type { Notice } from '../../../shared/runtime/channel.ts';
import { notices } from '../../support/notices.ts';
import { SILENT_LOG } from '../../support/runtime-ports.ts';
import { serviceAccountKubeconfig } from '../support/control-plane.ts';
import { describeCluster } from '../support/describe-cluster.ts';
import { createNamespace, createVmi, installKubeVirt } from '../support/kubevirt.ts';
import { createNode } from '../support/nodes.ts';
import { type KubeObject, kind, kinds, ref } from '../support/objects.ts';
import { until } from '../support/until.ts';

interface StoredEvent extends KubeObject {
  readonly reason: string;
  readonly note: string;
  readonly regarding: { readonly name: string; readonly uid: string };
  readonly series?: { readonly count: number };
}
const events = kind<StoredEvent>('events.k8s.io/v1/Event');

describeCluster('Kubernetes Events on a real API server', (cluster) => {
  const clients: ApiClient[] = [];
  let nodeUid = '';
  let vmis: Notice['vmis'] = [];

  function channelOf(kubeconfig: string) {
    const clock = { now: (): EpochMs => epochMs(Date.now()) };
    const client = new ApiClient(loadConnection({ kubeconfig, env: {} }), { clock });
    clients.push(client);
    const recorder = createEventRecorder(client, {
      controller: 'kubevirt-orphans.dev/notify',
      instance: 'notify-1',
    });
    return createKubernetesEventsChannel({ name: 'events', recorder, log: SILENT_LOG });
  }

  function aNotice(parts: Partial<Notice> = {}, message: Partial<Message> = {}): Notice {
    const { opened } = notices();
    if (opened === undefined) throw new Error('there is one');
    const now = epochMs(Date.now());
    return { ...opened, vmis, nodeUid, now, ...parts, message: { ...opened.message, ...message } };
  }

  const ofReporter = async (...namespaces: readonly string[]): Promise<readonly StoredEvent[]> => {
    const lists = await Promise.all(namespaces.map((namespace) => cluster.api.list(events, { namespace })));
    return lists.flat().filter(({ metadata }) => metadata.name.startsWith('kubevirt-orphans.'));
  };
  /** Where they are depends on the server's version. */
  const ofNodes = () => ofReporter('default', 'kube-system');

  beforeAll(async () => {
    await installKubeVirt(cluster.api);
    nodeUid = (await createNode(cluster.api, 'node02')).metadata.uid ?? '';
    const made = [];
    for (const name of ['db', 'web'])
      made.push(await createVmi(cluster.api, { name, namespace: 'shop', node: 'node02' }));
    vmis = made.map(({ metadata }) => ({ namespace: 'shop', name: metadata.name, uid: metadata.uid ?? '' }));
  });
  afterAll(() => {
    for (const client of clients) client.close();
  });

  it('are shown by kubectl describe, of the node and of its VMIs, once', async () => {
    const channel = channelOf(cluster.kubeconfig);
    const notice = aNotice();
    await channel.send(notice, undefined);
    await channelOf(cluster.kubeconfig).send(notice, undefined);
    for (const object of [
      ['node', 'node02'],
      ['vmi', 'web', '-n', 'shop'],
      ['vmi', 'db', '-n', 'shop'],
    ]) {
      const { stdout } = await cluster.kubectl(['describe', ...object]);
      const lines = stdout.split('\n').filter((line) => line.includes('VirtHandlerMissing'));
      expect(lines, stdout).toHaveLength(1);
      expect(lines[0]).toContain('Warning');
      expect(lines[0]).toContain(notice.message.title);
    }
    const { stdout } = await cluster.kubectl(['get', 'events', '-n', 'shop']);
    expect(stdout).toContain('virtualmachineinstance/web');
    expect((await ofNodes()).map(({ regarding }) => regarding.uid)).toEqual([nodeUid]);
  });

  it('count what is repeated', async () => {
    const channel = channelOf(cluster.kubeconfig);
    const { now } = aNotice();
    for (const minutes of [60, 120, 180])
      await channel.send(aNotice({ intent: 'repeat', now: epochMs(now + minutes * 60_000) }), undefined);
    const [node] = await ofNodes();
    expect(node?.series?.count).toBe(4);
    expect((await ofReporter('shop')).map(({ series }) => series?.count)).toEqual([4, 4]);
    const { stdout } = await cluster.kubectl(['describe', 'node', 'node02']);
    expect(stdout.split('\n').find((line) => line.includes('VirtHandlerMissing'))).toMatch(/x4 over/);
  });

  it('are written anew when they have expired', async () => {
    for (const event of await ofNodes()) await cluster.api.delete(event);
    await channelOf(cluster.kubeconfig).send(aNotice({ intent: 'repeat' }), undefined);
    expect(await ofNodes()).toHaveLength(1);
  });

  it('take names and texts of any kind, to their limits', async () => {
    const channel = channelOf(cluster.kubeconfig);
    for (const [name, notice] of Object.entries(notices())) {
      const sentences = ['\u0000\u{1F600}'.repeat(1_000)];
      const message = { ...notice.message, key: name, sentences };
      await channel.send(aNotice({ ...notice, vmis: [], message }, message), undefined);
    }
    const notes = (await ofNodes()).map(({ note }) => Buffer.byteLength(note));
    expect(notes).toHaveLength(1 + Object.keys(notices()).length);
    expect(Math.max(...notes)).toBeGreaterThan(1_018);
    expect(Math.max(...notes)).toBeLessThanOrEqual(1_024);
  });

  it('reach the others when a namespace is gone or going', async () => {
    await createNamespace(cluster.api, 'going');
    const kept = {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'kept', namespace: 'going', finalizers: ['example.test/keep'] },
    };
    await cluster.api.create(kept as KubeObject);
    await cluster.api.delete(ref(kinds.namespace, 'going'));
    await until('the namespace is going', async () => {
      const found = await cluster.api.get(ref(kinds.namespace, 'going'));
      return found.metadata.deletionTimestamp !== undefined;
    });
    const elsewhere = ['going', 'never-there', 'shop'].map((namespace) => ({
      namespace,
      name: 'vm',
      uid: 'u',
    }));
    await channelOf(cluster.kubeconfig).send(aNotice({ vmis: elsewhere }, { revision: 50 }), undefined);
    expect((await ofReporter('shop')).map(({ regarding }) => regarding.name)).toContain('vm');
    await cluster.api.patch(ref(kind('v1/ConfigMap'), 'kept', 'going'), { metadata: { finalizers: null } });
  });

  it('need create, get and patch on events, and say so', async () => {
    await createNamespace(cluster.api, 'functions');
    const account = { namespace: 'functions', name: 'notify' };
    await cluster.api.create({ ...kinds.serviceAccount, metadata: account });
    const channel = channelOf(await serviceAccountKubeconfig(cluster.plane, account));
    const sent = () => channel.send(aNotice({}, { revision: 60 }), undefined);
    await expect(sent()).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
      remedy: expect.stringContaining(
        '{apiGroups: ["events.k8s.io"], resources: ["events"], verbs: ["create", "get", "patch"]}',
      ),
    });
    const rules = ['--resource=events.events.k8s.io', '--verb=create,get,patch'];
    await cluster.kubectl(['create', 'clusterrole', 'tell', ...rules]);
    await cluster.kubectl([
      'create',
      'clusterrolebinding',
      'tell',
      '--clusterrole=tell',
      '--serviceaccount=functions:notify',
    ]);
    await until('it may', async () => (await sent()) !== undefined);
    await channel.send(
      aNotice({ intent: 'repeat', now: epochMs(Date.now() + 600_000) }, { revision: 60 }),
      undefined,
    );
  });
});
