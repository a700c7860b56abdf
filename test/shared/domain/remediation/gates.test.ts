import { describe, expect, it } from 'vitest';
import { closedGates } from '../../../../shared/domain/remediation/gate.ts';
import { evaluateGates, undoGates } from '../../../../shared/domain/remediation/gates.ts';
import { label, migration, placement, restart } from '../../../support/gate-cases.ts';
import { gateInput, situationOf } from '../../../support/gates.ts';
import { aHandler, aVmi } from '../../../support/objects.ts';
import { ago, patchOf } from '../../../support/plans.ts';

describe('the gates', () => {
  it.each([label, placement, restart])('are all open when nothing is against it', (plan) => {
    expect(closedGates(evaluateGates(gateInput(plan)))).toEqual([]);
  });

  it('say one line of at most 500 characters, whatever others wrote', () => {
    const harms = [`a\n${'x'.repeat(2_000)}`];
    const { message = '' } = evaluateGates(gateInput({ harms })).at(-1) ?? {};
    expect(message).toMatch(/^It would do harm: a x+…$/);
    expect(message).toHaveLength(500);
  });
});

describe('the gates for taking a change back', () => {
  const undo = (parts: object) => {
    const { plan: _, summary: __, approval: ___, ...common } = gateInput(parts);
    const change = { run: 1, step: 0, change: patchOf('Node'), at: ago(60) };
    return undoGates({ node: 'node02', changes: [change], ...common, ...parts });
  };

  it('are those that ask about any write, in their order', () => {
    expect(undo({}).map(({ code }) => code)).toEqual([
      'WithinBudget',
      'NoStorm',
      'OneAtATime',
      'NotPaused',
      'NotOptedOut',
      'MaintenanceWindow',
      'OwnerPermits',
      'KubeVirtSettled',
      'NoMigration',
      'NoOtherRemediator',
      'HarmsNobody',
    ]);
    expect(closedGates(undo({}))).toEqual([]);
  });

  it('look at all that the change disturbs: a placement restarts every virt-handler', () => {
    const migrating = migration('node01', 'node03');
    const changes = [{ run: 1, step: 0, change: patchOf('HyperConverged'), at: ago(60) }];
    expect(closedGates(undo(migrating))).toEqual([]);
    expect(closedGates(undo({ ...migrating, changes }))).toEqual(['NoMigration']);
  });

  it('are closed when the node, or another, would be orphaned by it', () => {
    expect(closedGates(undo({ harms: ['node02 loses its virt-handler, and has 3 VMIs'] }))).toEqual([
      'HarmsNobody',
    ]);
  });

  it('do not ask whether the node is orphaned, how often it failed or who approved', () => {
    const situation = situationOf({ more: [aHandler('node02'), aVmi('db', 'node02')] });
    expect(closedGates(undo({ situation }))).toEqual([]);
  });
});
