import { ReduceDataOptionsBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  DashboardBuilder,
  DatasourceVariableBuilder,
  RowBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import { type Panel, ROWS } from './dashboard-panels.ts';
import type { RenderedFile } from './rendered-file.ts';

const UID = 'kubevirt-orphans';
/** Whoever opens it chooses which Prometheus is asked. */
const DATA_SOURCE = { type: 'prometheus', uid: '$datasource' };
/** Of the 24 columns of a dashboard. */
const WIDTH = 8;
const HEIGHT = 7;

/** The dashboard of our metrics, as Grafana imports it. */
export function dashboard(): RenderedFile {
  const builder = new DashboardBuilder('KubeVirt orphans')
    .uid(UID)
    .description(
      'VMs whose node has no running virt-handler, and how well they are found, told of and repaired.',
    )
    .tags(['kubevirt'])
    .time({ from: 'now-6h', to: 'now' })
    .refresh('1m')
    .withVariable(new DatasourceVariableBuilder('datasource').label('Prometheus').type('prometheus'));
  let id = 0;
  for (const { title, panels } of ROWS) {
    builder.withRow(new RowBuilder(title).id(++id));
    for (const panel of panels) builder.withPanel(panelOf(panel).id(++id));
  }
  const text = `${JSON.stringify(builder.build(), null, 2)}\n`;
  return { path: 'infra/monitoring/kubevirt-orphans.dashboard.json', text };
}

function panelOf({ title, says, unit, query, redFrom }: Panel): StatBuilder | GraphBuilder {
  const panel = redFrom === undefined ? new GraphBuilder().min(0) : numberThatReddens(redFrom);
  return panel
    .title(title)
    .description(says)
    .unit(unit)
    .datasource(DATA_SOURCE)
    .span(WIDTH)
    .height(HEIGHT)
    .withTarget(new DataqueryBuilder().refId('A').expr(query.expr).legendFormat(query.legend));
}

/** What is true now, green until it reaches this. */
function numberThatReddens(from: number): StatBuilder {
  const steps = [
    { value: null, color: 'green' },
    { value: from, color: 'red' },
  ];
  return new StatBuilder()
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps));
}
