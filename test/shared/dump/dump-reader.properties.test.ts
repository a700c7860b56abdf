import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ClusterFacts } from '../../../shared/domain/cluster-facts.ts';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { FunctionError } from '../../../shared/errors/errors.ts';
import { arbitraryCluster } from '../../support/arbitrary-cluster.ts';
import {
  asSent,
  directoryWith,
  jsonList,
  readDump,
  tarOf,
  yamlList,
  yamlOf,
} from '../../support/dump-files.ts';
import { aHandler, aKubeVirt, aNode } from '../../support/objects.ts';

const CLUSTER = [aNode('node01'), aNode('node02'), aHandler('node01'), aKubeVirt()];

/** Ways to write some objects into one file. */
const FORMS: readonly ((objects: readonly ClusterObject[]) => string | Uint8Array)[] = [
  jsonList,
  yamlList,
  (objects) => objects.map((object) => JSON.stringify(asSent(object))).join('\n'),
  (objects) => objects.map(yamlOf).join('---\n'),
  (objects) => gzipSync(jsonList(objects)),
];

const piece = fc.record({ form: fc.constantFrom(...FORMS), share: fc.integer({ min: 0, max: 3 }) });

describe('createDumpReader', () => {
  it('gives the same facts for any order, any split into files and any form', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryCluster.filter((objects) => objects.length > 0),
        fc.array(piece, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (objects, pieces, asDirectory) => {
          const files = Object.fromEntries(
            pieces.map(({ form, share }, n) => {
              const some = objects.filter((_, i) => i % 4 === share);
              const last = n === pieces.length - 1;
              return [`${n}.yaml`, form(last || some.length === 0 ? objects : some)];
            }),
          );
          const directory = directoryWith(files);
          const names = Object.keys(files).reverse();
          const paths = asDirectory ? [directory] : names.map((name) => `${directory}/${name}`);
          const whole = await readDump(['-'], jsonList([...objects].sort(byName)));
          expect(await readDump(paths)).toEqual(whole);
          expect([...(await readDump(paths)).nodes.keys()]).toEqual([...whole.nodes.keys()]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('never takes a part of an archive for the whole', async () => {
    const packed = gzipSync(
      await tarOf({ 'a.json': jsonList(CLUSTER.slice(2)), 'b.json': jsonList(CLUSTER) }),
    );
    const tar = gunzipSync(packed);
    const content = tar.length - 2 * 512;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.nat(packed.length - 1).map((cut) => packed.subarray(0, cut)),
          fc.nat(content - 1).map((cut) => tar.subarray(0, cut)),
        ),
        async (part) => {
          await expect(outcomeOf(part)).resolves.toBe('refused');
        },
      ),
    );
  });

  it('reads or refuses whatever it is given, and never fails in another way', async () => {
    const packed = gzipSync(await tarOf({ 'a.json': jsonList(CLUSTER), 'b.yaml': yamlList(CLUSTER) }), {
      level: 0,
    });
    const damaged = fc
      .tuple(fc.constantFrom(packed, gunzipSync(packed)), fc.nat(), fc.integer({ min: 0, max: 255 }))
      .map(([bytes, at, byte]) => Buffer.from(bytes).fill(byte, at % bytes.length, (at % bytes.length) + 1));
    await fc.assert(
      fc.asyncProperty(fc.oneof(damaged, fc.uint8Array(), fc.string()), async (bytes) => {
        expect(['read', 'refused']).toContain(await outcomeOf(Buffer.from(bytes as Uint8Array)));
      }),
      { numRuns: 300 },
    );
  });
});

/** Whether the bytes were read or refused. @throws what is neither: a bug */
async function outcomeOf(bytes: Uint8Array): Promise<'read' | 'refused'> {
  return await readDump(['-'], bytes).then(
    (_: ClusterFacts) => 'read' as const,
    (error: unknown) => {
      if (error instanceof FunctionError) return 'refused';
      throw error;
    },
  );
}

function byName(a: ClusterObject, b: ClusterObject): number {
  return a.metadata.name < b.metadata.name ? -1 : 1;
}
