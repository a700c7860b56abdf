import { HTTP } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { NO_RECORDINGS, type Recorded, recordings, SAMPLES } from './recorded.ts';
import { serve, useServed } from './served.ts';

useServed();

/** What the SDK reads; it drops an attribute that is empty only where it knows it, and adds what was not sent as undefined. */
function asTheSdkReads({ headers, body }: Recorded): unknown {
  const event = HTTP.toEvent({ headers: { ...headers }, body });
  return JSON.parse(JSON.stringify(event));
}

async function replay(requests: readonly Recorded[]): Promise<void> {
  expect(requests.length).toBeGreaterThan(0);
  const { url, events, counted } = await serve();
  for (const [index, { headers, body }] of requests.entries()) {
    const response = await fetch(url, { method: 'POST', headers, body });
    expect([response.status, await response.text()]).toEqual([204, '']);
    const expected = asTheSdkReads(requests[index] as Recorded) as { time: string };
    const received = events[index];
    // The SDK cuts nanoseconds off, we keep what was sent.
    expect(received?.time).toBe(headers['ce-time']);
    expect({ ...received, time: expected.time }).toEqual(expected);
  }
  expect(counted).toEqual([]);
}

it('takes what real sources sent, the empty ce-namespace of a node included', async () => {
  expect(SAMPLES.some(({ headers }) => headers['ce-namespace'] === '')).toBe(true);
  await replay(SAMPLES);
});

describe.skipIf(NO_RECORDINGS !== undefined)(
  `the whole recording${NO_RECORDINGS ? ` (${NO_RECORDINGS})` : ''}`,
  () => {
    it.each(['apiserversource-resource-mode', 'apiserversource-reference-mode', 'pingsource'])(
      '%s is accepted, and reaches the function as the SDK reads it',
      async (name) => {
        await replay(recordings(`${name}.ndjson`));
      },
    );
  },
);
