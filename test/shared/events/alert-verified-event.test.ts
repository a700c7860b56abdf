import { expect, it } from 'vitest';
import type { Alert } from '../../../shared/domain/alerts/alert.ts';
import { epochMs } from '../../../shared/domain/units.ts';
import { alertVerifiedEvent } from '../../../shared/events/alert-verified-event.ts';

const AT = epochMs(Date.parse('2026-08-22T10:00:00Z'));

function idOf(fingerprint: string, code: string): string {
  const alert: Alert = {
    alertname: 'OrphanedVirtualMachineInstances',
    status: 'firing',
    fingerprint,
    node: 'node02',
    namespace: '',
    startsAt: AT,
  };
  const finding = { verdict: 'FalsePositive', code, message: 'It is managed.', at: AT } as const;
  return alertVerifiedEvent({ alert, finding }, { clusterName: 'prod', traceparent: undefined, now: AT }).id;
}

it('has an id of the alert and the finding', () => {
  const at = String(AT);
  expect(idOf('c0ffee', 'HandlerReady')).toBe(
    `alert.prod.c0ffee.firing.${at}.FalsePositive.HandlerReady.${at}`,
  );
});

it('never shares its id with another finding, however long the fingerprint is that a sender made up', () => {
  const long = 'f'.repeat(600);
  expect(idOf(long, 'HandlerReady')).not.toBe(idOf(long, 'HandlerRollout'));
  expect(idOf(long, 'HandlerReady')).toHaveLength(512);
});
