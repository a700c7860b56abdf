import fc from 'fast-check';
import { expect, it } from 'vitest';
import { readWatchLines, type WatchLine } from '../../../shared/kubernetes/watch-lines.ts';

it('gives the same lines wherever the chunks end', async () => {
  const line = fc.record({
    type: fc.constantFrom('ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'),
    object: fc.record({
      metadata: fc.record({ resourceVersion: fc.string({ unit: 'binary' }), name: fc.string() }),
      spec: fc.jsonValue(),
    }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 40 }), async (expected, size) => {
      const sent = JSON.parse(JSON.stringify(expected)) as WatchLine[];
      const bytes = Buffer.from(sent.map((it) => `${JSON.stringify(it)}\n`).join(''));
      const got: WatchLine[] = [];
      const sink = readWatchLines(async (it) => void got.push(it));
      for (let from = 0; from < bytes.length; from += size) {
        // As a stream may do it: the chunk is used again.
        const chunk = Buffer.from(bytes.subarray(from, from + size));
        await sink(chunk);
        chunk.fill(0);
      }
      expect(got).toEqual(sent);
    }),
  );
});

it.each([
  ['no JSON', 'oops'],
  ['no type', '{"object":{}}'],
  ['an unknown type', '{"type":"GREETING","object":{"metadata":{"resourceVersion":"1"}}}'],
  ['no object', '{"type":"ADDED"}'],
  ['null', 'null'],
])('refuses a line with %s', async (_, text) => {
  const sink = readWatchLines(async () => expect.unreachable());
  await expect(sink(Buffer.from(`${text}\n`))).rejects.toMatchObject({ name: 'NotKubernetesError' });
});
