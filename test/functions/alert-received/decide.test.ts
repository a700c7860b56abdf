import { describe, expect, it } from 'vitest';
import { planOf, verify, withoutNode } from '../../../functions/alert-received/decide.ts';
import type { Alert } from '../../../shared/domain/alerts/alert.ts';
import type { Incident } from '../../../shared/domain/incidents/incident.ts';
import { observeNode } from '../../../shared/domain/incidents/observation.ts';
import type { ClusterObject, Kind } from '../../../shared/domain/objects.ts';
import { anAlert } from '../../support/alerts.ts';
import { factsOf } from '../../support/facts.ts';
import { at, incident } from '../../support/incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aLauncher, aNode, aVmi } from '../../support/objects.ts';

const NODE = 'node02';
const node = aNode(NODE);
const installed = [aKubeVirt(), aDaemonSet()];
const workload = [aVmi('web', NODE), aLauncher('web', NODE)];
const completed = aLauncher('done', NODE, { status: { phase: 'Succeeded' } });
const ready = (since?: string) =>
  aHandler(NODE, {
    status: {
      phase: 'Running',
      conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: since }],
    },
  });
const crashed = aHandler(NODE, {
  metadata: { creationTimestamp: '2026-08-22T09:00:00Z' },
  status: {
    phase: 'Running',
    containerStatuses: [
      {
        name: 'virt-handler',
        ready: false,
        restartCount: 9,
        state: { waiting: { reason: 'CrashLoopBackOff' } },
      },
    ],
  },
});
const replaced = aHandler(NODE, {
  metadata: { creationTimestamp: '2026-08-22T10:09:50Z' },
  status: { phase: 'Pending' },
});

interface Row {
  readonly alert?: Partial<Alert>;
  readonly objects: readonly ClusterObject[];
  readonly unread?: readonly Kind[];
  readonly incident?: Incident;
}

function check({ alert = {}, objects, unread = [], incident }: Row) {
  const facts = factsOf(objects, unread, NODE);
  return verify(anAlert(alert), { facts, seen: observeNode(facts, NODE), incident });
}

const BEFORE = '2026-08-22T09:59:59Z';
const AFTER = '2026-08-22T10:00:01Z';
const managed = (since?: string) => [node, ...installed, ...workload, ready(since)];
const orphaned = [node, ...installed, ...workload];
const rollout = [node, ...installed, ...workload, replaced];
const open = incident('Open');
const resolved = (resolvedAt: string, parts: Partial<Incident> = {}) =>
  incident('Resolved', { resolvedAt: at(resolvedAt), ...parts });
const NEVER_OPEN = { openedAt: undefined };

