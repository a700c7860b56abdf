import { describe, expect, it } from 'vitest';
import type { Kill, Moment } from '../support/killable.ts';
import { REMEDIATION_STORIES, type RemediationStory, tell } from '../support/remediation-stories.ts';
import { endOf } from '../support/story-end.ts';

/** What leaves something behind. To die before or after a read is to die before what is done next. */
const EFFECTS = /\.(create|update|remove|publish|record|repeat|tryOut|write|revert|acquire|release)$/;
const MOMENTS: readonly Moment[] = ['before', 'after'];

/** One place at which the process dies: a call of a port, by its number and name. */
interface Boundary extends Kill {
  readonly name: string;
}

function boundaries(calls: readonly string[]): readonly Boundary[] {
  const effects = calls.filter((call) => EFFECTS.test(call));
  return effects.flatMap((name) =>
    MOMENTS.map((moment) => ({ call: Number.parseInt(name, 10), name, moment })),
  );
}

async function undisturbed(story: RemediationStory) {
  const world = await tell(story);
  return { story, end: await endOf(world), boundaries: boundaries(world.process.life.calls) };
}

const STORIES = await Promise.all(REMEDIATION_STORIES.map(undisturbed));

describe.each(STORIES)('$story.title', ({ story, end, boundaries }) => {
  it('is written once, by the rules, and leaves nothing behind', () => {
    expect({ ...end, writes: new Set(end.writes).size }).toMatchObject({
      writes: end.writes.length,
      broken: [],
      outbox: 0,
      lock: undefined,
    });
    expect(end.writes.length).toBeGreaterThan(0);
    expect(boundaries.length).toBeGreaterThan(20);
  });

  it.each(boundaries)('comes to the same end when it dies $moment $name', async ({ call, moment }) => {
    expect(await endOf(await tell(story, { call, moment }))).toEqual(end);
  });
});
