import { describe, expect, it } from 'vitest';
import { SimulatedCluster } from '../../../../infra/local/simulation/cluster/simulated-cluster.ts';
import { faster, REAL_TIMINGS } from '../../../../infra/local/simulation/controllers/timings.ts';
import { isConditionTrue } from '../../../../infra/local/simulation/controllers/views.ts';
import { playStory, runbookStory } from '../../../../infra/local/simulation/story.ts';
import { ManualTime } from '../../../../infra/local/simulation/time/manual-time.ts';
import { epochMs } from '../../../../shared/domain/units.ts';

const START = Date.UTC(2026, 7, 22, 10);

describe('the story of the runbook', () => {
  it('takes less than 30 s, loses the handler of node02, and brings it back by the fix', async () => {
    const time = new ManualTime(epochMs(START));
    const cluster = new SimulatedCluster(time, { timings: faster(REAL_TIMINGS, 10) });
    time.advance(60_000);
    const begin = time.now();
    const told: string[] = [];
    const story = runbookStory();
    const end = playStory(story, { cluster, time }, ({ title }) => told.push(title));
    const ready = () => cluster.handlersOn('node02').some((pod) => isConditionTrue(pod, 'Ready'));
    const seen: string[] = [];
    while (told.length < story.length) {
      time.advance(100);
      if (seen.at(-1) !== `${ready()}`) seen.push(`${ready()}`);
    }
    await end;
    expect(time.now() - begin).toBeLessThan(30_000);
    expect(told).toEqual(story.map(({ title }) => title));
    // The roll-out of the change, if it comes to node02 first, is no loss of its own: there is one.
    expect(seen).toEqual(['true', 'false', 'true']);
  });

  it('fails with what a step throws', async () => {
    const time = new ManualTime(epochMs(START));
    const cluster = new SimulatedCluster(time);
    const step = { atMs: 10, title: 'too much', act: () => cluster.deletePod('shop', 'nobody') };
    const end = playStory([step], { cluster, time }, () => undefined);
    time.advance(20);
    await expect(end).rejects.toThrow('pods "nobody" not found');
  });
});