describe('verify', () => {
  it.each<readonly [string, string, Row]>([
    ['no handler, no VMI is managed', 'Confirmed Orphaned', { objects: orphaned, incident: open }],
    ['a handler that crashes', 'Confirmed Orphaned', { objects: [...orphaned, crashed] }],
    [
      "a tenant's pod that is called virt-handler",
      'Confirmed Orphaned',
      {
        objects: [...orphaned, aHandler(NODE, { namespace: 'tenant-a', metadata: { ownerReferences: [] } })],
      },
    ],
    ['workload on a node that is gone', 'Confirmed Orphaned', { objects: [...installed, ...workload] }],
    [
      'an orphan, of an alert for a namespace of VMs',
      'Confirmed Orphaned',
      { objects: orphaned, alert: { namespace: 'tenant-a' } },
    ],
    [
      'an orphan whose alert has resolved',
      'Confirmed StillOrphaned',
      { objects: orphaned, alert: { status: 'resolved' } },
    ],
    ['a rollout', 'FalsePositive HandlerRollout', { objects: rollout, incident: incident('Suspected') }],
    ['a rollout that no incident knows', 'FalsePositive HandlerRollout', { objects: rollout }],
    ['a rollout of which an incident is open', 'Confirmed Orphaned', { objects: rollout, incident: open }],
    ['pods that may not be read', 'Unknown Forbidden', { objects: managed(BEFORE), unread: ['Pod'] }],
    [
      'two KubeVirts',
      'Unknown SeveralKubeVirts',
      {
        objects: [
          ...managed(BEFORE),
          aKubeVirt({ metadata: { namespace: 'other', uid: 'kv2' } }),
          aDaemonSet({ metadata: { namespace: 'other', uid: 'ds2' } }),
        ],
      },
    ],
    [
      'an incident that was resolved meanwhile',
      'AlreadyRecovered Recovered',
      { objects: managed(AFTER), incident: resolved(AFTER) },
    ],
    [
      'VMs that went while it was open',
      'AlreadyRecovered WorkloadsGone',
      {
        objects: [node, ...installed, completed],
        incident: resolved(AFTER, { resolution: 'WorkloadsGone' }),
      },
    ],
    [
      'a node that went while it was open',
      'AlreadyRecovered NodeGone',
      { objects: installed, incident: resolved(AFTER, { resolution: 'NodeGone' }) },
    ],
    [
      'an incident that was over before',
      'FalsePositive HandlerReady',
      { objects: managed(BEFORE), incident: resolved(BEFORE) },
    ],
    [
      'an incident that was never open',
      'FalsePositive HandlerReady',
      { objects: managed(BEFORE), incident: resolved(AFTER, NEVER_OPEN) },
    ],
    ['a node that does not exist', 'FalsePositive NoSuchNode', { objects: installed }],
    [
      'a handler in another namespace than the VMs',
      'FalsePositive PerNamespaceSplit',
      { objects: managed(BEFORE), alert: { namespace: 'tenant-a' } },
    ],
    [
      'completed launchers only',
      'FalsePositive CompletedLaunchersOnly',
      { objects: [node, ...installed, completed] },
    ],
    [
      'a completed launcher, and a Ready handler',
      'FalsePositive CompletedLaunchersOnly',
      { objects: [node, ...installed, completed, ready(BEFORE)] },
    ],
    ['no launcher at all', 'FalsePositive NoWorkload', { objects: [node, ...installed] }],
    ['a handler that came back', 'AlreadyRecovered Recovered', { objects: managed(AFTER) }],
    [
      'a handler that came back, of an alert that resolved',
      'AlreadyRecovered Recovered',
      { objects: managed(AFTER), alert: { status: 'resolved' } },
    ],
    ['a handler that is Ready since before', 'FalsePositive HandlerReady', { objects: managed(BEFORE) }],
    [
      'a handler that is Ready since when it began to count',
      'FalsePositive HandlerReady',
      { objects: managed('2026-08-22T10:00:00Z') },
    ],
    [
      'a handler that is Ready, nobody knows since when',
      'FalsePositive HandlerReady',
      { objects: managed() },
    ],
    [
      'an alert that does not say since when',
      'FalsePositive HandlerReady',
      { objects: managed(AFTER), alert: { startsAt: undefined } },
    ],
    [
      'a handler that is leaving and still Ready',
      'FalsePositive HandlerReady',
      {
        objects: [
          node,
          ...installed,
          ...workload,
          aHandler(NODE, { metadata: { deletionTimestamp: '2026-08-22T10:11:00Z' } }),
        ],
      },
    ],
  ])('says of %s: %s', (_, expected, row) => {
    const { verdict, code, message } = check(row);
    expect(`${verdict} ${code}`).toBe(expected);
    expect(message).toMatch(/^\S.*\.$/);
    expect(message).toContain(NODE);
  });

  it.each<readonly [string, string | undefined, Row]>([
    ['an open incident: when it was opened', '2026-08-22T10:00:00Z', { objects: orphaned, incident: open }],
    ['a resolved one: when it was resolved', AFTER, { objects: managed(AFTER), incident: resolved(AFTER) }],
    ['a handler that came back: when it did', AFTER, { objects: managed(AFTER) }],
    ['a false one: when the alert fired', '2026-08-22T10:10:00Z', { objects: managed(BEFORE) }],
    [
      'an alert that does not say: nothing',
      undefined,
      { objects: managed(BEFORE), alert: { startsAt: undefined } },
    ],
  ])('has become true, by %s', (_, expected, row) => {
    expect(check(row).at).toBe(expected === undefined ? undefined : Date.parse(expected));
  });

  it('quotes a foreign namespace in one line, cut short', () => {
    const { message } = check({
      objects: managed(BEFORE),
      alert: { namespace: `<b>\n${'x'.repeat(1_000)}` },
    });
    expect(message).not.toMatch(/\n/);
    expect(message.length).toBeLessThan(300);
  });
});

describe('withoutNode', () => {
  it.each([
    ['', 'Unknown NoNodeLabel'],
    ['Node_02', 'FalsePositive NoSuchNode'],
    ['<script>\nalert(1)</script>', 'FalsePositive NoSuchNode'],
    ['../../etc', 'FalsePositive NoSuchNode'],
    ['x'.repeat(254), 'FalsePositive NoSuchNode'],
  ])('says of the label %j: %s', (label, expected) => {
    const { verdict, code, message } = withoutNode(anAlert({ node: label }));
    expect(`${verdict} ${code}`).toBe(expected);
    expect(message).not.toMatch(/\n/);
  });
});

describe('planOf', () => {
  it('judges each node once, each alert once, and names what is nowhere', () => {
    const plan = planOf([
      anAlert(),
      anAlert(),
      anAlert({ fingerprint: '2', namespace: 'tenant-a' }),
      anAlert({ status: 'resolved' }),
      anAlert({ fingerprint: '3', node: 'node03' }),
      anAlert({ fingerprint: '4', node: '' }),
      anAlert({ fingerprint: '5', node: 'NOT A NODE' }),
    ]);
    expect([...plan.byNode].map(([name, alerts]) => [name, alerts.length])).toEqual([
      ['node02', 3],
      ['node03', 1],
    ]);
    expect(plan.nowhere.map(({ fingerprint }) => fingerprint)).toEqual(['4', '5']);
    expect(plan.wantsAudit).toBe(false);
  });

  it.each([
    ['VirtHandlerDaemonSetRolloutFailing', true],
    ['VirtHandlerDown', true],
    ['NoReadyVirtHandler', true],
    ['KubeVirtNodeOrphaned', false],
    ['VirtControllerDown', false],
    ['', false],
  ])('asks for an audit because of %s: %s', (alertname, wantsAudit) => {
    const plan = planOf([anAlert({ alertname })]);
    expect(plan).toEqual({ byNode: new Map(), nowhere: [], wantsAudit });
  });
});
