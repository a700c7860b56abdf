import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Notice } from '../../shared/runtime/channel.ts';
import { notices } from './notices.ts';

/** The only way to change a golden: `UPDATE_GOLDEN=1 npx vitest run …`, and a look at the difference. */
const MAY_UPDATE = process.env['UPDATE_GOLDEN'] === '1';

/** What a golden file holds, which is the text given when it may be updated; where there is none, that it is missing. */
export function goldenText(file: URL, text: string): string {
  if (MAY_UPDATE) writeFileSync(file, text);
  return existsSync(file) ? readFileSync(file, 'utf8') : `${file.pathname} is missing`;
}

/**
 * Defines the tests that a channel's payloads are what the golden files say: one file for each of `notices()`, in
 * `test/shared/channels/golden/<channel>/`, no other beside them. One that is missing fails.
 *
 * @param payloadOf - what is sent, as something that JSON can hold
 */
export function describeGoldens(channel: string, payloadOf: (notice: Notice) => unknown): void {
  const folder = new URL(`../shared/channels/golden/${channel}/`, import.meta.url);
  describe(`the golden files of ${channel}`, () => {
    it.each(Object.entries(notices()))('hold for %s', (name, notice) => {
      const file = new URL(`${name}.json`, folder);
      const text = `${JSON.stringify(payloadOf(notice), null, 2)}\n`;
      if (MAY_UPDATE) {
        mkdirSync(folder, { recursive: true });
        writeFileSync(file, text);
      }
      expect(existsSync(file), `${file.pathname} is missing: see test/support/golden.ts`).toBe(true);
      expect(text).toBe(readFileSync(file, 'utf8'));
    });

    it('are those of the notices, and no others', () => {
      const expected = Object.keys(notices()).map((name) => `${name}.json`);
      expect(readdirSync(folder).sort()).toEqual(expected.sort());
    });
  });
}
