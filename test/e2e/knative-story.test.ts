import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IncidentStore } from '../../shared/runtime/ports.ts';
import { type LoopbackSink, startLoopbackSink } from '../support/loopback-sink.ts';
import { accessAudit, forbiddenIn } from './support/access-audit.ts';
import { applyWithoutKnative, configure } from './support/deploy.ts';
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
const inSecrets = (name: string) => ({ file: `/etc/kubevirt-orphans/secrets/${name}` });
const NOTIFY = {
  channels: [
    { name: 'events', type: 'kubernetes-events' },
    { name: 'programs', type: 'webhook', url: inSecrets('hook-url'), secrets: [inSecrets('hook-key')] },
  ],
  routes: [{ channels: ['events', 'programs'], minimumSeverity: 'info' }],
  diagnosisWaitSeconds: 0,
  flapQuietSeconds: 0,
};
const SETTINGS = {
  GRACE_SECONDS,
  LOG_LEVEL: 'warn',
  NOTIFY_CONFIG: '/etc/kubevirt-orphans/config/notify.yaml',
};

/** Whole objects come with events: the others have no need to ask. */
const ASKING = [
  'audit',
  'diagnose',
  'event-source',
  'handler-pod-changed',
  'node-changed',
  'notify',
  'remediate',
  'workload-changed',
];

interface KubeEvent extends KubeObject {
  readonly reason: string;
  readonly regarding: { readonly kind: string; readonly name: string };
}

const audit = accessAudit(INCIDENTS_NAMESPACE);
describeCluster(
  'the recorded story on Knative as it is rendered, every function under its own account',
  (cluster) => {
    let base: DaemonSet;
    let store: IncidentStore;
    let knative: KnativeDeployment;
    let hook: LoopbackSink;

    beforeAll(async () => {
      base = await installKubeVirt(cluster.api);
      const objects = await applyWithoutKnative(cluster, 'knative/observe');
      hook = await startLoopbackSink();
      await configure(cluster, INCIDENTS_NAMESPACE, {
        settings: SETTINGS,
        files: { 'notify.yaml': NOTIFY },
        secrets: { 'hook-url': hook.url, 'hook-key': `whsec_${'c2VjcmV0'.repeat(4)}` },
      });
      await setScene(cluster, base);
      const incidents = openIncidents(cluster.kubeconfig);
      store = incidents.store;
      knative = await KnativeDeployment.start(cluster, { objects, speed: 30 });
      await knative.startSources(cluster);
      return incidents.close;
    }, 90_000);
    afterAll(async () => {
      await knative?.stop();
      await hook?.stop();
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
        const reasons = (await cluster.api.list(kind<KubeEvent>('events.k8s.io/v1/Event')))
          .filter(({ regarding }) => regarding?.kind === 'Node' && regarding.name === SCENE)
          .map(({ reason }) => reason);
        const heard = hook.events.map(({ type }) => type.replace(/.*incident\./, ''));
        expect(heard).toContain('opened.v1');
        expect(heard.at(-1)).toBe('resolved.v1');
        expect(reasons).toEqual(
          expect.arrayContaining(['NodeAtRisk', 'VirtHandlerMissing', 'IncidentResolved']),
        );
      },
      STORY_MS,
    );

    it('gives nothing up', () => {
      expect(knative.broker().deadLetters).toEqual([]);
      const others = knative.broker().deliveries.filter(({ status }) => status !== 204);
      // Whoever loses to another's write again and again asks for another delivery, and for nothing else.
      expect(others.filter(({ status }) => status !== 503)).toEqual([]);
    });

    it('needs nothing that is forbidden, but to see whether medik8s holds the node, which comes with remediation', () => {
      const asked = audit.askedFor();
      expect(new Set(asked.map(({ account }) => account))).toEqual(new Set(ASKING));
      expect(forbiddenIn(asked)).toEqual(['remediate: get coordination.k8s.io/leases in medik8s-leases']);
    });
  },
  audit,
);
