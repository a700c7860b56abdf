import {
  describeGates,
  type GateRow,
  hold,
  label,
  migration,
  placement,
  restart,
  UNREADABLE,
} from '../../../../support/gate-cases.ts';
import { interlocked, situationOf } from '../../../../support/gates.ts';
import { ago } from '../../../../support/plans.ts';

const OPEN: readonly GateRow[] = [
  ['NoMigration', /^A label disturbs/, { ...label, situation: interlocked({ migrations: UNREADABLE }) }],
  ['NoMigration', /^None of 1 migration/, { ...restart, ...migration('node01', 'node03') }],
  ['NoMigration', /^None of 1 migration/, { ...restart, ...migration('node01', '') }],
  ['NoMigration', /^None of 1 migration/, { ...placement, ...migration('node02', '') }],
  ['NoOtherRemediator', /^Nobody/, { situation: interlocked({ nodeLease: hold('nhc', ago(0)) }) }],
];

const CLOSED: readonly GateRow[] = [
  [
    'NoMigration',
    /^1 migration would be disturbed: shop\/m1 from node02 to node03/,
    { ...restart, ...migration('node02', 'node03') },
  ],
  ['NoMigration', /^1 migration/, { ...restart, ...migration('node01', 'node02') }],
  ['NoMigration', /from an unknown node/, { ...restart, ...migration('', '') }],
  ['NoMigration', /^1 migration/, { ...placement, ...migration('node02', 'node03') }],
  ['NoMigration', /cannot be told/, { ...restart, situation: interlocked({ migrations: UNREADABLE }) }],
  [
    'NoOtherRemediator',
    /nhc holds its medik8s lease until/,
    { situation: interlocked({ nodeLease: hold('nhc', ago(-1)) }) },
  ],
  [
    'NoOtherRemediator',
    /nhc holds its medik8s lease\.$/,
    { situation: interlocked({ nodeLease: hold('nhc') }) },
  ],
  [
    'NoOtherRemediator',
    /NodeMaintenance disk/,
    { situation: interlocked({ maintenances: { value: ['disk'] } }) },
  ],
  [
    'NoOtherRemediator',
    /taint kubevirt.io\/drain:NoSchedule/,
    {
      situation: situationOf({
        node: { spec: { taints: [{ key: 'kubevirt.io/drain', effect: 'NoSchedule' }] } },
      }),
    },
  ],
  [
    'NoOtherRemediator',
    /lease of node02 cannot be told/,
    { situation: interlocked({ nodeLease: UNREADABLE }) },
  ],
  [
    'NoOtherRemediator',
    /maintenance cannot be told/,
    { situation: interlocked({ maintenances: UNREADABLE }) },
  ],
];

describeGates('interlock gates', OPEN, CLOSED);
