import fc from 'fast-check';
import { expect, it } from 'vitest';
import { happening } from '../support/happenings.ts';
import { History } from '../support/remediation-history.ts';

const mode = fc.constantFrom('Auto', 'Auto', 'Approve');
const happenings = fc.array(happening, { minLength: 30, maxLength: 80 });

it('whatever happens, nothing is written but by the rules, and nothing is left hanging', async () => {
  const writes: string[] = [];
  await fc.assert(
    fc.asyncProperty(mode, happenings, async (first, rest) => {
      const history = new History(first);
      for (const next of rest) await history.happen(next);
      const isQuiet = await history.calm();
      const { watch } = history.world;
      expect({ isQuiet, broken: watch.broken }).toEqual({ isQuiet: true, broken: [] });
      writes.push(...watch.writes);
    }),
    { seed: 20_260_822, numRuns: 40 },
  );
  // Histories in which nothing is written would show nothing.
  expect(writes.length).toBeGreaterThan(20);
}, 240_000);
