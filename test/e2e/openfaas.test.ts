import { dump } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { IncidentStore } from '../../shared/runtime/ports.ts';
import { type ChannelServers, startChannelServers } from '../support/channel-servers.ts';
import { build, installPlatforms, WITHOUT_CRDS, withObjects } from './support/deploy.ts';
import { type Cluster, describeCluster } from './support/describe-cluster.ts';
import { openIncidents } from './support/incidents.ts';
import { installKubeVirt } from './support/kubevirt.ts';
import { setTaints } from './support/nodes.ts';
import { type DaemonSet, type KubeObject, kind } from './support/objects.ts';
import { Openfaas } from './support/openfaas.ts';
import type { FunctionObject } from './support/openfaas-pods.ts';
import { Reaper } from './support/reaper.ts';
import { playStory, TOLD } from './support/recorded-story.ts';
import { expectSound } from './support/soundness.ts';
import { SCENE, setScene, startVmi } from './support/stage.ts';
import { statesOf } from './support/transitions.ts';
import { until } from './support/until.ts';

/** As in functions.test.ts. */
const GRACE_SECONDS = '8';
/** Of whom it kills, and when: the event source early, and more than once. */
const SEED = 20_261_152;
const STORY_MS = 150_000;
const TOLD_WITHIN_MS = 30_000;
const NO_EXECUTE = { key: 'maintenance', value: 'true', effect: 'NoExecute' } as const;
const [TICK, SWEEP] = ['@every 30s', '@every 300s'];
const FILES = '/var/openfaas/secrets';

/** What an overlay changes: a shorter time of grace, and who is told. */
function withOverlay(object: KubeObject): KubeObject {
  if (object.kind !== 'Function') return object;
  const { spec, ...rest } = object as FunctionObject;
  const environment = {
    ...spec.environment,
    GRACE_SECONDS,
    ...(spec.name === 'notify' && { NOTIFY_CONFIG: `${FILES}/notify.yaml` }),
  };
  return { ...rest, spec: { ...spec, environment } };
}

/** What people provide, of which OpenFaaS makes files. */
function secretOf({ env }: ChannelServers): KubeObject {
  const channel = {
    name: 'ours',
    type: 'webhook',
    url: { file: `${FILES}/url` },
    secrets: [{ file: `${FILES}/signing` }],
  };
  const notify = { channels: [channel], routes: [{ name: 'all', channels: ['ours'] }] };
  const stringData = { 'notify.yaml': dump(notify), url: `${env['WEBHOOK']}`, signing: `${env['SIGNING']}` };
  const metadata = { name: 'kubevirt-orphans-secrets', namespace: 'openfaas-fn' };
  return { ...kind('v1/Secret'), metadata, stringData } as KubeObject;
}

const suite = (cluster: Cluster): void => {
  let base: DaemonSet;
  let store: IncidentStore;
  let people: ChannelServers;

  beforeAll(async () => {
    await installPlatforms(cluster);
    people = await startChannelServers();
    const objects = (await build(cluster, 'openfaas/observe')).map(withOverlay);
    expect(await withObjects(cluster, ['apply'], [secretOf(people), ...objects])).toMatchObject({ code: 0 });
    base = await installKubeVirt(cluster.api);
    const incidents = openIncidents(cluster.kubeconfig);
    store = incidents.store;
    return incidents.close;
  }, 60_000);
  afterAll(() => people.close());

  /** Plays the story, then has all audited once. */
  async function play(disturb: (openfaas: Openfaas) => Reaper) {
    await setScene(cluster, base);
    for (const record of await store.list()) await store.remove(record);
    const openfaas = await Openfaas.start(cluster);
    try {
      const disturbance = disturb(openfaas);
      try {
        const tick = () => void openfaas.cron(TICK);
        await playStory({ cluster, base, told: () => openfaas.published, tick });
      } finally {
        await disturbance.stop();
      }
      await openfaas.settled();
      const audits = () =>
        openfaas.published.filter(({ type }) => type.endsWith('.audit.completed.v1')).length;
      const before = audits();
      expect(await openfaas.cron(SWEEP)).toEqual([204]);
      await until('all is audited', async () => audits() > before);
      await openfaas.settled();
      const published = [...openfaas.published];
      const records = await store.list();
      await untilPeopleAreTold();
      const { lost, invocations } = openfaas.gateway;
      const log = openfaas.processes.map((it) => it.log).join('');
      return { published, records, lost, invocations, log };
    } finally {
      await openfaas.stop();
    }
  }

  /** By an incident that stays, if none was told: those of the story may be over before. What was told is not told anew so soon. */
  async function untilPeopleAreTold(): Promise<void> {
    await startVmi(cluster, 'web-02', SCENE);
    await setTaints(cluster.api, SCENE, [NO_EXECUTE]);
    const isTold = async () => (people.received['webhook']?.length ?? 0) > 0;
    await until('people are told', isTold, TOLD_WITHIN_MS);
  }

  /** What must be true of every telling. */
  function expectTheStory({ published, records, lost }: Awaited<ReturnType<typeof play>>): void {
    expect(statesOf(published, SCENE)).toEqual(TOLD.map((told) => expect.stringMatching(told)));
    expectSound(published, records);
    expect(lost).toEqual([]);
    expect(records).toMatchObject([
      { node: SCENE, incident: { state: 'Resolved', resolution: 'Recovered', episode: 1 } },
    ]);
  }

  it(
    'is told as it happened, to people too, by functions and an event source that are killed',
    async () => {
      let reaper: Reaper | undefined;
      const outcome = await play(({ processes }) => {
        reaper = new Reaper(processes, SEED);
        return reaper;
      });
      const killed = new Set(reaper?.killed);
      expect(killed.size).toBeGreaterThan(3);
      expect(killed).toContain('event-source');
      expectTheStory(outcome);
      // Of what they read, each under the account that it has there.
      expect(outcome.log).not.toMatch(/forbids to (list|watch)|KUBE_FORBIDDEN|may not be watched/);
      // What the cron connector asks for, everybody is asked who wants to be.
      const asked = outcome.invocations.filter(({ type }) => type.endsWith('.audit.requested.v1'));
      expect([...new Set(asked.map(({ name }) => name))].sort()).toEqual(['audit', 'notify', 'remediate']);
    },
    STORY_MS,
  );
};

const NAME = 'the recorded story behind a gateway of OpenFaaS';
if (WITHOUT_CRDS === undefined) describeCluster(NAME, suite);
else describe.skip(`${NAME} (${WITHOUT_CRDS})`, () => it('is told', () => undefined));
