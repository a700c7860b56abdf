import { describe, expect, it } from 'vitest';
import { toEventLine } from '../../../../infra/cli/output/event-line.ts';
import { exampleEvents } from '../../../../infra/render/example-events.ts';
import type { Announcement, Incident } from '../../../../shared/domain/incidents/incident.ts';
import { epochMs } from '../../../../shared/domain/units.ts';
import { auditCompleted, auditRequested } from '../../../../shared/events/audit-events.ts';
import { incidentEvent } from '../../../../shared/events/incident-events.ts';
import { anIncident } from '../../../support/arbitrary-incidents.ts';

const AT = '2026-08-22T10:00:07.000Z';
const COMMON = { source: '/clusters/test', subject: 'cluster', time: AT };
const NO_NODES = { NoWorkload: 0, Managed: 0, AtRisk: 0, Orphaned: 0, Unknown: 0 };

function lineOf(announcement: Announcement, parts: Partial<Incident>): string {
  const telling = { uid: 'u', at: epochMs(Date.parse(AT)), clusterName: 'test', traceparent: undefined };
  return toEventLine(incidentEvent(anIncident(parts), { ...telling, announcement }), false);
}

function auditLine(
  scope: 'all' | 'unsettled',
  verdicts: Partial<typeof NO_NODES>,
  problems: string[] = [],
): string {
  const nodesByVerdict = { ...NO_NODES, ...verdicts };
  const event = auditCompleted.create({
    ...COMMON,
    id: 'a',
    data: {
      scope,
      startedAt: AT,
      completedAt: AT,
      nodesJudged: Object.values(nodesByVerdict).reduce((sum, count) => sum + count, 0),
      nodesByVerdict,
      orphanedVmis: 0,
      incidentsChanged: 0,
      eventsRepublished: 0,
      problems: problems.map((message) => ({ code: 'Forbidden', kind: 'Pod', message })),
    },
  });
  return toEventLine(event, false);
}

const CAUSE = {
  code: 'NodeNotReady',
  certainty: 'Definite',
  origin: 'Node',
  summary: 'It is silent.',
} as const;
const vmis = (count: number) =>
  Array.from({ length: count }, (_, number) => ({
    namespace: 'shop',
    name: `vm-${number}`,
    uid: `u${number}`,
  }));

describe('the line of an incident', () => {
  it.each([
    ['opened', { vmis: vmis(1), vmiCount: 1, causes: [CAUSE] }, 'VMIs shop/vm-0  NodeNotReady (Definite)'],
    ['suspected', { vmis: vmis(0), vmiCount: 0, causes: [] }, 'no VMIs'],
    [
      'updated',
      { vmis: vmis(5), vmiCount: 5, causes: [CAUSE] },
      'VMIs shop/vm-0, shop/vm-1, shop/vm-2, and 2 more  NodeNotReady (Definite)',
    ],
    [
      'resolved',
      { state: 'Resolved', resolution: 'Recovered', vmis: vmis(1), vmiCount: 1 },
      'Recovered: VMIs shop/vm-0',
    ],
    [
      'resolved',
      {
        state: 'Resolved',
        resolution: 'WorkloadsGone',
        vmis: [],
        vmiCount: 0,
        goneVmis: vmis(2).map((vmi) => ({ ...vmi, fate: 'Gone' })),
      },
      'WorkloadsGone: no VMIs; 2 VMIs gone meanwhile',
    ],
  ] as const)('says of one that is %s what matters: %#', (announcement, parts, expected) => {
    expect(lineOf(announcement, parts as Partial<Incident>)).toBe(
      `10:00:07 ${`incident.${announcement}`.padEnd(18)} node02  ${expected}\n`,
    );
  });

  it('is painted on a terminal only', () => {
    const telling = { uid: 'u', at: epochMs(Date.parse(AT)), clusterName: 'test', traceparent: undefined };
    const event = incidentEvent(anIncident(), { ...telling, announcement: 'opened' });
    expect(toEventLine(event, true)).toContain('\u001B[');
    expect(toEventLine(event, false)).not.toContain('\u001B');
  });
});

describe('the line of an audit', () => {
  it.each([
    ['all', { Managed: 3, Orphaned: 1 }, [], 'every node: 3 Managed, 1 Orphaned'],
    ['all', {}, [], 'every node: there is none'],
    ['unsettled', { Orphaned: 1 }, [], 'unsettled nodes: 1 Orphaned'],
    ['all', { Unknown: 2 }, ['pods: forbidden'], 'every node: 2 Unknown  pods: forbidden'],
  ] as const)('of %s nodes, with %j and %j', (scope, verdicts, problems, expected) => {
    expect(auditLine(scope, verdicts, [...problems])).toBe(`10:00:07 audit.completed    ${expected}\n`);
  });

  it('is empty when nothing was unsettled, and for a request', () => {
    expect(auditLine('unsettled', {})).toBe('');
    const request = auditRequested.create({ ...COMMON, id: 'r', data: { scope: 'all' } });
    expect(toEventLine(request, false)).toBe('');
  });
});

describe('the line of a remediation', () => {
  const stages = exampleEvents().filter(({ type }) => type.includes('.remediation.'));

  it.each([
    ['proposed', 'AddPlacementToleration (Approve)'],
    ['approved', 'AddPlacementToleration (Approve)  by jane@example.com'],
    ['succeeded', 'by jane@example.com  virt-handler is Ready on node02, and was heard of.'],
    ['failed', 'by jane@example.com  Not done within 600 s: virt-handler on node02 is NotReady.'],
    ['refused', 'No maintenance window is open before 2026-08-22T22:00:00.000Z.'],
  ])('%s: %s', (stage, expected) => {
    const event = stages.find(({ type }) => type.endsWith(`.${stage}.v1`));
    if (event === undefined) throw new RangeError(`no example of ${stage}`);
    expect(toEventLine(event, false)).toContain(expected);
  });
});
