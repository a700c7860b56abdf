import { readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { nodeDiagnosisSchema } from '../../shared/report/node-diagnosis.ts';
import { orphanReportSchema } from '../../shared/report/orphan-report.ts';
import { preflightReportSchema } from '../../shared/report/preflight-report.ts';

/**
 * Writes the published JSON Schemas from the code (`npm run schemas`). With `--verify` it writes nothing and fails when
 * a file on disk is not what the code says.
 */
const PUBLISHED = [
  {
    path: 'shared/report/orphan-report.schema.json',
    schema: orphanReportSchema,
    id: 'https://kubevirt-orphans.dev/schemas/v1alpha1/orphan-report.schema.json',
    title: 'OrphanReport',
  },
  {
    path: 'shared/report/preflight-report.schema.json',
    schema: preflightReportSchema,
    id: 'https://kubevirt-orphans.dev/schemas/v1alpha1/preflight-report.schema.json',
    title: 'PreflightReport',
  },
  {
    path: 'shared/report/node-diagnosis.schema.json',
    schema: nodeDiagnosisSchema,
    id: 'https://kubevirt-orphans.dev/schemas/v1alpha1/node-diagnosis.schema.json',
    title: 'NodeDiagnosis',
  },
] as const;

const root = new URL('../../', import.meta.url);
const verify = process.argv.includes('--verify');

for (const { path, schema, id, title } of PUBLISHED) {
  const text = `${JSON.stringify({ $id: id, title, ...z.toJSONSchema(schema) }, null, 2)}\n`;
  const file = new URL(path, root);
  if (!verify) {
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
