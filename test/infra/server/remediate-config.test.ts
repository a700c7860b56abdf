import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readRemediateConfig } from '../../../infra/server/remediate-config.ts';

describe('the file of what may be repaired, on disk', () => {
  let folder = '';
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'remediate-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it('that is not named only proposes', () => {
    expect(readRemediateConfig(undefined, {}).policy.mode).toBe('Observe');
  });

  it('is read with its key, which may change', () => {
    const key = write('key', `${'a'.repeat(32)}\n`);
    const file = write('r.yaml', `approval: {linkUrl: 'https://o.example.test', key: {file: ${key}}}`);
    const { approval } = readRemediateConfig(file, {});
    expect(approval?.key()).toBe('a'.repeat(32));
    write('key', 'b'.repeat(32));
    expect(approval?.key()).toBe('b'.repeat(32));
  });

  it('that cannot be read is refused in one line', () => {
    expect(() => readRemediateConfig('/nonexistent/r.yaml', {})).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: '/nonexistent/r.yaml cannot be read (ENOENT)',
      }),
    );
  });
});
