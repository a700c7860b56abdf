import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../../shared/config/yaml.ts';

const bomb = `a: &a [x, x, x, x, x, x, x, x, x]\n${[...'bcdefghi']
  .map((name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]}, `.repeat(9)}]`)
  .join('\n')}`;

describe('the file as YAML', () => {
  it.each([
    ['nothing', '', 'is empty'],
    ['comments only', '# nothing\n---\n', 'is empty'],
    ['a list', '- a', 'holds a list, and not the keys of an object'],
    ['a text', 'hunter2', 'holds a text, and not the keys of an object'],
    ['two documents', 'a: 1\n---\nb: 2', 'holds 2 documents, and may hold one'],
    ['a key twice', 'a: 1\na: hunter2', 'is not YAML: duplicated mapping key at line 2, column 1'],
    ['an alias', 'a: &x {b: 1}\nc: *x', 'uses an alias (*name): write what it stands for'],
    ['an alias of itself', 'a: &x [*x]', 'uses an alias (*name): write what it stands for'],
    ['a bomb', bomb, 'uses an alias (*name): write what it stands for'],
    ['an unknown alias', 'a: *hunter2', 'is not YAML: unidentified alias at line 1, column 12'],
    ['an unknown tag', 'a: !hunter2 b', 'is not YAML: unknown tag at line 1, column 14'],
    ['a bracket too many', 'a: [1]]', expect.stringMatching(/^is not YAML: .* at line 1, column \d+$/)],
    ['a deep nest', '['.repeat(100_000), expect.stringMatching(/^is not YAML: /)],
    ['a large one', `a: ${'x'.repeat(1_048_576)}`, 'is larger than 1 MiB'],
  ])('that is %s is refused', (_, text, problem) => {
    expect(readYaml(text)).toEqual({ problem });
  });

  it('may be JSON, begin with a byte order mark, and end with an empty document', () => {
    expect(readYaml('{"a": 1}')).toEqual({ value: { a: 1 } });
    expect(readYaml('\uFEFFa: 1\n---\n')).toEqual({ value: { a: 1 } });
  });

  it('keeps times as they are written', () => {
    expect(readYaml('a: 22:00\nb: 2026-12-24\nc: 2026-12-24T00:00:00Z')).toEqual({
      value: { a: '22:00', b: '2026-12-24', c: '2026-12-24T00:00:00Z' },
    });
  });

  it('is read or refused in one line, whatever it holds, and never shown', () => {
    const yaml = fc.stringMatching(/^[-a-z:*&!#'"{}[\],|>\n @%?]{0,40}$/);
    fc.assert(
      fc.property(yaml, yaml, (before, after) => {
        const { problem = '' } = readYaml(`${before}hunter2${after}`);
        expect(problem).not.toMatch(/[\r\n]/);
        expect(problem).not.toContain('hunter2');
      }),
      { numRuns: 2_000 },
    );
  });
});
