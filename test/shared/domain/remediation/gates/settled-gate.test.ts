import {
  condition,
  describeGates,
  type GateRow,
  label,
  placement,
  restart,
  UNREADABLE,
  unread,
} from '../../../../support/gate-cases.ts';
import { interlocked, situationOf } from '../../../../support/gates.ts';
import { aHandler, aNode } from '../../../../support/objects.ts';

const OPEN: readonly GateRow[] = [
  ['KubeVirtSettled', /settled/, placement],
  [
    'KubeVirtSettled',
    /settled/,
    {
      ...restart,
      situation: situationOf({
        counters: { numberAvailable: 2, numberReady: 2 },
        kubeVirtStatus: { ...condition('Available', 'False'), observedGeneration: 6 },
      }),
    },
  ],
  [
    'KubeVirtSettled',
    /settled/,
    {
      ...label,
      situation: situationOf({
        counters: { updatedNumberScheduled: 1, observedGeneration: 0 },
        kubeVirtStatus: condition('Available', 'False'),
      }),
    },
  ],
];

const CLOSED: readonly GateRow[] = [
  [
    'KubeVirtSettled',
    /phase is Deploying/,
    { situation: situationOf({ kubeVirtStatus: { phase: 'Deploying' } }) },
  ],
  [
    'KubeVirtSettled',
    /it is being deleted/,
    { situation: situationOf({ kubeVirt: { metadata: { deletionTimestamp: '2026-08-22T10:00:00Z' } } }) },
  ],
  [
    'KubeVirtSettled',
    /Degraded is True/,
    { situation: situationOf({ kubeVirtStatus: condition('Degraded', 'True') }) },
  ],
  [
    'KubeVirtSettled',
    /Degraded is not told/,
    { situation: situationOf({ kubeVirtStatus: { conditions: [] } }) },
  ],
  [
    'KubeVirtSettled',
    /has generation 6 of it, and 7 is the last/,
    { situation: situationOf({ daemonSet: { 'kubevirt.io/generation': '6' } }) },
  ],
  ['KubeVirtSettled', /has generation unknown/, { situation: situationOf({ daemonSet: {} }) }],
  [
    'KubeVirtSettled',
    /the platform: 4\.20 is being installed/,
    { situation: interlocked({ platformUpdate: { value: '4.20 is being installed' } }) },
  ],
  [
    'KubeVirtSettled',
    /cannot be told: it is forbidden/,
    { situation: interlocked({ platformUpdate: UNREADABLE }) },
  ],
  ['KubeVirtSettled', /cannot be told: KubeVirt was not read/, unread('KubeVirt')],
  ['KubeVirtSettled', /cannot be told: DaemonSet was not read/, unread('DaemonSet')],
  [
    'KubeVirtSettled',
    /2 of 3 virt-handler pods are of the newest/,
    { ...restart, situation: situationOf({ counters: { updatedNumberScheduled: 2 } }) },
  ],
  [
    'KubeVirtSettled',
    /status of the DaemonSet is of generation 0/,
    { ...restart, situation: situationOf({ counters: { observedGeneration: 0 } }) },
  ],
  [
    'KubeVirtSettled',
    /0 of 0 virt-handler pods/,
    {
      ...restart,
      situation: situationOf({ counters: { desiredNumberScheduled: 0, updatedNumberScheduled: 0 } }),
    },
  ],
  [
    'KubeVirtSettled',
    /2 of 3 virt-handlers are available/,
    { ...placement, situation: situationOf({ counters: { numberAvailable: 2 } }) },
  ],
  [
    'KubeVirtSettled',
    /finished generation 6 of it, not yet 7/,
    { ...placement, situation: situationOf({ kubeVirtStatus: { observedGeneration: 6 } }) },
  ],
  [
    'KubeVirtSettled',
    /Available is False \(DeploymentInProgress\)/,
    { ...placement, situation: situationOf({ kubeVirtStatus: condition('Available', 'False') }) },
  ],
  [
    'KubeVirtSettled',
    /virt-handler of node05 is leaving/,
    {
      ...placement,
      situation: situationOf({
        more: [
          aNode('node05'),
          aHandler('node05', { metadata: { deletionTimestamp: '2026-08-22T10:09:59Z' } }),
        ],
      }),
    },
  ],
];

describeGates('settled gate', OPEN, CLOSED);
