import fc from 'fast-check';
import { CORE_SCHEMA, load } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { toJson, toYaml } from '../../../../infra/cli/output/report-text.ts';
import type { StreamedReport } from '../../../../shared/report/to-report.ts';
import { arbitraryCluster } from '../../../support/arbitrary-cluster.ts';
import { reportOf } from '../../../support/facts.ts';
import { validReport, wholeReport } from '../../../support/report-schema.ts';

const arbitraryReport = fc.tuple(arbitraryCluster, fc.string({ unit: 'binary' })).map(
  ([objects, source]): StreamedReport =>
    reportOf(objects, {
      generatedAt: '2026-08-22T10:11:00.000Z',
      observedAt: null,
      cluster: 'yes',
      source,
    }),
);

describe('a report as text', () => {
  it('is as JSON what JSON.stringify prints', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        expect([...toJson(report)].join('')).toBe(`${JSON.stringify(wholeReport(report), null, 2)}\n`);
      }),
    );
  });

  it('is as YAML the same data', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        expect(load([...toYaml(report)].join(''), { schema: CORE_SCHEMA })).toEqual(wholeReport(report));
      }),
    );
  });

  it('always satisfies the published schema', () => {
    fc.assert(
      fc.property(arbitraryReport, (report) => {
        validReport(wholeReport(report));
      }),
    );
  });

  it('is made piece by piece: no piece grows with the number of nodes', () => {
    const node = {
      name: 'n',
      verdict: 'NoWorkload',
      handler: { state: 'Absent', pod: null, reason: '' },
      causes: [],
      vmis: [],
      launcherPods: [],
    } as const;
    const report = reportOf([], {
      generatedAt: '2026-08-22T10:11:00.000Z',
      observedAt: null,
      cluster: 'c',
      source: 's',
    });
    const many = {
      ...report,
      nodes: Array.from({ length: 1_000 }, () => ({ ...node, causes: [], vmis: [], launcherPods: [] })),
    };
    for (const text of [toJson(many), toYaml(many)])
      expect(Math.max(...[...text].map((piece) => piece.length))).toBeLessThan(1_000);
  });
});
