import { beforeAll, expect, it } from 'vitest';
import type { IncomingEvent } from '../../shared/events/incoming-event.ts';
import type { IncidentRecord, IncidentStore } from '../../shared/runtime/ports.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { INCIDENTS_NAMESPACE, installIncidents, openIncidents } from './support/incidents.ts';
import { Knative, type Mode } from './support/knative.ts';
import { installKubeVirt } from './support/kubevirt.ts';
import type { DaemonSet } from './support/objects.ts';
import { Reaper } from './support/reaper.ts';
import { playStory, TOLD } from './support/recorded-story.ts';
import { expectSound } from './support/soundness.ts';
import { SCENE, setScene } from './support/stage.ts';
import { statesOf, transitionsIn } from './support/transitions.ts';

/** Longer than a restart is held up here, and short enough to be waited for. */
const GRACE_SECONDS = '8';
/** Of the functions that are killed, and when. */
const SEED = 20_261_124;
const STORY_MS = 150_000;

interface Outcome {
  readonly published: readonly IncomingEvent[];
  readonly records: readonly IncidentRecord[];
  readonly deadLetters: readonly unknown[];
  /** The statuses of deliveries that did not succeed at once. */
  readonly failures: readonly unknown[];
}

describeCluster('the recorded story on a real control plane, every function a process', (cluster) => {
  let base: DaemonSet;
  let store: IncidentStore;

  beforeAll(async () => {
    await installIncidents(cluster);
    base = await installKubeVirt(cluster.api);
    const incidents = openIncidents(cluster.kubeconfig);
    store = incidents.store;
    return incidents.close;
  });

  /** Plays the story, then has all audited once. */
  async function play(
    { mode, instances }: { readonly mode: Mode; readonly instances?: number | undefined },
    disturb?: (knative: Knative) => Reaper,
  ): Promise<Outcome> {
    await setScene(cluster, base);
    for (const record of await store.list()) await store.remove(record);
    const { kubeconfig } = cluster;
    const env = { GRACE_SECONDS };
    const namespace = INCIDENTS_NAMESPACE;
    const knative = await Knative.start({ kubeconfig, namespace, env, instances });
    const { router } = knative;
    try {
      knative.watch(kubeconfig, mode);
      const disturbance = disturb?.(knative);
      try {
        const told = () => router.published;
        await playStory({ cluster, base, told, tick: () => knative.ping('unsettled') });
      } finally {
        await disturbance?.stop();
      }
      await knative.audit();
      const { published, deadLetters, deliveries } = router;
      const failures = deliveries.map(({ status }) => status).filter((status) => status !== 204);
      return { published, deadLetters, failures, records: await store.list() };
    } finally {
      await knative.stop();
    }
  }

  /** What must be true of every telling. */
  function expectTheStory({ published, records, deadLetters }: Outcome): void {
    expect(statesOf(published, SCENE)).toEqual(TOLD.map((told) => expect.stringMatching(told)));
    expectSound(published, records);
    expect(deadLetters).toEqual([]);
    // The others have no workload.
    expect(transitionsIn(published).filter(({ data }) => data.node.name !== SCENE)).toEqual([]);
    expect(transitionsIn(published).map(({ data }) => data.incident.episode)).toEqual(
      transitionsIn(published).map(() => 1),
    );
    expect(records).toMatchObject([
      { node: SCENE, incident: { state: 'Resolved', resolution: 'Recovered', episode: 1, goneVmis: [] } },
    ]);
  }

  it.each(['Resource', 'Reference'] as const)(
    'tells exactly what happened, in %s mode',
    async (mode) => {
      const outcome = await play({ mode });
      expectTheStory(outcome);
      // Whoever loses to another's write again and again asks for another delivery, and for nothing else.
      expect(outcome.failures.filter((status) => status !== 503)).toEqual([]);
    },
    STORY_MS,
  );

  it(
    'loses no transition and tells none under two ids while functions are killed',
    async () => {
      let reaper: Reaper | undefined;
      const outcome = await play({ mode: 'Resource' }, ({ functions }) => {
        reaper = new Reaper(functions, SEED);
        return reaper;
      });
      expect(new Set(reaper?.killed).size).toBeGreaterThan(3);
      expectTheStory(outcome);
    },
    STORY_MS,
  );

  it(
    'tells each transition under one id where two instances of every function are sent every event',
    async () => {
      expectTheStory(await play({ mode: 'Resource', instances: 2 }));
    },
    STORY_MS,
  );
});
