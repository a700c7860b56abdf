import { describe, expect, it } from 'vitest';
import { newestEvent, readEvent, seenEvent } from '../../../../shared/domain/causes/events.ts';
import type { EventObject } from '../../../../shared/domain/evidence-objects.ts';
import { parseTimestamp } from '../../../../shared/domain/units.ts';
import { anEvent, caseOf } from '../../../support/node-case.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../../../support/objects.ts';

const POD = aHandler('node01', { metadata: { creationTimestamp: '2026-08-22T10:00:00Z' } });

function newest(
  events: readonly EventObject[],
  reasons = ['FailedMount'],
  refutedBy: readonly string[] = [],
) {
  const cluster = [aNode('node01'), aVmi('vm-1', 'node01'), aKubeVirt(), aDaemonSet(), POD];
  return newestEvent(caseOf('node01', cluster, { events }), POD, reasons, refutedBy);
}

describe('readEvent', () => {
  const regarding = { kind: 'Pod', namespace: 'kubevirt', name: 'virt-handler-node01' };

  it('reads one Event alike through both APIs', () => {
    const seen = { at: parseTimestamp('2026-08-22T10:08:00Z'), about: regarding, message: 'no', count: 3 };
    const metadata = { name: 'e', creationTimestamp: '2026-08-22T10:01:00Z' };
    const v1: EventObject = {
      kind: 'Event',
      metadata,
      involvedObject: regarding,
      reason: 'FailedMount',
      message: 'no',
      count: 3,
      lastTimestamp: '2026-08-22T10:08:00Z',
    };
    const events: EventObject = {
      kind: 'Event',
      metadata,
      regarding,
      reason: 'FailedMount',
      note: 'no',
      eventTime: '2026-08-22T10:02:00.123456Z',
      series: { count: 3, lastObservedTime: '2026-08-22T10:08:00.000000Z' },
    };
    expect(readEvent(v1)).toMatchObject(seen);
    expect(readEvent(events)).toMatchObject(seen);
    expect(readEvent(events) && seenEvent({ ...seen, reason: 'FailedMount', event: events })[1]?.field).toBe(
      'note',
    );
  });

  it.each<[string, EventObject]>([
    ['has no reference', { kind: 'Event', metadata: { name: 'e' } }],
    [
      'has an empty one',
      { kind: 'Event', metadata: { name: 'e' }, involvedObject: {}, regarding: { name: '' } },
    ],
  ])('ignores one that %s', (_, event) => {
    expect(readEvent(event)).toBeUndefined();
  });

  it('knows no time when none can be read', () => {
    const event = readEvent({
      kind: 'Event',
      metadata: { name: 'e' },
      regarding,
      lastTimestamp: '1 min ago',
    });
    expect(event).toMatchObject({ at: undefined, reason: '', message: '', count: 1 });
  });
});

describe('newestEvent', () => {
  it('takes the latest', () => {
    const old = anEvent(POD, 'FailedMount', { message: 'old', lastTimestamp: '2026-08-22T10:02:00Z' });
    const recent = anEvent(POD, 'FailedMount', { message: 'new' });
    const timeless = anEvent(POD, 'FailedMount', { message: '?', lastTimestamp: '' });
    for (const events of [
      [old, recent, timeless],
      [timeless, recent, old],
    ])
      expect(newest(events)?.message).toBe('new');
  });

  it.each<[string, EventObject]>([
    ['another reason', anEvent(POD, 'Pulled')],
    ['another kind', anEvent({ ...POD, kind: 'DaemonSet' }, 'FailedMount')],
    [
      'another uid',
      anEvent(POD, 'FailedMount', { involvedObject: { ...POD.metadata, kind: 'Pod', uid: 'other' } }),
    ],
    [
      'another namespace',
      anEvent(POD, 'FailedMount', {
        involvedObject: { kind: 'Pod', name: POD.metadata.name, namespace: 'tenant-a' },
      }),
    ],
    ['a time before the object', anEvent(POD, 'FailedMount', { lastTimestamp: '2026-08-22T09:59:59Z' })],
    ['nothing', anEvent(POD, 'FailedMount', { involvedObject: undefined })],
  ])('ignores one of %s', (_, event) => {
    expect(newest([event])).toBeUndefined();
  });

  it('matches by name where an Event has no uid and no namespace', () => {
    const involvedObject = { kind: 'Pod', name: POD.metadata.name };
    expect(newest([anEvent(POD, 'FailedMount', { involvedObject })])).toBeDefined();
  });

  it('is refuted by what was seen later only', () => {
    const failed = anEvent(POD, 'FailedMount');
    const pulled = (lastTimestamp: string) => anEvent(POD, 'Pulled', { lastTimestamp });
    expect(newest([failed, pulled('2026-08-22T10:09:01Z')], undefined, ['Pulled'])).toBeUndefined();
    expect(newest([failed, pulled('2026-08-22T10:09:00Z')], undefined, ['Pulled'])).toBeDefined();
    expect(newest([failed, pulled('unreadable')], undefined, ['Pulled'])).toBeDefined();
  });
});
