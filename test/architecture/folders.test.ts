import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { FunctionManifest } from '../../shared/runtime/function-manifest.ts';

const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const foldersOf = (path: string) =>
  readdirSync(new URL(path, root), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

const ROOMS = ['functions', 'shared', 'infra', 'test'];
const functions = foldersOf('functions');

describe('the top level', () => {
  it('has the rooms and nothing else beside dotfiles and files', () => {
    const visible = foldersOf('.').filter(
      (name) => !name.startsWith('.') && !['node_modules', 'dist', 'coverage'].includes(name),
    );
    expect(visible.sort()).toEqual([...ROOMS].sort());
  });

  it('has only the files that are expected there', () => {
    const files = readdirSync(root, { withFileTypes: true }).filter(
      (entry) => entry.isFile() && !entry.name.startsWith('.'),
    );
    expect(files.map(({ name }) => name).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package-lock.json',
      'package.json',
      'tsconfig.json',
    ]);
  });

  it('is shown in the README, room by room', () => {
    const readme = read('README.md');
    for (const room of ROOMS) expect(readme).toContain(`\n${room}/ `);
    for (const room of foldersOf('shared'))
      expect(readme, `shared/${room}`).toMatch(new RegExp(`^ {2}${room}/ `, 'm'));
    for (const room of foldersOf('infra'))
      expect(readme, `infra/${room}`).toMatch(new RegExp(`^ {2}${room}/ `, 'm'));
    for (const name of functions)
      expect(readme, `functions/${name}`).toMatch(new RegExp(`^ {2}${name}/ `, 'm'));
  });
});

describe.each(functions)('functions/%s', (name) => {
  it.each(['README.md', 'manifest.ts', 'decide.ts', 'handler.ts'])('has %s', (file) => {
    expect(existsSync(new URL(`functions/${name}/${file}`, root))).toBe(true);
  });

  it('has nothing else', () => {
    expect(readdirSync(new URL(`functions/${name}`, root))).toHaveLength(4);
  });

  it('says in its README what its manifest says', async () => {
    const { manifest } = (await import(new URL(`functions/${name}/manifest.ts`, root).href)) as {
      manifest: FunctionManifest;
    };
    const readme = read(`functions/${name}/README.md`);
    expect(manifest.name).toBe(name);
    expect(readme).toContain(manifest.summary);
    expect(manifest.permissions.length).toBeGreaterThan(0);
    for (const { resource, verbs, apiGroup } of manifest.permissions) {
      const group = apiGroup === '' ? '' : ` (${apiGroup})`;
      for (const verb of verbs) expect(readme).toContain(`\`${verb}\` \`${resource}\`${group}`);
    }
    expect(readme).toContain(`at most ${manifest.requestTimeoutMs / 1_000} s`);
  });

  it('names in its README the events that it consumes and publishes, and no other of ours', async () => {
    const { manifest } = (await import(new URL(`functions/${name}/manifest.ts`, root).href)) as {
      manifest: FunctionManifest;
    };
    const readme = read(`functions/${name}/README.md`);
    const types = [...manifest.consumes.map(({ type }) => type), ...manifest.emits];
    expect(types.length).toBeGreaterThan(0);
    for (const type of types) expect(readme).toContain(`\`${type}\``);
    const said = [...readme.matchAll(/`(dev\.(?:kubevirt-orphans|knative)\.[a-z.0-9-]+)`/g)].map(
      ([, type]) => type,
    );
    expect(new Set(said)).toEqual(new Set(types));
  });

  it('may nothing that its README does not say', async () => {
    const { manifest } = (await import(new URL(`functions/${name}/manifest.ts`, root).href)) as {
      manifest: FunctionManifest;
    };
    const said = [
      ...read(`functions/${name}/README.md`).matchAll(
        /`(get|list|watch|patch|create|update|delete)` `([a-z/]+)`/g,
      ),
    ].map(([, verb, resource]) => `${verb} ${resource}`);
    const held = manifest.permissions.flatMap(({ resource, verbs }) =>
      verbs.map((verb) => `${verb} ${resource}`),
    );
    expect(said.sort()).toEqual(held.sort());
  });
});

it('there is a function', () => {
  expect(functions).toContain('audit');
});
