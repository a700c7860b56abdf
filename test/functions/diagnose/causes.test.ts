import { readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { CAUSE_CODES, type CauseCode } from '../../../shared/domain/causes/cause.ts';
import { runInProcess } from '../../support/in-process.ts';
import { diagnosisFrom } from '../../support/report-schema.ts';

interface CauseDump {
  readonly code: CauseCode;
  readonly node: string;
  readonly over: readonly string[];
  readonly certainty: string;
  readonly origin: string;
  readonly evidence: readonly (readonly [object: string, field: string, value: string])[];
  readonly lookAlike: {
    readonly over: readonly string[];
    readonly verdict: string;
    /** The primary cause; absent when nothing is wrong. */
    readonly instead?: CauseCode;
  };
}

const here = new URL('.', import.meta.url).pathname;
const folder = `${here}dumps/`;
const DUMPS = load(readFileSync(`${here}cause-dumps.yaml`, 'utf8')) as readonly CauseDump[];

async function diagnose(node: string, files: readonly string[]) {
  const dumps = files.flatMap((file) => ['-f', `${folder}${file}.yaml`]);
  const { stdout, stderr } = await runInProcess(['diagnose', node, ...dumps, '-o', 'json']);
  expect(stderr).toBe('');
  const diagnosis = diagnosisFrom(stdout);
  return { ...diagnosis.node, steps: diagnosis.steps };
}

describe('a dump of each cause', () => {
  it('is there', () => {
    expect(DUMPS.map(({ code }) => code)).toEqual([...CAUSE_CODES]);
  });

  it('is used, as is every file', () => {
    const named = DUMPS.flatMap(({ code, over, lookAlike }) => [
      code,
      `${code}.look-alike`,
      ...over,
      ...lookAlike.over,
    ]);
    const files = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ''));
    expect(files.sort()).toEqual([...new Set(named)].sort());
  });

  it.each(DUMPS)('names $code of $node, its origin and evidence', async (expected) => {
    const { code, node, over, certainty, origin, evidence } = expected;
    const { verdict, causes, steps } = await diagnose(node, [...over, code]);
    expect(verdict).toBe(code === 'HeartbeatStale' ? 'AtRisk' : 'Orphaned');
    expect(causes[0]).toMatchObject({ code, certainty, origin });
    const seen = causes[0]?.evidence.map((it) => [it.object, it.field, it.value]);
    for (const entry of evidence) expect(seen).toContainEqual(entry);
    expect(causes[0]?.mitigations.length).toBeGreaterThan(0);
    expect(steps.some((step) => step.verdict !== 'Ok')).toBe(true);
  });

  it.each(DUMPS)(
    'takes what looks like $code for $lookAlike.verdict $lookAlike.instead',
    async (expected) => {
      const { code, lookAlike } = expected;
      const found = await diagnose('node02', [...lookAlike.over, `${code}.look-alike`]);
      expect(found.verdict).toBe(lookAlike.verdict);
      expect(found.causes[0]?.code).toBe(lookAlike.instead);
      expect(found.causes.map((cause) => cause.code)).not.toContain(code);
    },
  );
});
