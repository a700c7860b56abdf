import { describe, expect, it } from 'vitest';
import { fileWith, jsonList, readDump } from '../../support/dump-files.ts';
import { failureOf } from '../../support/failure.ts';
import { aKubeVirt, aNode, aVmi } from '../../support/objects.ts';

const GOOD = jsonList([aNode('node01'), aVmi('vm-1', 'node01')]);

type Read = () => Promise<unknown>;

function inFile(content: string | Uint8Array, name = 'dump'): Read {
  return () => readDump([fileWith(content, name)]);
}

describe('copies that disagree', () => {
  const [node, other] = [aNode('node01'), aNode('node01', { spec: { unschedulable: true } })];
  const newer = aNode('node01', { metadata: { resourceVersion: '1001' } });

  it('are told with the object and both places', async () => {
    const paths = [
      fileWith(GOOD),
      fileWith(jsonList([aNode('node02')])),
      fileWith(jsonList([aNode('node02', { metadata: { uid: 'x' } })])),
    ];
    const failure = await failureOf(() => readDump(paths));
    expect(failure.code).toBe('INPUT_MALFORMED');
    expect(failure.message).toBe(
      `Node node02 is there twice and the copies disagree, in ${paths[1]} and again in ${paths[2]}, items[0]: nothing tells which is newer`,
    );
    expect(failure.remedy).toMatch(/^Leave out the file/);
  });

  it('are told within one file', async () => {
    const failure = await failureOf(inFile(jsonList([node, aKubeVirt(), other])));
    expect(failure.message).toMatch(/^Node node01 .*, in \S+\/dump and again in \S+\/dump, items\[2\]: /);
  });

  it('are forgiven when a newer copy settles it, wherever that is', async () => {
    for (const objects of [
      [node, other, newer],
      [node, newer, other],
      [newer, other, node],
    ]) {
      expect((await readDump(objects.map((it) => fileWith(jsonList([it]))))).nodes.get('node01')).toEqual(
        newer,
      );
    }
  });

  it('are told at once when there are very many', async () => {
    const names = Array.from({ length: 1_001 }, (_, n) => `node${n}`);
    const pile = [
      ...names.map((name) => aNode(name)),
      ...names.map((name) => aNode(name, { metadata: { uid: name } })),
    ];
    expect((await failureOf(inFile(`${jsonList(pile)}{`))).message).toMatch(/^Node node1000 is there twice/);
  });
});
