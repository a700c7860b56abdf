import { expect, it } from 'vitest';
import { MAX_REMEMBERED, Memory } from '../../../shared/runtime/memory.ts';

const NODE = 'Node//node02';
const told = (matters: string, version = Number.NaN, nodes = ['node02']) => ({ matters, version, nodes });

it('knows what was judged last, and only that', () => {
  const memory = new Memory();
  memory.begin(NODE, told('["a"]'))('there');
  expect(memory.isKnown(NODE, '["a"]')).toBe(true);
  memory.begin(NODE, told('["b"]'))('there');
  expect(memory.isKnown(NODE, '["a"]')).toBe(false);
  expect(memory.nodesOf(NODE)).toEqual(['node02']);
  memory.begin(NODE, told('gone'))('gone');
  expect(memory.isKnown(NODE, 'gone')).toBe(false);
  expect(memory.nodesOf(NODE)).toEqual([]);
});

it('knows nothing of what is being judged, or was not in the end', () => {
  const memory = new Memory();
  memory.begin(NODE, told('["a"]'))('there');
  memory.begin(NODE, told('["b"]'));
  expect(memory.isKnown(NODE, '["a"]')).toBe(false);
  expect(memory.isKnown(NODE, '["b"]')).toBe(false);
});

it('knows nothing by a judgement that ended when another had begun', () => {
  const memory = new Memory();
  const first = memory.begin(NODE, told('["a"]'));
  const second = memory.begin(NODE, told('["b"]'));
  first('there');
  expect(memory.isKnown(NODE, '["a"]')).toBe(false);
  second('there');
  expect(memory.isKnown(NODE, '["b"]')).toBe(true);
});

it('does not forget what is there again by the end of what is gone', () => {
  const memory = new Memory();
  const deleted = memory.begin(NODE, told('gone'));
  memory.begin(NODE, told('["a"]'))('there');
  deleted('gone');
  expect(memory.isKnown(NODE, '["a"]')).toBe(true);
});

it('knows nothing by what was told late, until it is told anew', () => {
  const memory = new Memory();
  memory.begin(NODE, told('["b"]', 20))('there');
  memory.begin(NODE, told('["a"]', 10))('there');
  expect(memory.isKnown(NODE, '["a"]')).toBe(false);
  memory.begin(NODE, told('["a"]', 19))('there');
  expect(memory.isKnown(NODE, '["a"]')).toBe(false);
  memory.begin(NODE, told('["a"]', 20))('there');
  expect(memory.isKnown(NODE, '["a"]')).toBe(true);
});

it('keeps every node that an object concerned until it was judged where it is now', () => {
  const memory = new Memory();
  memory.begin('VMI', told('1', 1, ['node01']));
  memory.begin('VMI', told('2', 2, ['node02']));
  const third = memory.begin('VMI', told('3', 3, ['node03']));
  expect(memory.nodesOf('VMI')).toEqual(['node03', 'node02', 'node01']);
  third('there');
  expect(memory.nodesOf('VMI')).toEqual(['node03']);
});

it('is bounded', () => {
  const memory = new Memory();
  for (let index = 0; index <= MAX_REMEMBERED; index += 1) memory.begin(`Pod/a/${index}`, told('x'))('there');
  expect(memory.nodesOf('Pod/a/0')).toEqual([]);
  expect(memory.nodesOf('Pod/a/1')).toEqual(['node02']);
});
