import { expect, it } from 'vitest';
import { MAX_REMEMBERED, Memory } from '../../../shared/runtime/memory.ts';

it('knows what was judged last, and only that', () => {
  const memory = new Memory();
  memory.remember('Node//node02', '["a"]', ['node02']);
  expect(memory.isKnown('Node//node02', '["a"]')).toBe(true);
  memory.remember('Node//node02', '["b"]', ['node02']);
  expect(memory.isKnown('Node//node02', '["a"]')).toBe(false);
  expect(memory.get('Node//node02')?.nodes).toEqual(['node02']);
  memory.forget('Node//node02');
  expect(memory.get('Node//node02')).toBeUndefined();
});

it('is bounded', () => {
  const memory = new Memory();
  for (let index = 0; index <= MAX_REMEMBERED; index += 1) memory.remember(`Pod/a/${index}`, 'x', []);
  expect(memory.get('Pod/a/0')).toBeUndefined();
  expect(memory.get('Pod/a/1')).toBeDefined();
});
