import { describe, expect, it } from 'vitest';
import { routeIncident } from '../../../../shared/domain/notifications/routing.ts';
import { expiredSilences, type Silence } from '../../../../shared/domain/notifications/silences.ts';
import { epochMs } from '../../../../shared/domain/units.ts';
import { aRoute, aRouting, aSilence, aSubject, NOON } from '../../../support/routing.ts';

describe('a silence', () => {
  const told = (silence: Silence, now = NOON) => {
    const plan = routeIncident(aSubject(), aRouting([aRoute('a')], { silences: [silence] }), now);
    expect(plan.silences).toEqual(plan.channels[0]?.isTold === true ? [] : [silence]);
    return plan.channels[0];
  };

  it.each([
    ['in force', {}, false],
    ['of something else', { match: { nodes: ['core-*'] } }, true],
    ['that has ended', { until: NOON }, true],
    ['that ends in a millisecond', { until: epochMs(NOON + 1) }, false],
    ['that begins now', { from: NOON }, false],
    ['that has not begun', { from: epochMs(NOON + 1) }, true],
  ])('%s: told %j', (_, more, isTold) => {
    const silence = aSilence(more);
    const plan = told(silence);
    expect(plan?.isTold).toBe(isTold);
    expect(plan?.holds).toEqual(isTold ? [] : [{ by: 'silence', silence, until: silence.until }]);
  });

  it('of labels does not hold back what has unknown ones', () => {
    const silences = [aSilence({ match: { nodeLabels: { zone: '*' } } })];
    const subject = aSubject({ nodeLabels: undefined });
    const { channels } = routeIncident(subject, aRouting([aRoute('a')], { silences }), NOON);
    expect(channels.map(({ isTold }) => isTold)).toEqual([true]);
  });

  it('that has ended can be told from one in force', () => {
    const [ended, inForce] = [aSilence({ until: NOON }), aSilence()];
    expect(expiredSilences([ended, inForce], NOON)).toEqual([ended]);
  });
});
