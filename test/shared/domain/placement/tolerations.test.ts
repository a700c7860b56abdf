import { describe, expect, it } from 'vitest';
import { DAEMON_TOLERATIONS, toleratesTaint } from '../../../../shared/domain/placement/tolerations.ts';
import type { Taint, Toleration } from '../../../../shared/domain/placement-objects.ts';

const TAINT: Taint = { key: 'dedicated', value: 'gpu', effect: 'NoSchedule' };
const BARE: Taint = { key: 'dedicated', effect: 'NoSchedule' };

describe('toleratesTaint', () => {
  it.each<[Toleration, Taint, boolean]>([
    [{ key: 'dedicated', operator: 'Equal', value: 'gpu', effect: 'NoSchedule' }, TAINT, true],
    [{ key: 'dedicated', value: 'gpu', effect: 'NoSchedule' }, TAINT, true],
    [{ key: 'dedicated', operator: '', value: 'gpu' }, TAINT, true],
    [{ key: 'dedicated', operator: 'Equal', value: 'GPU' }, TAINT, false],
    [{ key: 'dedicated', operator: 'Equal' }, TAINT, false],
    [{ key: 'dedicated', operator: 'Equal', value: '' }, BARE, true],
    [{ key: 'dedicated' }, BARE, true],
    [{ key: 'dedicated', value: 'gpu' }, BARE, false],
    [{ key: 'dedicated' }, { ...BARE, value: '' }, true],
    [{ key: 'other', operator: 'Exists' }, TAINT, false],
    [{ key: 'dedicated', operator: 'Exists' }, TAINT, true],
    [{ key: 'dedicated', operator: 'Exists', effect: '' }, TAINT, true],
    [{ key: 'dedicated', operator: 'Exists', effect: 'NoExecute' }, TAINT, false],
    [{ key: 'dedicated', operator: 'Exists', effect: 'PreferNoSchedule' }, TAINT, false],
    [{ key: 'dedicated', operator: 'Exists', effect: 'noschedule' }, TAINT, false],
    [{ key: 'dedicated', operator: 'Exists', value: 'ignored' }, TAINT, true],
    [{ operator: 'Exists' }, TAINT, true],
    [{ key: '', operator: 'Exists', effect: 'NoSchedule' }, TAINT, true],
    [{ key: '', operator: 'Exists', effect: 'NoExecute' }, TAINT, false],
    [{ operator: 'Equal', value: 'gpu' }, TAINT, true],
    [{ operator: 'Equal', value: 'other' }, TAINT, false],
    [{}, BARE, true],
    [{}, TAINT, false],
    [{ key: 'dedicated', operator: 'exists' }, TAINT, false],
    [{ key: 'dedicated', operator: 'Gt', value: '1' }, { ...TAINT, value: '2' }, false],
    [{ key: 'dedicated', operator: 'Lt', value: '3' }, { ...TAINT, value: '2' }, false],
  ])('%j covers %j: %s', (toleration, taint, expected) => {
    expect(toleratesTaint(toleration, taint)).toBe(expected);
  });
});

it('a daemon pod tolerates not-ready and unreachable as NoExecute, and pressure and cordon as NoSchedule', () => {
  expect(DAEMON_TOLERATIONS.map(({ key, operator, effect }) => `${key} ${operator} ${effect}`)).toEqual([
    'node.kubernetes.io/not-ready Exists NoExecute',
    'node.kubernetes.io/unreachable Exists NoExecute',
    'node.kubernetes.io/disk-pressure Exists NoSchedule',
    'node.kubernetes.io/memory-pressure Exists NoSchedule',
    'node.kubernetes.io/pid-pressure Exists NoSchedule',
    'node.kubernetes.io/unschedulable Exists NoSchedule',
  ]);
});
