import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { publishedFiles } from './published-files.ts';

/**
 * Writes what is published and follows from the code: schemas, the AsyncAPI document, the reference page of events
 * (`npm run schemas`). With `--verify` it writes nothing and fails when a file on disk is not what the code says.
 */
const root = new URL('../../', import.meta.url);
const verify = process.argv.includes('--verify');

for (const { path, text } of publishedFiles()) {
  const file = new URL(path, root);
  if (!verify) {
    await mkdir(new URL('.', file), { recursive: true });
    await writeFile(file, text);
    console.log(`wrote ${path}`);
    continue;
  }
  const onDisk = await readFile(file, 'utf8').catch(() => '');
  if (onDisk === text) console.log(`${path} is what the code says`);
  else {
    console.error(`${path} is not what the code says: run npm run schemas`);
    process.exitCode = 1;
  }
}
