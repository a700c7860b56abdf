import {
  describeGates,
  type GateRow,
  incident,
  labelled,
  policy,
  unread,
} from '../../../../support/gate-cases.ts';
import { situationOf } from '../../../../support/gates.ts';
import { aHandler } from '../../../../support/objects.ts';
import { ago, aPlan } from '../../../../support/plans.ts';

const OPEN: readonly GateRow[] = [
  ['StillOrphaned', /^node02 is orphaned: no virt-handler pod\.$/, {}],
  ['OldEnough', /for 2 min; the hold-off is 2 min/, incident({ since: ago(120) })],
  ['NotPaused', /^No pause/, policy({ pauses: [{ reason: 'audit', nodes: 'edge-*' }] })],
  [
    'NotOptedOut',
    /is empty, and only true/,
    labelled({ 'remediation.medik8s.io/exclude-from-remediation': '' }),
  ],
  ['NotOptedOut', /^No label/, labelled({ 'kubevirt-orphans.dev/remediation': 'enabled' })],
];

const CLOSED: readonly GateRow[] = [
  [
    'StillOrphaned',
    /not orphaned now: its verdict is AtRisk/,
    { situation: situationOf({ more: [aHandler('node02')] }) },
  ],
  [
    'StillOrphaned',
    /another node now: its uid is new/,
    { situation: situationOf({ node: { metadata: { uid: 'new' } } }) },
  ],
  [
    'StillOrphaned',
    /another node now: its uid is not told/,
    { situation: situationOf({ node: { metadata: { uid: '' } } }), plan: { ...aPlan(), nodeUid: '' } },
  ],
  ['StillOrphaned', /another node now/, incident({ nodeUid: 'old' })],
  ['StillOrphaned', /is Suspected, and not Open/, incident({ state: 'Suspected' })],
  ['StillOrphaned', /no node node07 at/, { plan: { ...aPlan(), node: 'node07' } }],
  ['StillOrphaned', /cannot be told: Node was not read\.$/, unread('Node')],
  ['StillOrphaned', /cannot be told: pods were not read\.$/, unread('Pod')],
  ['OldEnough', /for 1 min 59 s; nothing is done before 2 min/, incident({ since: ago(119) })],
  ['OldEnough', /for 0 s/, incident({ since: ago(-60) })],
  ['OldEnough', /no open incident/, incident({ state: 'Resolved' })],
  [
    'NotPaused',
    /is paused: audit \(node\*\); holiday \(\*2\)\.$/,
    policy({
      pauses: [
        { reason: 'audit', nodes: 'node*' },
        { reason: 'holiday', nodes: '*2' },
      ],
    }),
  ],
  [
    'NotOptedOut',
    /exclude-from-remediation=true/,
    labelled({ 'remediation.medik8s.io/exclude-from-remediation': 'true' }),
  ],
  [
    'NotOptedOut',
    /kubevirt-orphans.dev\/remediation=disabled/,
    labelled({ 'kubevirt-orphans.dev/remediation': 'disabled' }),
  ],
  ['NotOptedOut', /remediation=off/, labelled({ 'kubevirt-orphans.dev/remediation': 'off' })],
  ['NotOptedOut', /cannot be told: Node was not read/, unread('Node')],
];

describeGates('node gates', OPEN, CLOSED);
