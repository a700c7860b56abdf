import { asyncApi } from './asyncapi.ts';
import { dashboard } from './dashboard.ts';
import { eventPage } from './event-page.ts';
import { eventSchemas } from './event-schemas.ts';
import { renderOrphanIncidentCrd } from './orphan-incident-crd.ts';
import { prometheusRule } from './prometheus-rule.ts';
import type { RenderedFile } from './rendered-file.ts';
import { reportSchemas } from './report-schemas.ts';

/** Every published file that follows from the code, as it has to be. */
export function publishedFiles(): readonly RenderedFile[] {
  const crd = {
    path: 'infra/deploy/records/orphan-incident-crd.yaml',
    text: renderOrphanIncidentCrd(),
  };
  return [...reportSchemas(), ...eventSchemas(), asyncApi(), eventPage(), crd, prometheusRule(), dashboard()];
}
