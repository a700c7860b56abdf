import { readFileSync } from 'node:fs';
import { dump, load } from 'js-yaml';
import type { RenderedFile } from './rendered-file.ts';

const RULES = new URL('../monitoring/kubevirt-orphans.rules.yaml', import.meta.url);
const HEADER = '# Rendered from kubevirt-orphans.rules.yaml by npm run schemas: change that one.\n';

/** The alert rules as the operator of Prometheus takes them. */
export function prometheusRule(): RenderedFile {
  const rule = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: { name: 'kubevirt-orphans', labels: { 'app.kubernetes.io/name': 'kubevirt-orphans' } },
    spec: load(readFileSync(RULES, 'utf8')),
  };
  return {
    path: 'infra/monitoring/prometheus-rule.yaml',
    text: HEADER + dump(rule, { lineWidth: 110, noRefs: true }),
  };
}
