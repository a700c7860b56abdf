import { afterAll, beforeAll, expect, it } from 'vitest';
import { MANIFESTS, objectsIn, rightsOf } from '../support/rendered.ts';
import { accessAudit, forbiddenIn, usedOf } from './support/access-audit.ts';
import { applyWithoutKnative, configure } from './support/deploy.ts';
import { awaitRecord, awaitRepaired, beginStory, type DeployedRepairs } from './support/deployed-repairs.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { INCIDENTS_NAMESPACE, openIncidents } from './support/incidents.ts';
import { KnativeDeployment } from './support/knative-deployment.ts';
import { createNamespace } from './support/kubevirt.ts';
import { ALERT_TOKEN, LONE_JUDGEMENTS, nameOnly, post } from './support/lone-judgements.ts';
import { createNode, setTaints } from './support/nodes.ts';
import { type KubeObject, kind, kinds, ref } from './support/objects.ts';
import {
  type RemediationStage,
  setRemediationScene,
  startRemediationStage,
} from './support/remediation-stage.ts';
import { stages } from './support/repair-story.ts';
import { shiftedClock } from './support/shifted-clock.ts';
import { clearWorkload, handlersOn, NODES, SCENE, startVmi } from './support/stage.ts';
import { until } from './support/until.ts';

const RENDERED = [...objectsIn('knative/program'), ...objectsIn('knative/grants')];
const ACCOUNTS = [...MANIFESTS.map(({ name }) => name), 'event-source'];
const CONFIGURATION = {
  settings: {
    GRACE_SECONDS: '0',
    LOG_LEVEL: 'warn',
    NOTIFY_CONFIG: '/etc/kubevirt-orphans/config/notify.yaml',
    REMEDIATE_CONFIG: '/etc/kubevirt-orphans/config/remediate.yaml',
    ALERT_WEBHOOK_TOKEN_FILE: '/etc/kubevirt-orphans/secrets/alert-token',
  },
  files: {
    'notify.yaml': {
      channels: [{ name: 'events', type: 'kubernetes-events' }],
      routes: [
        { match: { nodeLabels: { 'kubernetes.io/os': '*' } }, channels: ['events'], repeatSeconds: 60 },
      ],
      diagnosisWaitSeconds: 0,
    },
    'remediate.yaml': {
      mode: 'Auto',
      budget: { nodes: 1, percent: 100 },
      holdOffSeconds: 0,
      cooldownSeconds: 0,
      stormCooldownSeconds: 0,
    },
  },
  secrets: { 'alert-token': ALERT_TOKEN },
};
const OPT_OUT = 'kubevirt-orphans.dev/remediation';
const REPEAT_SECONDS = 61;
const FORGOTTEN_AFTER_SECONDS = 31 * 60;
/** Longer than a virt-handler may take to start. */
const STARTED_SECONDS = 121;

const audit = accessAudit(INCIDENTS_NAMESPACE);

