import { contest, describeGates, failed, type GateRow, remembered } from '../../../../support/gate-cases.ts';
import { attempt } from '../../../../support/plans.ts';

const OPEN: readonly GateRow[] = [
  [
    'Cooldown',
    /^Nothing was done about node02/,
    remembered({ attempts: [attempt(1, { startedAt: undefined })] }),
  ],
  ['Cooldown', /until 2026-08-22T10:05:00Z; it is left alone for 5 min/, failed(300)],
  ['NotBlocked', /^2 plans failed/, failed(3_600, 20, 10)],
  [
    'NotBlocked',
    /^2 plans failed/,
    remembered({ attempts: [attempt(30), attempt(20), attempt(10, { outcome: 'Succeeded' })] }),
  ],
  [
    'NotExhausted',
    /^2 plans failed/,
    remembered({ attempts: [attempt(30, { episode: 2 }), attempt(20), attempt(10)] }),
  ],
  [
    'Uncontested',
    /once.*9 s after it: zone was removed/,
    remembered({ contests: [contest(3_600), contest(10)] }),
  ],
];

const CLOSED: readonly GateRow[] = [
  ['Cooldown', /until 2026-08-22T10:10:01Z\.$/, failed(2_000, 299)],
  ['NotBlocked', /blocked until 2026-08-22T10:10:01Z/, failed(3_599, 2_000, 10)],
  ['NotExhausted', /people are needed\.$/, failed(90_000, 80_000, 70_000)],
  [
    'Uncontested',
    /2 times, the last time at .* It stops here/,
    remembered({ contests: [contest(3_599), contest(10)] }),
  ],
  [
    'Uncontested',
    /2 times/,
    remembered({ attempts: [attempt(90_000)], contests: [contest(80_000), contest(70_000)] }),
  ],
];

describeGates('history gates', OPEN, CLOSED);
