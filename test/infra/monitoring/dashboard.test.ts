import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { expectExposed, exposedMetrics } from '../../support/exposed-metrics.ts';
import { promtool, skipReason } from '../../support/promtool.ts';

const root = new URL('../../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const skipped = skipReason('promtool');

interface GridPos {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}
interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: GridPos;
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}
const dashboard = JSON.parse(read('infra/monitoring/kubevirt-orphans.dashboard.json')) as {
  readonly uid: string;
  readonly schemaVersion: number;
  readonly templating: { readonly list: readonly { readonly name: string }[] };
  readonly panels: readonly Panel[];
};
const panels = dashboard.panels.filter(({ type }) => type !== 'row');
const targets = panels.flatMap((panel) => panel.targets ?? []);

const cover = (one: GridPos, other: GridPos) =>
  one.x < other.x + other.w &&
  other.x < one.x + one.w &&
  one.y < other.y + other.h &&
  other.y < one.y + one.h;

describe('the dashboard', () => {
  it('has what Grafana imports by: an id for good, the version of its form, an id a panel', () => {
    expect(dashboard.uid).toBe('kubevirt-orphans');
    expect(dashboard.schemaVersion).toBeGreaterThanOrEqual(39);
    const ids = dashboard.panels.map(({ id }) => id);
    expect(ids.every((id) => id > 0)).toBe(true);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has no panel over another, and none beside the page', () => {
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      const others = dashboard.panels.filter((panel) => cover(panel.gridPos, gridPos));
      expect(others.map((panel) => panel.title)).toEqual([title]);
    }
  });

  it('shows every metric that there is, which the README lists, all of them', async () => {
    const exposed = (await exposedMetrics()).flatMap(
      (line) => /^# TYPE kubevirt_orphans_(\w+)/.exec(line)?.[1] ?? [],
    );
    const shown = (name: string) =>
      targets.some(({ expr }) => new RegExp(`kubevirt_orphans_${name}(_bucket)?\\b`).test(expr));
    expect(exposed.filter((name) => !shown(name))).toEqual([]);
    const table = /^\| metric \|.*?\n\n/ms.exec(read('README.md'))?.[0] ?? '';
    expect(exposed.filter((name) => !table.includes(`\`${name}\``))).toEqual([]);
  });

  it.skipIf(skipped !== '')(`asks in PromQL that the real promtool can read${skipped}`, () => {
    const rules = targets.map(({ expr }, index) => ({
      record: `panel_${index}`,
      // Grafana fills it in.
      expr: expr.replaceAll('$__rate_interval', '5m'),
    }));
    const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
    writeFileSync(join(folder, 'panels.yaml'), dump({ groups: [{ name: 'panels', rules }] }));
    const checked = promtool(['check', 'rules', 'panels.yaml'], folder);
    rmSync(folder, { recursive: true });
    expect(checked).toMatchObject({
      code: 0,
      output: expect.stringContaining(`${targets.length} rules found`),
    });
  });
});

describe.each(panels.map((panel) => [panel.title, panel] as const))('the panel "%s"', (_, panel) => {
  it('says what to think of it, and asks the Prometheus that is chosen', () => {
    expect(panel.description?.length).toBeGreaterThan(10);
    expect(dashboard.templating.list.map(({ name }) => `$${name}`)).toEqual([panel.datasource?.uid]);
  });

  it('asks for metrics and labels that there are', async () => {
    expect(panel.targets).toHaveLength(1);
    for (const { expr, legendFormat } of panel.targets ?? []) {
      await expectExposed(expr);
      const by = /by \(([^)]+)\)/.exec(expr)?.[1]?.split(', ') ?? [];
      for (const [, label] of legendFormat.matchAll(/\{\{(\w+)}}/g)) expect(by).toContain(label);
    }
  });
});