describeCluster(
  'repairs on Knative as it is rendered, every function under its own account',
  (cluster) => {
    let stage: RemediationStage;
    let repairs: DeployedRepairs;
    /** What the event source's rights were asked for. */
    let asked: readonly string[] = [];

    beforeAll(async () => {
      stage = await startRemediationStage(cluster);
      await setRemediationScene(stage);
      await createNamespace(cluster.api, 'medik8s-leases');
      const objects = await applyWithoutKnative(cluster, 'knative/remediate');
      await configure(cluster, INCIDENTS_NAMESPACE, CONFIGURATION);
      const clock = shiftedClock(cluster.plane.directory);
      const knative = await KnativeDeployment.start(cluster, { objects, speed: 30, env: clock.env });
      const { store, close } = openIncidents(cluster.kubeconfig);
      repairs = { stage, knative, store, clock };
      asked = await knative.startSources(cluster);
      return close;
    }, 90_000);
    afterAll(async () => {
      await repairs?.knative.stop();
      await stage?.stop();
    });

    const label = (name: string, value: string | null) =>
      cluster.api.patch(ref(kinds.node, SCENE), { metadata: { labels: { [name]: value } } });

    it('labels the node again, when it may, and tells people until then', async () => {
      await label(OPT_OUT, 'disabled');
      await beginStory(repairs, 'a label that the policy asks for is removed');
      await awaitRecord(repairs, 'it is opted out', ({ remediation: { run } }) =>
        Boolean(run?.refusedFor.includes('NotOptedOut')),
      );
      await diagnoseOwned();
      repairs.clock.skip(REPEAT_SECONDS);
      await until('people are told again', async () => {
        const events = await cluster.api.list(kind('events.k8s.io/v1/Event'));
        return events.some((event) => 'series' in event && event.series !== null);
      });
      await label(OPT_OUT, null);
      const { remediation } = await awaitRepaired(repairs);
      expect(remediation.attempts).toMatchObject([
        { steps: 'LabelNode', outcome: 'Succeeded', by: 'policy' },
      ]);
      expect(stages({ told: repairs.knative.broker().published })).toEqual([
        'proposed',
        'refused NotOptedOut',
        'approved',
        'started',
        'succeeded Recovered',
      ]);
    }, 60_000);

    /** Has a VMI diagnosed that a VirtualMachine owns. */
    async function diagnoseOwned(): Promise<void> {
      const { api } = cluster;
      const vm = { apiVersion: 'kubevirt.io/v1', kind: 'VirtualMachine' };
      const metadata = { name: 'web-01', namespace: 'tenant-a' };
      const { metadata: made } = await api.create<KubeObject>({ ...vm, metadata, spec: { running: true } });
      const owner = { ...vm, name: made.name, uid: made.uid, controller: true };
      await api.patch(ref(kinds.vmi, 'web-01', 'tenant-a'), { metadata: { ownerReferences: [owner] } });
      // It may be delivered more than once.
      const opened = repairs.knative.broker().published.find(({ type }) => type.includes('incident.opened'));
      if (opened !== undefined) expect(await post(repairs.knative, 'diagnose', opened)).toBe(204);
    }

    it.each([
      ['AddPlacementToleration', 'it gets a taint that virt-handler does not tolerate', 0],
      ['AddPlacementToleration', 'it gets such a taint where HyperConverged owns the placement', 0],
      ['RestartHandlerPod', 'its virt-handler hangs, and the next one would not', STARTED_SECONDS],
    ] as const)(
      'repairs by %s when %s',
      async (steps, how, showsAfter) => {
        await beginStory(repairs, how);
        repairs.clock.skip(showsAfter);
        const { remediation } = await awaitRepaired(repairs);
        expect(remediation.attempts).toMatchObject([{ steps, outcome: 'Succeeded', by: 'policy' }]);
      },
      60_000,
    );

    it('whoever judges keeps records by itself, from their beginning to their end', async () => {
      const { knative, clock } = repairs;
      const { api } = cluster;
      await clearWorkload(api);
      await knative.broker().idle();
      await knative.stopSources();
      const nodes = [...NODES, 'node04', 'node05'];
      for (const name of nodes.slice(NODES.length)) await createNode(api, name);
      for (const name of nodes)
        await until(`${name} has its handler`, async () => (await handlersOn(cluster, name)).length > 0);
      const asks = Object.values(LONE_JUDGEMENTS).map((ask, index) => {
        const name = nodes[index] ?? '';
        return { name, ask: () => ask(knative, cluster, name) };
      });
      for (const { name, ask } of asks) {
        await startVmi(cluster, `web-${name}`, name);
        await setTaints(api, name, [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }]);
        knative.broker().answer = async () => ({ accepts: false, status: 503 });
        expect({ name, status: await ask() }).toEqual({ name, status: 503 });
        knative.broker().answer = async () => ({ accepts: true, status: 202 });
        expect({ name, status: await ask() }).toEqual({ name, status: 204 });
      }
      expect(await nameOnly(knative, cluster)).toEqual(Array.from({ length: 6 }, () => 204));
      await clearWorkload(api);
      for (const { ask } of asks) expect(await ask()).toBe(204);
      await knative.broker().idle();
      clock.skip(FORGOTTEN_AFTER_SECONDS);
      for (const { name, ask } of asks) {
        await ask();
        expect((await repairs.store.list()).map(({ node }) => node)).not.toContain(name);
      }
    }, 60_000);

    it('nothing is given up', () => {
      expect(repairs.knative.broker().deadLetters).toEqual([]);
    });

    it('nothing that is needed is forbidden', () => {
      expect(forbiddenIn(audit.askedFor())).toEqual([]);
    });

    it.each(ACCOUNTS)('%s makes use of every right that it has', (account) => {
      const rights = rightsOf(RENDERED, account);
      const used = usedOf(account, rights, audit.askedFor());
      if (account === 'event-source') for (const right of asked) used.add(right);
      expect(rights.size).toBeGreaterThan(0);
      expect([...rights].filter((right) => !used.has(right))).toEqual([]);
    });
  },
  audit,
);
