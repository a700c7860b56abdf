import { describe, expect, it } from 'vitest';
import { StringPool } from '../../../shared/objects/string-pool.ts';
import { StringTable } from '../../../shared/objects/string-table.ts';
import { TokenBytes } from '../../../shared/objects/token-bytes.ts';

describe('StringTable', () => {
  it('decodes what it never saw, saw before, and forgot', () => {
    const table = new StringTable();
    const texts = Array.from({ length: 40_000 }, (_, i) => (i % 3 === 0 ? 'Running' : `vm-é${i % 20_000}`));
    for (const text of texts) {
      const bytes = Buffer.from(`"${text}"`);
      expect(table.text(bytes, 1, bytes.length - 1)).toBe(text);
    }
  });

  it.each(['', '\\n', '\\ud83d\\ude00', 'x'.repeat(64), `${'x'.repeat(64)}\\t`])(
    'decodes %s twice the same',
    (json) => {
      const table = new StringTable();
      const bytes = Buffer.from(json);
      for (let i = 0; i < 3; i += 1) expect(table.text(bytes, 0, bytes.length)).toBe(JSON.parse(`"${json}"`));
    },
  );
});

describe('StringPool', () => {
  it('gives equal strings, also after it was full', () => {
    const pool = new StringPool();
    for (let i = 0; i < 20_000; i += 1) expect(pool.share(`vm-${i}`)).toBe(`vm-${i}`);
    expect(pool.share('\ud83d')).toBe('\ud83d');
    expect(pool.share('x'.repeat(100))).toBe('x'.repeat(100));
  });
});

describe('TokenBytes', () => {
  it('gives what was appended, once', () => {
    const token = new TokenBytes();
    const large = Buffer.alloc(100_000, 'b');
    token.append(Buffer.from('a'));
    token.append(large);
    expect(token.length).toBe(100_001);
    expect(token.take().toString()).toBe(`a${large.toString()}`);
    expect(token.length).toBe(0);
    token.append(Buffer.from('c'));
    expect(token.take().toString()).toBe('c');
  });
});
