import { describe, expect, it } from 'vitest';
import { EventInvalidError } from '../../../shared/errors/errors.ts';
import {
  ALERTMANAGER_WEBHOOK_TYPE,
  parseAlertmanagerData,
  parseAlerts,
} from '../../../shared/events/alertmanager-events.ts';
import { payload, sentAlert } from '../../support/alerts.ts';

const alertsOf = (data: unknown) =>
  parseAlerts({ specversion: '1.0', id: '1', source: '/a', type: ALERTMANAGER_WEBHOOK_TYPE, data });

describe('the payload of version 4', () => {
  it('is read, whatever else is in it', () => {
    const alerts = [sentAlert({ more: '<b>\n' }, { fingerprint: '1f4e2d6c9a7b3e05', unknown: [1] })];
    expect(alertsOf(payload(alerts, { notification_reason: 'x', routeLabels: {}, future: {} }))).toEqual([
      {
        alertname: 'OrphanedVirtualMachineInstances',
        status: 'firing',
        fingerprint: '1f4e2d6c9a7b3e05',
        node: 'node02',
        namespace: 'kubevirt',
        startsAt: Date.parse('2026-08-22T10:10:00Z'),
      },
    ]);
  });

  it.each([[{}], [{ fingerprint: null }], [{ fingerprint: '' }], [{ fingerprint: '../x'.repeat(1_000) }]])(
    'has a fingerprint computed from the labels where it is %j',
    (parts) => {
      expect(alertsOf(payload([sentAlert({}, parts)]))?.[0]?.fingerprint).toMatch(/^[0-9a-f]{16}$/);
    },
  );

  it.each([[undefined], [null], [''], ['yesterday'], ['0001-01-01T00:00:00Z']])(
    'tells of no time when it fired where that is %j',
    (startsAt) => {
      expect(alertsOf(payload([sentAlert({}, { startsAt })]))?.[0]?.startsAt).toBeUndefined();
    },
  );

  it('may have no alerts, and alerts without a label of ours', () => {
    expect(alertsOf(payload([]))).toEqual([]);
    expect(alertsOf(payload([{ status: 'firing', labels: {} }]))).toMatchObject([
      { alertname: '', node: '', namespace: '' },
    ]);
  });

  it('is not another event', () => {
    expect(
      parseAlerts({ specversion: '1.0', id: '1', source: '/a', type: 'other', data: payload() }),
    ).toBeUndefined();
  });
});

describe('what is none', () => {
  it.each<readonly [string, unknown]>([
    ['null', null],
    ['a text', 'alerts'],
    ['a list', [payload()]],
    ['an object of a payload of its own', { text: 'node02 is orphaned' }],
    ['another version', payload([], { version: '5' })],
    ['a version that is a number', payload([], { version: 4 })],
    ['no version', payload([], { version: undefined })],
    ['no alerts', payload([], { alerts: undefined })],
    ['alerts that are an object', payload([], { alerts: {} })],
    ['an alert that is null', payload([], { alerts: [null] })],
    ['an alert without labels', payload([{ status: 'firing' }])],
    ['a label that is a number', payload([sentAlert({}, { labels: { node: 2 } })])],
    ['another status', payload([sentAlert({}, { status: 'pending\n<b>' })])],
    ['a group key that is an object', payload([], { groupKey: {} })],
  ])('is refused with one clear line: %s', (_, document) => {
    let message = '';
    try {
      parseAlertmanagerData(document);
    } catch (error) {
      expect(error).toBeInstanceOf(EventInvalidError);
      ({ message } = error as Error);
    }
    expect(message).toMatch(/^this is not the payload of Alertmanager's webhook, version 4 \(.+: .+\)$/);
    expect(message.length).toBeLessThan(400);
  });
});
