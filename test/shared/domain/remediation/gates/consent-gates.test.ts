import { approval, describeGates, type GateRow, policy, window } from '../../../../support/gate-cases.ts';
import { openOf, summaryOf } from '../../../../support/gates.ts';
import { ago, aPlan, aStep, patchOf } from '../../../../support/plans.ts';
import { aRun } from '../../../../support/remediation.ts';

const UNDER_WAY = { run: aRun({ written: [{ step: 0, at: ago(10), generation: undefined }] }) };

const OPEN: readonly GateRow[] = [
  ['Approved', /The mode is Auto/, {}],
  ['Approved', /^ada approved it at 2026-08-22T10:09:00Z\.$/, approval({})],
  ['Approved', /^ada approved/, approval({ at: ago(900), planId: '0123456789abcdef' })],
  // A step is written: the incident has changed by it.
  [
    'Approved',
    /^ada approved/,
    { ...approval({ revision: 2 }), summary: summaryOf(openOf('node02'), UNDER_WAY) },
  ],
  ['MaintenanceWindow', /any time/, {}],
  ['MaintenanceWindow', /morning is open until 2026-08-22T12:00:00Z/, window(8, 12)],
];

const CLOSED: readonly GateRow[] = [
  ['Automated', /^Only people can make: FixImage\.$/, { plan: aPlan(aStep(), aStep({ code: 'FixImage' })) }],
  ['Automated', /LabelNode/, { plan: aPlan(aStep({ change: undefined })) }],
  [
    'Automated',
    /ExtendPlacementAffinity/,
    {
      plan: aPlan(
        aStep({
          code: 'ExtendPlacementAffinity',
          change: { ...patchOf('KubeVirt'), action: 'patch', operations: [], additions: undefined },
        }),
      ),
    },
  ],
  ['Automated', /no steps/, { plan: { ...aPlan(), steps: [] } }],
  ['Approved', /The mode is Observe/, policy({ mode: 'Observe' })],
  ['Approved', /The mode is Observe/, policy({ causeModes: { NodeSelectorMismatch: 'Observe' } })],
  ['Approved', /^Nobody has approved revision 3/, policy({ stepModes: { LabelNode: 'Approve' } })],
  ['Approved', /for revision 2 of the incident, which has revision 3/, approval({ revision: 2 })],
  ['Approved', /for plan fedc/, approval({ planId: 'fedc' })],
  ['Approved', /from the future/, approval({ at: ago(-1) })],
  ['Approved', /was good for 15 min/, approval({ at: ago(901) })],
  ['MaintenanceWindow', /^No maintenance window is open .*: morning\.$/, window(11, 12)],
  ['OwnerPermits', /take the change back: Argo CD syncs it\.$/, { ownerObjections: ['Argo CD syncs it'] }],
  ['HarmsNobody', /do harm: node03 loses its virt-handler/, { harms: ['node03 loses its virt-handler'] }],
];

describeGates('consent gates', OPEN, CLOSED);
