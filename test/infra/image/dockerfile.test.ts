import { existsSync, readFileSync } from 'node:fs';
import { validate } from 'dockerfile-utils';
import { describe, expect, it } from 'vitest';
import packageJson from '../../../package.json' with { type: 'json' };
import { copied, DOCKERFILE, readStages } from '../../support/dockerfile.ts';

const root = new URL('../../../', import.meta.url);
const text = readFileSync(DOCKERFILE, 'utf8');
const stages = readStages();
const last = stages.at(-1)?.steps ?? [];
const of = (keyword: string) => last.filter((step) => step.keyword === keyword);
const fromContext = stages
  .flatMap(({ steps }) => steps)
  .filter(({ keyword, from }) => keyword === 'COPY' && from === undefined)
  .flatMap((step) => copied(step).sources);

describe('the Dockerfile', () => {
  it('has nothing that the linter finds, which finds what is wrong', () => {
    expect(validate(text)).toEqual([]);
    expect(validate(text.replace('USER 65532', 'USR 65532')).map(({ message }) => message)).toEqual([
      'Unknown instruction: USR',
    ]);
  });

  it('builds with one major version of Node, which is the one that it ships and one that we say we run on', () => {
    const majors = stages.map(({ base }) => /node(?:js)?:?(\d+)/.exec(base)?.[1]);
    expect(majors).toEqual(['24', '24']);
    expect(packageJson.engines.node).toBe('>=20.19');
  });

  it('names both bases by a tag or a digest that says which', () => {
    for (const { base } of stages) expect(base).toMatch(/(?::(?!latest)[a-z0-9.-]+|@sha256:[0-9a-f]{64})$/);
  });

  it.each(fromContext)('copies %s, which is there', (source) => {
    expect(existsSync(new URL(source, root))).toBe(true);
  });

  it('is given what it copies, and nothing else', () => {
    const lines = readFileSync(new URL('.dockerignore', root), 'utf8').trim().split('\n');
    const [first, ...others] = lines.filter((line) => !line.startsWith('#'));
    expect(first).toBe('*');
    expect(others.sort()).toEqual(fromContext.map((source) => `!${source}`).sort());
  });

  it('runs nothing but npm, which asks its registry', () => {
    const run = stages.flatMap(({ steps }) => steps).filter(({ keyword }) => keyword === 'RUN');
    const commands = run.flatMap((step) => step.text.split('&&')).map((command) => command.trim());
    expect(commands).toEqual(['npm ci --ignore-scripts', 'npm run build', 'npm run sbom']);
    expect(text).not.toMatch(/^ADD /m);
  });
});

describe('the image', () => {
  it('begins with a base that has no package manager, and runs nothing while it is made', () => {
    expect(stages.at(-1)?.base).toMatch(/^gcr\.io\/distroless\//);
    expect(of('RUN')).toEqual([]);
  });

  it('has only what the stage before it has built', () => {
    expect(of('COPY').map(({ from }) => from)).toEqual(['build']);
  });

  it('runs as a number that is not root, which may not change what it runs', () => {
    expect(of('USER').map(({ args }) => args)).toEqual([['65532:65532']]);
    expect(of('COPY').some((step) => step.text.includes('--chown'))).toBe(false);
  });

  it('starts a function without a shell', () => {
    expect(of('ENTRYPOINT').map(({ args }) => args)).toEqual([['node', '/app/serve.mjs']]);
    expect(of('CMD')).toEqual([]);
  });
});
