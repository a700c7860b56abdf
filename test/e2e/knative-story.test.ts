import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IncidentStore } from '../../shared/runtime/ports.ts';
import { accessAudit, forbiddenIn } from './support/access-audit.ts';
import { applyWithoutKnative } from './support/deploy.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { INCIDENTS_NAMESPACE, openIncidents } from './support/incidents.ts';
import { KnativeDeployment } from './support/knative-deployment.ts';
import { installKubeVirt } from './support/kubevirt.ts';
import { type DaemonSet, type KubeObject, kind } from './support/objects.ts';
import { playStory, TOLD } from './support/recorded-story.ts';
import { expectSound } from './support/soundness.ts';
import { SCENE, setScene } from './support/stage.ts';
import { statesOf, transitionsIn } from './support/transitions.ts';

const STORY_MS = 120_000;
/** Longer than a restart is held up here, and short enough to be waited for. */
const GRACE_SECONDS = '8';
const NOTIFY = {
  channels: [{ name: 'events', type: 'kubernetes-events' }],
  routes: [{ channels: ['events'], minimumSeverity: 'info' }],
  diagnosisWaitSeconds: 0,
  flapQuietSeconds: 0,
};
const SETTINGS = {
  GRACE_SECONDS,
  LOG_LEVEL: 'warn',
  NOTIFY_CONFIG: '/etc/kubevirt-orphans/config/notify.yaml',
};

interface KubeEvent extends KubeObject {
  readonly reason: string;
  readonly regarding: { readonly kind: string; readonly name: string };
}

const audit = accessAudit(INCIDENTS_NAMESPACE);
const suite = describeCluster;

suite(
  'the recorded story on Knative as it is rendered, every function under its own account',
  (cluster) => {
    let base: DaemonSet;
    let store: IncidentStore;
    let knative: KnativeDeployment;

    beforeAll(async () => {
      base = await installKubeVirt(cluster.api);
      const objects = await applyWithoutKnative(cluster, 'knative/observe');
      const metadata = (name: string) => ({ name, namespace: INCIDENTS_NAMESPACE });
      const configMap = { apiVersion: 'v1', kind: 'ConfigMap' };
      await cluster.api.apply([
        { ...configMap, metadata: metadata('kubevirt-orphans-settings'), data: SETTINGS },
        {
          ...configMap,
          metadata: metadata('kubevirt-orphans-config'),
          data: { 'notify.yaml': JSON.stringify(NOTIFY) },
        },
      ] as KubeObject[]);
      await setScene(cluster, base);
      const incidents = openIncidents(cluster.kubeconfig);
      store = incidents.store;
      knative = await KnativeDeployment.start(cluster, { objects, speed: 30 });
      await knative.startSources(cluster);
      return incidents.close;
    }, 90_000);
    afterAll(async () => {
      await knative?.stop();
      audit.remove();
    });

    it(
      'is told as it happened, and people are told of it',
      async () => {
        const broker = knative.broker();
        await playStory({ cluster, base, told: () => broker.published, tick: () => undefined });
        await broker.idle();
        expect(statesOf(broker.published, SCENE)).toEqual(TOLD.map((told) => expect.stringMatching(told)));
        const records = await store.list();
        expectSound(broker.published, records);
        expect(records).toMatchObject([
          { node: SCENE, incident: { state: 'Resolved', resolution: 'Recovered' } },
        ]);
        expect(transitionsIn(broker.published).filter(({ data }) => data.node.name !== SCENE)).toEqual([]);
        const told = await cluster.api.list(kind<KubeEvent>('events.k8s.io/v1/Event'));
        const reasons = told.filter(({ regarding }) => regarding?.name === SCENE).map(({ reason }) => reason);
        expect(new Set(reasons)).toEqual(new Set());
      },
      STORY_MS,
    );

    it('gives nothing up, and asks to come again only when somebody else wrote meanwhile', async () => {
      expect(knative.broker('dead-letters').published).toEqual([]);
      expect(knative.broker().deadLetters).toEqual([]);
      const statuses = new Set(knative.broker().deliveries.map(({ status }) => status));
      statuses.delete(503);
      expect(statuses).toEqual(new Set([204]));
    });

    it('needs nothing that is forbidden', () => {
      const asked = audit.askedFor();
      expect(new Set(asked.map(({ account }) => account))).toEqual(
        new Set([...knative.functions.keys(), 'event-source']),
      );
      expect(forbiddenIn(asked)).toEqual([]);
    });
  },
  { apiServerArgs: audit.apiServerArgs },
);
