import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

/** One violation for each rule: the file that commits it, and what it imports. */
const PLANTED: Readonly<Record<string, { readonly file: string; readonly imports: string }>> = {
  'no-circular': { file: 'shared/domain/ring-a.ts', imports: './ring-b.ts' },
  'functions-stand-alone': { file: 'functions/one/handler.ts', imports: '../two/manifest.ts' },
  'functions-use-ports': { file: 'functions/two/handler.ts', imports: '../../shared/dump/reader.ts' },
  'decide-is-pure': { file: 'functions/two/decide.ts', imports: '../../shared/errors/errors.ts' },
  'domain-room': { file: 'shared/domain/clock.ts', imports: 'node:fs' },
  'errors-room': { file: 'shared/errors/needy.ts', imports: '../domain/clock.ts' },
  'runtime-room': { file: 'shared/runtime/needy.ts', imports: '../dump/reader.ts' },
  'events-room': { file: 'shared/events/needy.ts', imports: '../dump/reader.ts' },
  'http-room': { file: 'shared/http/needy.ts', imports: '../dump/reader.ts' },
  'channels-room': { file: 'shared/channels/slack.ts', imports: '../config/config.ts' },
  'config-room': { file: 'shared/config/needy.ts', imports: 'node:fs' },
  'observability-room': { file: 'shared/observability/needy.ts', imports: '../dump/reader.ts' },
  'report-room': { file: 'shared/report/needy.ts', imports: '../dump/reader.ts' },
  'objects-room': { file: 'shared/objects/needy.ts', imports: 'node:fs' },
  'dump-room': { file: 'shared/dump/reader.ts', imports: 'node:https' },
  'kubernetes-room': { file: 'shared/kubernetes/needy.ts', imports: '../dump/reader.ts' },
  'production-is-not-test': { file: 'infra/cli/needy.ts', imports: '../../test/support/fake.ts' },
  'shared-is-below': { file: 'shared/runtime/upward.ts', imports: '../../infra/cli/needy.ts' },
  resolvable: { file: 'infra/cli/lost.ts', imports: './nowhere.ts' },
};

const INNOCENT = ['functions/two/manifest.ts', 'shared/errors/errors.ts', 'test/support/fake.ts'];

interface Violation {
  readonly rule: { readonly name: string };
  readonly from: string;
}

describe('every import rule', () => {
  const folder = mkdtempSync(join(tmpdir(), 'import-rules-'));
  let violations: readonly Violation[] = [];

  beforeAll(() => {
    const write = (file: string, text: string) => {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    };
    for (const { file, imports } of Object.values(PLANTED)) write(file, `import '${imports}';\n`);
    for (const file of INNOCENT) write(file, 'export const nothing = 0;\n');
    write('shared/domain/ring-b.ts', "import './ring-a.ts';\n");
    cpSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'));
    write('package.json', '{"type":"module"}');
    symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
    violations = cruise(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each(Object.entries(PLANTED))('%s fires', (rule, { file }) => {
    expect(violations.map(({ rule: { name }, from }) => `${name} ${from}`)).toContain(`${rule} ${file}`);
  });

  it('has its violation here', async () => {
    const config = (await import(`${root}.config/dependency-cruiser.cjs`)) as {
      default: { forbidden: { name: string; comment: string }[] };
    };
    expect(config.default.forbidden.map(({ name }) => name).sort()).toEqual(Object.keys(PLANTED).sort());
    for (const { comment } of config.default.forbidden) expect(comment).not.toBe('');
  });
});

function cruise(cwd: string): readonly Violation[] {
  const config = join(root, '.config/dependency-cruiser.cjs');
  const args = ['--config', config, '--output-type', 'json', 'functions', 'shared', 'infra', 'test'];
  const output = execFileSync(join(root, 'node_modules/.bin/depcruise'), args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  });
  return (JSON.parse(output) as { summary: { violations: Violation[] } }).summary.violations;
}
