import { describe, expect, it } from 'vitest';
import { decide } from '../../../functions/workload-changed/decide.ts';
import { change, concerning, expectTotal, mattersIn } from '../../support/changes.ts';
import { aHandler, aLauncher, aVmi } from '../../support/objects.ts';

const vmi = (status: object) => ({ ...aVmi('web', 'node02'), status });

describe('workload-changed', () => {
  it.each([
    ['a launcher', change('update', aLauncher('web', 'node02')), 'node02'],
    ['a launcher that is not bound', change('add', aLauncher('web', '')), 'nothing'],
    ['a virt-handler', change('update', aHandler('node02')), 'nothing'],
    ['a VMI', change('update', aVmi('web', 'node02')), 'node02'],
    ['a VMI that is gone', change('delete', aVmi('web', 'node02')), 'node02'],
    ['a VMI on no node', change('add', vmi({ phase: 'Scheduling' })), 'nothing'],
    [
      'a VMI that has just moved',
      change(
        'update',
        vmi({ nodeName: 'node02', migrationState: { sourceNode: 'node01', targetNode: 'node02' } }),
      ),
      'node02,node01',
    ],
    [
      'a VMI that is about to move',
      change(
        'update',
        vmi({ nodeName: 'node01', migrationState: { sourceNode: 'node01', targetNode: 'node02' } }),
      ),
      'node01',
    ],
    ['a name only', change('delete', aVmi('web', 'node02'), false), 'look-up'],
    [
      'the name of a launcher',
      change('delete', { ...aLauncher('web', 'node02'), metadata: { name: 'virt-launcher-web-x' } }, false),
      'look-up',
    ],
    ['the name of another pod, gone', change('delete', aHandler('node02'), false), 'nothing'],
  ])('%s', (_, given, expected) => {
    expect(concerning(decide(given))).toBe(expected);
  });

  it('does not mind guest details', () => {
    const before = vmi({ nodeName: 'node02', phase: 'Running' });
    const after = vmi({ nodeName: 'node02', phase: 'Running', guestOSInfo: { id: 'fedora' } });
    const uid = { ...before.metadata, uid: 'v' };
    const [a, b] = [before, after].map((it) => mattersIn(decide(change('update', { ...it, metadata: uid }))));
    expect(a).toBe(b);
  });

  it('minds the phase', () => {
    const phases = ['Running', 'Failed'].map((phase) =>
      mattersIn(
        decide(
          change('update', { ...vmi({ nodeName: 'node02', phase }), metadata: { name: 'web', uid: 'v' } }),
        ),
      ),
    );
    expect(new Set(phases).size).toBe(2);
  });

  it('answers whatever is in the object', () => {
    expectTotal(decide, 'Pod');
    expectTotal(decide, 'VirtualMachineInstance');
  });
});
