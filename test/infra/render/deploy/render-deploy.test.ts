import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, type MockInstance, vi } from 'vitest';
import { renderDeploy } from '../../../../infra/render/deploy/render-deploy.ts';
import { FILES, FOUND } from '../../../support/rendered.ts';

const repository = new URL('../../../../', import.meta.url);
const BROKER = 'infra/deploy/knative/program/broker.yaml';

describe('the render', () => {
  let folder = '';
  let said: MockInstance<typeof console.error>;
  const root = () => pathToFileURL(`${folder}/`);
  const render = (verify = false) => renderDeploy(FOUND, { root: root(), verify });

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'render-'));
    vi.spyOn(console, 'log').mockReturnValue();
    said = vi.spyOn(console, 'error').mockReturnValue();
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('is what is committed', async () => {
    expect(await renderDeploy(FOUND, { root: repository, verify: true })).toBe(0);
  });

  it('writes what it then finds as it has to be', async () => {
    expect(await render()).toBe(0);
    expect(await render(true)).toBe(0);
    for (const { path, text } of FILES) expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
  });

  it('finds a file that somebody changed, and one that is missing', async () => {
    await render();
    writeFileSync(join(folder, BROKER), `${readFileSync(join(folder, BROKER), 'utf8')}# by hand\n`);
    expect(await render(true)).toBe(1);
    await render();
    rmSync(join(folder, BROKER));
    expect(await render(true)).toBe(1);
    expect(said).toHaveBeenLastCalledWith(`${BROKER} is not what the code says: run npm run render`);
  });

  it('finds what a function left that is not there any more, and takes it away; what people wrote stays', async () => {
    await render();
    const old = join(folder, 'infra/deploy/knative/program/function-gone.yaml');
    const byHand = join(folder, 'infra/deploy/knative/program/by-hand.yaml');
    writeFileSync(old, readFileSync(join(folder, BROKER)));
    writeFileSync(byHand, 'a: 1\n');
    expect(await render(true)).toBe(1);
    expect(await render()).toBe(0);
    expect([existsSync(old), existsSync(byHand)]).toEqual([false, true]);
    expect(await render(true)).toBe(0);
  });
});
