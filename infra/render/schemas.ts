import { mkdir, readFile, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { nodeDiagnosisSchema } from '../../shared/report/node-diagnosis.ts';
import { orphanReportSchema } from '../../shared/report/orphan-report.ts';
import { preflightReportSchema } from '../../shared/report/preflight-report.ts';
import { renderOrphanIncidentCrd } from './orphan-incident-crd.ts';

/**
 * Writes what is published of the code's schemas (`npm run schemas`): JSON Schemas, and the definition of the incident's
 * resource. With `--verify` it writes nothing and fails when a file on disk is not what the code says.
 */
const PUBLISHED = [
  {
    path: 'shared/report/orphan-report.schema.json',
    render: () => jsonSchema(orphanReportSchema, 'orphan-report', 'OrphanReport'),
  },
  {
    path: 'shared/report/preflight-report.schema.json',
    render: () => jsonSchema(preflightReportSchema, 'preflight-report', 'PreflightReport'),
  },
  {
    path: 'shared/report/node-diagnosis.schema.json',
    render: () => jsonSchema(nodeDiagnosisSchema, 'node-diagnosis', 'NodeDiagnosis'),
  },
  { path: 'infra/deploy/kubernetes/orphan-incident-crd.yaml', render: renderOrphanIncidentCrd },
] as const;

const root = new URL('../../', import.meta.url);
const verify = process.argv.includes('--verify');

for (const { path, render } of PUBLISHED) {
  const text = render();
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

function jsonSchema(schema: z.ZodType, name: string, title: string): string {
  const id = `https://kubevirt-orphans.dev/schemas/v1alpha1/${name}.schema.json`;
  return `${JSON.stringify({ $id: id, title, ...z.toJSONSchema(schema) }, null, 2)}\n`;
}
