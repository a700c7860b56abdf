import { publishedFiles } from './published-files.ts';
import { verifyFiles, writeFiles } from './written-files.ts';

/**
 * Writes what is published and follows from the code: schemas, the AsyncAPI document, the reference page of events
 * (`npm run schemas`). With `--verify` it writes nothing and fails when a file on disk is not what the code says.
 */
const root = new URL('../../', import.meta.url);

if (!process.argv.includes('--verify')) await writeFiles(publishedFiles(), root);
else if (!(await verifyFiles(publishedFiles(), root, 'npm run schemas'))) process.exitCode = 1;
