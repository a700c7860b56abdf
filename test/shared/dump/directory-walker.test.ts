import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { objectFilesIn } from '../../../shared/dump/directory-walker.ts';
import { directoryWith, type Files } from '../../support/dump-files.ts';
import { failureOf } from '../../support/failure.ts';

async function filesIn(directory: string): Promise<string[]> {
  const files: string[] = [];
  for await (const file of objectFilesIn(directory)) files.push(relative(directory, file));
  return files;
}

const FILES: Files = {
  'b/2.yml': '',
  'b/10.json': '',
  'a.YAML': '',
  'c.json.gz': '',
  'c.log': '',
  '.git/x.json': '',
};

describe('objectFilesIn', () => {
  it('gives the files that can hold objects, sorted', async () => {
    expect(await filesIn(directoryWith(FILES))).toEqual(['a.YAML', 'b/10.json', 'b/2.yml', 'c.json.gz']);
  });

  it('follows links to files and directories', async () => {
    const directory = directoryWith({ 'x.json': '' });
    const other = directoryWith(FILES);
    symlinkSync(join(other, 'b'), join(directory, 'link'));
    symlinkSync(join(other, 'a.YAML'), join(directory, 'y.yaml'));
    expect(await filesIn(directory)).toEqual(['link/10.json', 'link/2.yml', 'x.json', 'y.yaml']);
  });

  it('ends where links lead in a circle', async () => {
    const directory = directoryWith({ 'a/x.json': '' });
    symlinkSync('..', join(directory, 'a', 'up'));
    symlinkSync('.', join(directory, 'here'));
    symlinkSync('self', join(directory, 'self'));
    expect(await filesIn(directory)).toEqual(['a/x.json']);
  });

  it('passes over dead links that are not named like a dump', async () => {
    const directory = directoryWith({ 'x.json': '' });
    symlinkSync('./gone', join(directory, 'current.log'));
    expect(await filesIn(directory)).toEqual(['x.json']);
  });

  it('passes over what would block or is no file', async () => {
    const directory = directoryWith({ 'x.json': '' });
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(directory, 'pipe.json')]);
    mkdirSync(join(directory, 'directory.json'));
    symlinkSync('pipe.json', join(directory, 'link.json'));
    expect(await filesIn(directory)).toEqual(['x.json']);
  });

  it('says that a directory is gone', async () => {
    const { message } = await failureOf(() => filesIn('/nowhere/at/all'));
    expect(message).toBe('no such file or directory: /nowhere/at/all');
  });
});
