import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epochMs } from '../../shared/domain/units.ts';
import { asReferences, type Moment, recordedReferences, recordedStory } from '../support/recorded-story.ts';
import { StoryWorld } from '../support/story-world.ts';

const recordings = new URL('../../../shared/recordings/', import.meta.url).pathname;
const FILE = `${recordings}apiserversource-resource-mode.ndjson`;
const REFERENCES = `${recordings}apiserversource-reference-mode.ndjson`;
/** Without ../shared there are no recordings; where it is, they must be. */
const skip = !existsSync(new URL('../../../shared/README.md', import.meta.url));

const MODES = ['Resource', 'Reference'] as const;

/** What happens to node02, step by step: the state of its incident, why, and how it ends. */
const EXPECTED = [
  'at-risk: HandlerRollout', // its handler is being deleted
  'suspected: DaemonSetStalled', // it is gone, and for a moment none is there
  'resolved: Recovered',
  'at-risk: TaintNotTolerated', // NoSchedule spares the handler
  'opened: TaintNotTolerated', // NoExecute does not
  'resolved: Recovered', // both taints are gone
  'at-risk: NodeSelectorMismatch', // the placement excludes it: the handler is leaving
  'opened: NodeSelectorMismatch',
  'resolved: Recovered', // it is labelled into the policy
  'at-risk: DaemonSetMissing',
  'opened: DaemonSetMissing',
  'resolved: Recovered', // the DaemonSet is there again
  'suspected: NodeNotReady', // the kubelet is silent
  'resolved: WorkloadsGone', // the VMI ends
];

/** As long as the story's world has it. */
const GRACE_MS = 120_000;

async function play(
  world: StoryWorld,
  { before, moments }: { before: Moment['objects']; moments: readonly Moment[] },
) {
  const [first] = moments;
  if (first === undefined) throw new Error('an empty story');
  world.set(before, first.at);
  await world.audit();
  for (const { objects, at, event } of moments) {
    world.set(objects, at);
    await world.deliver(event);
  }
}

/** How many events there are when each step is over. In the midst of one, what is open depends on what was seen before. */
function endsOfSteps(moments: readonly Moment[]): readonly number[] {
  return moments.flatMap(({ step }, index) => (moments[index + 1]?.step === step ? [] : [index + 1]));
}

/** A story in which events come late, twice or never: each is delivered in a state of the cluster at or after its own. */
const trouble = (moments: readonly Moment[]): fc.Arbitrary<readonly Moment[]> =>
  fc
    .tuple(
      fc.constantFrom(...endsOfSteps(moments)),
      fc.array(
        fc.record({
          lost: fc.integer({ min: 0, max: 9 }).map((n) => n < 3),
          late: fc.nat({ max: 20 }),
          twice: fc.boolean(),
        }),
        {
          minLength: moments.length,
          maxLength: moments.length,
        },
      ),
    )
    .map(([length, fates]) => {
      const told = moments.slice(0, length);
      const last = told.length - 1;
      const deliveries = told.flatMap(({ event }, index) => {
        const { lost, late, twice } = fates[index] ?? { lost: true, late: 0, twice: false };
        const at = Math.min(index + late, last);
        const copies = twice ? [at, Math.min(at + 7, last)] : [at];
        return lost ? [] : copies.map((when) => ({ when, event }));
      });
      deliveries.sort((a, b) => a.when - b.when);
      return [
        ...deliveries.map(({ when, event }) => ({ ...(told[when] as Moment), event })),
        told[last] as Moment,
      ];
    });

/**
 * What is not over at the end of what was told, once everything was audited. The audit comes after the grace period:
 * within it, what is open and what is only suspected depends on what was seen before.
 */
async function outcome(
  before: Moment['objects'],
  moments: readonly Moment[],
  instances = 1,
): Promise<readonly string[]> {
  const world = new StoryWorld({ instances });
  await play(world, { before, moments });
  const { objects, at } = moments.at(-1) as Moment;
  world.set(objects, epochMs(at + GRACE_MS + 1_000));
  await world.audit();
  return world.unresolved();
}

describe.skipIf(skip)('the story that the real ApiServerSource told (needs ../shared/recordings)', () => {
  const { before, moments } = skip ? { before: [], moments: [] } : recordedStory(FILE);
  const modes = { Resource: moments, Reference: asReferences(moments) };

  it.each(MODES)('leads to exactly the expected incidents in %s mode', async (mode) => {
    const world = new StoryWorld();
    await play(world, { before, moments: modes[mode] });
    expect(world.statesOf('node02')).toEqual(EXPECTED);
    expect(world.statesOf('node01')).toEqual([]);
    expect(world.statesOf('node03')).toEqual([]);
    expect(world.unresolved()).toEqual([]);
  });

  it('leads to the same with two instances of every function, each transition under one id', async () => {
    const world = new StoryWorld({ instances: 2 });
    await play(world, { before, moments });
    expect(world.statesOf('node02')).toEqual(EXPECTED);
    const revisions = world.published.flatMap(({ id, type, node, sequence }) =>
      node === undefined ? [] : [[`${node} ${sequence} ${type}`, id] as const],
    );
    expect(new Map(revisions).size).toBe(new Set(revisions.map(([, id]) => id)).size);
  });

  it('leads step by step to the same as the recording of Reference mode', async () => {
    const told = skip ? [] : recordedReferences(REFERENCES, moments);
    for (const step of new Set(told.map((moment) => moment.step))) {
      const until = <T extends Moment>(all: readonly T[]) =>
        all.slice(0, all.findLastIndex((it) => it.step === step) + 1);
      expect(await outcome(before, until(told)), step).toEqual(await outcome(before, until(moments)));
    }
  });

  it.each(MODES)(
    'late, doubled and with 30 percent lost it leads to the same after one audit in %s mode',
    async (mode) => {
      const told = modes[mode];
      await fc.assert(
        fc.asyncProperty(trouble(told), async (troubled) => {
          const last = troubled.at(-1) as Moment;
          const length = told.findIndex(({ objects }) => objects === last.objects) + 1;
          expect(await outcome(before, troubled)).toEqual(await outcome(before, told.slice(0, length)));
        }),
        { numRuns: 40 },
      );
    },
    300_000,
  );
});
