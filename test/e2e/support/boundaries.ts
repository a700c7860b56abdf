import { expect, it } from 'vitest';
import { describeRepairs } from './describe-repairs.ts';
import type { RemediationStage } from './remediation-stage.ts';
import { begin, expectStages, lookUntilRecovered, only, ourEvents, REMEDIES } from './repair-story.ts';

const times = (call: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `${call} ${index + 1}`);

/** What a run does that has an effect, each call by itself: after each a process may die. The lock is taken again with every later look. */
function boundariesOf(steps: number): readonly string[] {
  return [
    // Proposed, started, one for each step, succeeded; and after each telling what was told is taken out.
    ...times('incidents.update', 6 + steps),
    ...times('sink.publish', 4),
    ...times('lock.acquire', 1 + steps),
    ...times('writer.tryOut', steps),
    ...times('writer.write', steps),
    ...times('events.record', steps),
    'lock.release 1',
  ];
}

/** A suite with a cluster of its own, of a test for each boundary of a plan: the process dies there, the next one goes on, and all is as if it had lived. */
export function describeBoundaries(...names: readonly (keyof typeof REMEDIES)[]): void {
  describeRepairs(`${names.join(' or ')}, whose process dies at a boundary`, (stage) => {
    for (const name of names) diesAtEachBoundary(name, stage);
  });
}

function diesAtEachBoundary(name: keyof typeof REMEDIES, stage: RemediationStage): void {
  const remedy = REMEDIES[name];
  it.each(boundariesOf(remedy.steps.length))(
    `${name}: dies after %s, and ends as if it had lived`,
    async (call) => {
      const repairs = await begin(stage, remedy, only(remedy, 'Auto'), { after: [call] });
      const { incident, remediation } = await lookUntilRecovered(repairs);
      expect(repairs.deaths).toBe(1);
      // What was recorded and not told is told with the next tick.
      await repairs.look();
      expectStages(repairs, 'proposed', 'approved', 'started', 'succeeded Recovered');
      expect(incident).toMatchObject({ state: 'Resolved', resolution: 'Recovered' });
      expect(remediation).toMatchObject({
        attempts: [{ steps: name, outcome: 'Succeeded', by: 'policy' }],
        contests: [],
      });
      expect(repairs.writes).toEqual(remedy.writes.map((write) => expect.stringMatching(write)));
      expect(await ourEvents(stage.cluster.api)).toHaveLength(remedy.writes.length);
      await repairs.close();
    },
    60_000,
  );
}
