import { it } from 'vitest';
import { endOf, REMEDIATION_STORIES, tell } from '../support/remediation-stories.ts';

for (const story of REMEDIATION_STORIES) it(story.title, async () => {
  const t0 = performance.now();
  const world = await tell(story);
  const t1 = performance.now();
  const end = await endOf(world);
  console.log(performance.now() - t0, t1-t0, world.process.life.calls.length, world.process.life.calls.filter(c => /update|acquire|release|write|revert|publish|record|tryOut/.test(c)).length);
  console.log(JSON.stringify({...end, nodes: end.nodes[1]}));
});
