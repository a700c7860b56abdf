import { describe, expect, it } from 'vitest';
import { SimulatedCluster } from '../../../../infra/local/simulation/cluster/simulated-cluster.ts';
import { isConditionTrue } from '../../../../infra/local/simulation/controllers/views.ts';
import { playStory, runbookStory, STORY_TIMINGS } from '../../../../infra/local/simulation/story.ts';
import { ManualTime } from '../../../../infra/local/simulation/time/manual-time.ts';
import { epochMs } from '../../../../shared/domain/units.ts';

const START = Date.UTC(2026, 7, 22, 10);

describe('the story of the runbook', () => {
  it('takes less than 30 s, loses the handler of node02 once, and brings it back by the fix', async () => {
    const time = new ManualTime(epochMs(START));
    const cluster = new SimulatedCluster(time, { timings: STORY_TIMINGS });
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
    // The placement comes before the restarted handler is Ready: there is one loss, not two.
    expect(seen).toEqual(['true', 'false', 'true']);
  });

  it('restarts the handler well before the placement keeps it away, and the placement well before it would be Ready', () => {
    const time = new ManualTime(epochMs(START));
    const cluster = new SimulatedCluster(time, { timings: STORY_TIMINGS });
    time.advance(60_000);
    const namesNow = () => cluster.handlersOn('node02').map(({ metadata }) => metadata.name);
    const [first = ''] = namesNow();
    void playStory(runbookStory(), { cluster, time }, () => undefined);
    const passesUntil = (isSo: () => boolean): number => {
      const begin = time.now();
      while (!isSo()) time.advance(10);
      return time.now() - begin;
    };
    passesUntil(() => namesNow().some((name) => name !== first));
    const untilKeptAway = passesUntil(() => namesNow().length === 0);
    // Who watches has two seconds to see the restart, and the handler still lacks more than another to be Ready.
    expect(untilKeptAway).toBeGreaterThan(2_000);
    expect(untilKeptAway).toBeLessThan(STORY_TIMINGS.handlerReadyMs - 1_500);
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
