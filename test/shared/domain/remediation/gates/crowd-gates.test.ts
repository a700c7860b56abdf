import {
  describeGates,
  type GateRow,
  hold,
  others,
  policy,
  UNREADABLE,
  unread,
} from '../../../../support/gate-cases.ts';
import { interlocked, openOf, situationOf, summaryOf } from '../../../../support/gates.ts';
import { ago, aPlan, aRun, aStep, attempt } from '../../../../support/plans.ts';

const OPEN: readonly GateRow[] = [
  ['WithinBudget', /^1 node would be touched at once \(node02\); the budget is 2 of 4 nodes/, {}],
  [
    'WithinBudget',
    /2 nodes .*\(node02, node09\)/,
    others(
      summaryOf(openOf('node09'), { run: aRun('Verifying', { ...aPlan(), node: 'node09', steps: [] }) }),
    ),
  ],
  ['WithinBudget', /^1 node /, others(summaryOf(openOf('node09'), { run: aRun('Proposed') }))],
  [
    'WithinBudget',
    /^1 node /,
    others(
      summaryOf(openOf('node08'), { attempts: [attempt(300)] }),
      summaryOf(openOf('node09'), { attempts: [attempt(1, { startedAt: undefined })] }),
    ),
  ],
  [
    'NoStorm',
    /^No more than 2 nodes, the budget/,
    others(summaryOf(openOf('node02')), summaryOf(openOf('node03'))),
  ],
  [
    'NoStorm',
    /^No more/,
    others(
      ...['a', 'b', 'c'].map((name) => summaryOf(openOf(name, { state: 'Suspected', openedAt: undefined }))),
    ),
  ],
  ['OneAtATime', /^Nobody/, {}],
  ['OneAtATime', /ours/, { situation: interlocked({ ownLock: hold('us') }) }],
  ['OneAtATime', /^The lock of them expired/, { situation: interlocked({ ownLock: hold('them', ago(0)) }) }],
];

const CLOSED: readonly GateRow[] = [
  [
    'WithinBudget',
    /^3 nodes .*but the budget is 2 of 4 nodes/,
    others(
      ...['node08', 'node09'].map((name) =>
        summaryOf(openOf(name), { run: aRun('Reverting', { ...aPlan(), node: name, steps: [] }) }),
      ),
    ),
  ],
  [
    'WithinBudget',
    /^3 nodes/,
    others(
      ...['node08', 'node09'].map((name) =>
        summaryOf(openOf(name, { state: 'Resolved' }), { attempts: [attempt(299)] }),
      ),
    ),
  ],
  [
    'WithinBudget',
    /^3 nodes .*\(node01, node02, node03\)/,
    {
      plan: aPlan(
        aStep({
          effects: {
            handlersGained: ['node01', 'node02', 'node03'],
            handlersLost: [],
            restartsEveryHandler: true,
          },
        }),
      ),
    },
  ],
  ['WithinBudget', /budget is 0/, policy({ budget: { nodes: 0, percent: 100 } })],
  ['WithinBudget', /budget is 0/, policy({ budget: { nodes: 9, percent: 0 } })],
  [
    'WithinBudget',
    /cannot be told: it is forbidden\.$/,
    { situation: situationOf({}, { incidents: UNREADABLE }) },
  ],
  ['WithinBudget', /cannot be told: DaemonSet was not read/, unread('DaemonSet')],
  ['WithinBudget', /cannot be told: Node was not read/, unread('Node')],
  [
    'NoStorm',
    /since 2026-08-22T10:00:00Z, until it has been calm .*: 3 nodes open, at most 3 at once, and the budget is 2/,
    others(...['a', 'b', 'c'].map((name) => summaryOf(openOf(name)))),
  ],
  [
    'NoStorm',
    /until 2026-08-22T10:10:01Z if it stays calm: 0 nodes open/,
    others(
      ...['a', 'b', 'c'].map((name) =>
        summaryOf(openOf(name, { state: 'Resolved', openedAt: ago(900), resolvedAt: ago(599) })),
      ),
    ),
  ],
  ['NoStorm', /cannot be told: it is forbidden/, { situation: situationOf({}, { incidents: UNREADABLE }) }],
  ['NoStorm', /cannot be told/, unread('Pod')],
  [
    'OneAtATime',
    /^them holds the lock until 2026-08-22T10:10:01Z/,
    { situation: interlocked({ ownLock: hold('them', ago(-1)) }) },
  ],
  ['OneAtATime', /^them holds the lock\.$/, { situation: interlocked({ ownLock: hold('them') }) }],
  ['OneAtATime', /cannot be told/, { situation: interlocked({ ownLock: UNREADABLE }) }],
];

describeGates('crowd gates', OPEN, CLOSED);
