import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { PASSING_GATES } from '../../../shared/domain/remediation/gate.ts';
import { expectExposed } from '../../support/exposed-metrics.ts';
import { promtool, skipReason } from '../../support/promtool.ts';

const folder = new URL('../../../infra/monitoring/', import.meta.url).pathname;
const RULES = 'kubevirt-orphans.rules.yaml';
const TESTS = 'kubevirt-orphans.test.yaml';
const skipped = skipReason('promtool');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
const read = (file: string) => readFileSync(`${folder}${file}`, 'utf8');
const rules = (load(read(RULES)) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);

describe.skipIf(skipped !== '')(`our alert rules, with the real promtool${skipped}`, () => {
  it('are valid', () => {
    expect(promtool(['check', 'rules', RULES], folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining(`${rules.length} rules found`),
    });
  });

  it('do what their tests say', () => {
    expect(promtool(['test', 'rules', TESTS], folder)).toMatchObject({
      code: 0,
      output: expect.stringContaining('SUCCESS'),
    });
  });
});

it('is silent about the gates that open by themselves, and about no other', () => {
  const blocked = rules.find((rule) => rule.alert === 'KubeVirtOrphansRemediationBlocked');
  const silent = [...(blocked?.expr.matchAll(/code!~"([^"]*)"/g) ?? [])].map(([, codes = '']) =>
    codes.split('|'),
  );
  expect(silent).toHaveLength(3);
  for (const codes of silent) expect(codes.sort()).toEqual([...PASSING_GATES].sort());
});

describe.each(rules.map((rule) => [rule.alert, rule] as const))(
  '%s',
  (name, { labels, annotations, expr }) => {
    it('says what it is, what it means and what to do', () => {
      expect(Object.keys(annotations).sort()).toEqual(['description', 'runbook', 'summary']);
      for (const text of Object.values(annotations)) expect(text.length).toBeGreaterThan(20);
      expect(['warning', 'critical']).toContain(labels['severity']);
    });

    it('has a test', () => {
      expect(read(TESTS)).toContain(name);
    });

    it('asks for metrics and labels that there are', () => expectExposed(expr));
  },
);

it('are the same for the operator of Prometheus', () => {
  expect(load(read('prometheus-rule.yaml'))).toMatchObject({
    kind: 'PrometheusRule',
    spec: load(read(RULES)),
  });
});
