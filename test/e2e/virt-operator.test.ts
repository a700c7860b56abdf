import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pause } from './support/background-loop.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { type HandlerPods, startHandlerPods } from './support/handler-pods.ts';
import { installKubeVirt } from './support/kubevirt.ts';
import { absentFrom, differences } from './support/operator-differences.ts';
import { startVirtOperator, type VirtOperator } from './support/operator-loop.ts';
import { type Moment, momentsOf } from './support/operator-moments.ts';
import { hasRecordings, readRecording, type Step } from './support/operator-recording.ts';
import { act, firstPassAfter, prepare } from './support/operator-steps.ts';
import { type Seen, startWatching } from './support/operator-watch.ts';
import { until } from './support/until.ts';

const SPEED = 8;
/** In seconds as recorded: two passes and more, in which nothing else may happen. */
const QUIET = 13;

/**
 * How many of a recording's steps are played. D4 is not: that the adopted pods are counted before the operator looks is
 * a race between it, which is sped up, and the real controller. E3 is a dry run, in which nothing is seen.
 */
const PLAYED = { A: 1, B: 1, C: 4, D: 4, E: 4, G: 1, H: 2 } as const;

/**
 * What this control plane does otherwise. Until Kubernetes 1.21 a rolling update counts as unavailable only nodes that
 * shall have a pod. So in D1 the second handler goes 1.1 s sooner, beside the first, and its successor may have set the
 * node's label before the operator takes the edit back. In H the old pod that is misscheduled goes beside another one and
 * at any time; when it goes first the operator sees one handler fewer and takes its 10 % step, as in A, C and G.
 */
const OTHERWISE: Readonly<Record<string, RegExp>> = {
  D: /^node 1 schedulable/,
  H: /^node 3 |^DaemonSet maxUnavailable/,
};

describeCluster('the stand-in for virt-operator', (cluster) => {
  let handlers: HandlerPods;
  let operator: VirtOperator;
  let seen: Seen;

  beforeAll(async () => {
    const base = await installKubeVirt(cluster.api);
    handlers = startHandlerPods(cluster, SPEED);
    operator = startVirtOperator(cluster.api, { base, speed: SPEED });
    seen = startWatching(cluster.api, SPEED);
  });
  afterAll(async () => {
    await Promise.all([operator, handlers, seen].map((started) => started?.stop()));
  });

  async function start(step: Step): Promise<void> {
    seen.begin();
    await act(cluster.api, step);
    const first = firstPassAfter(step);
    if (first !== undefined) operator.due(first);
  }

  async function play(step: Step): Promise<readonly Moment[]> {
    await start(step);
    await awaitMoments(step);
    await pause((QUIET * 1000) / SPEED, AbortSignal.timeout(60_000));
    return momentsOf(seen.lines());
  }

  /** Until all is seen that was recorded, or it is overdue. What is missing is told later. */
  async function awaitMoments({ text, lines }: Step): Promise<void> {
    const recorded = momentsOf(lines);
    const last = recorded.at(-1)?.t ?? 0;
    const isComplete = async () => absentFrom(momentsOf(seen.lines()), recorded).length === 0;
    await until(text, isComplete, ((2 * last + 30) * 1000) / SPEED).catch(() => undefined);
  }

  describe.skipIf(!hasRecordings)('does what the real one was recorded to do', () => {
    it.each(Object.entries(PLAYED))(
      'in %s',
      async (name, steps) => {
        const recording = readRecording(name);
        const isOtherwise = ({ what }: Moment) => OTHERWISE[name]?.test(what) ?? false;
        await prepare(cluster.api, recording.initial);
        for (const step of recording.steps.slice(0, steps)) {
          const [recorded, played] = [momentsOf(step.lines), await play(step)];
          const found = differences(
            recorded.filter((moment) => !isOtherwise(moment)),
            played.filter((moment) => !isOtherwise(moment)),
          );
          expect(found, step.text).toEqual([]);
          const ofHandlers = recorded.filter(({ by }) => by === 'kubelet');
          expect(absentFrom(played, ofHandlers), step.text).toEqual([]);
        }
      },
      120_000,
    );
  });
});
