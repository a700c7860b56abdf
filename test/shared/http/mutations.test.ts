import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { type Mutant, mutants } from './mutations.ts';
import { type RawAnswer, RawClient } from './raw-client.ts';
import { SAMPLES } from './recorded.ts';
import { serve, useServed } from './served.ts';

useServed();

const COUNT = 10_000;
const SENDERS = 8;
const WARM_UP = 2_000;
/** What 8,000 requests may leave behind: a kilobyte each would be 8 MB. */
const MAX_GROWTH_BYTES = 4e6;

setFlagsFromString('--expose_gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Accepted, or refused for good with a reason in one line. An answer to HEAD has no body. */
function isFine({ status, body }: RawAnswer, { bytes }: Mutant): boolean {
  if (status >= 200 && status < 300) return true;
  const isReasoned = /^\{"error":\{"code":"[A-Z_]+","message":".+\}\}\n$/.test(body);
  return status >= 400 && status < 500 && (isReasoned || bytes.subarray(0, 5).toString() === 'HEAD ');
}

function usedHeap(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it('answers 10,000 broken requests with 2xx, or 4xx and a reason; forgets them; and goes on', async () => {
  const served = await serve(undefined, { maxBodyBytes: 200_000 });
  const made = mutants(SAMPLES, COUNT, 20_261_122);
  const wrong: string[] = [];
  const statuses: Record<number, number> = {};

  async function send(from: number, to: number): Promise<void> {
    const places = Array.from({ length: to - from }, (_, place) => from + place);
    await Promise.all(Array.from({ length: SENDERS }, () => sender(places)));
  }
  async function sender(places: number[]): Promise<void> {
    const client = new RawClient(served.port);
    for (let place = places.pop(); place !== undefined; place = places.pop()) {
      const mutant = made[place]?.();
      if (mutant === undefined) throw new RangeError(`no mutant ${place}`);
      const answer = await client.send(mutant.bytes, mutant.half);
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1;
      if (!isFine(answer, mutant))
        wrong.push(`${mutant.what}: ${answer.head.slice(0, 60)} ${answer.body.slice(0, 200)}`);
    }
    client.close();
    served.events.length = 0;
    served.counted.length = 0;
  }

  await send(0, WARM_UP);
  const before = usedHeap();
  await send(WARM_UP, COUNT);
  const grown = usedHeap() - before;

  expect(wrong).toEqual([]);
  expect(served.errors).toEqual([]);
  // Each of these is met, so the mutations are not all of one kind.
  expect(Object.keys(statuses)).toEqual(
    expect.arrayContaining(['204', '400', '405', '410', '413', '415', '431']),
  );
  expect(grown).toBeLessThan(MAX_GROWTH_BYTES);
  const sample = SAMPLES[0];
  const again = await fetch(served.url, {
    method: 'POST',
    headers: sample?.headers ?? {},
    body: sample?.body ?? '',
  });
  expect(again.status).toBe(204);
}, 120_000);
