import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAUSE_CODES } from '../../../../shared/domain/causes/cause.ts';
import { INCIDENT_STATES, SEVERITIES } from '../../../../shared/domain/incidents/incident.ts';
import {
  isMatch,
  type RouteMatch,
  type RouteSubject,
} from '../../../../shared/domain/notifications/route-match.ts';
import { type Route, type Routing, routeIncident } from '../../../../shared/domain/notifications/routing.ts';
import { durationMs, epochMs } from '../../../../shared/domain/units.ts';
import { aRoute, aRouting, aSilence, aSubject, aWindow, HOUR, NOON } from '../../../support/routing.ts';

const toldOf = (subject: RouteSubject, routing: Routing) =>
  routeIncident(subject, routing, NOON)
    .channels.filter(({ isTold }) => isTold)
    .map(({ channel }) => channel);

describe('routes', () => {
  it('are asked in order, and the first that matches is the last', () => {
    const routes = [aRoute('core', { match: { nodes: ['core-*'] } }), aRoute('edge'), aRoute('rest')];
    const plan = routeIncident(aSubject(), aRouting(routes), NOON);
    expect(plan.routes.map(({ outcome, reasons }) => [outcome, ...reasons])).toEqual([
      ['not matched', 'node edge-1 is not core-*'],
      ['matched', 'it matches everything'],
      ['not reached', 'route edge matches before it, and does not say continue'],
    ]);
    expect(plan.channels).toEqual([
      { channel: 'edge', routes: ['edge'], isTold: true, holds: [], repeatMs: 4 * HOUR },
    ]);
  });

  it('that say continue let the next ones decide too', () => {
    const routes = [aRoute('all', { continue: true }), aRoute('edge'), aRoute('rest')];
    expect(toldOf(aSubject(), aRouting(routes))).toEqual(['all', 'edge']);
  });

  it('that none matches tell nobody', () => {
    const routes = [aRoute('core', { match: { nodes: ['core-*'] } })];
    expect(routeIncident(aSubject(), aRouting(routes), NOON).channels).toEqual([]);
  });

  it.each([
    ['info', 'warning', false],
    ['warning', 'warning', true],
    ['critical', 'warning', true],
    ['info', 'info', true],
    ['warning', 'critical', false],
  ] as const)('tell what is %s where the least is %s: %j', (severity, minimumSeverity, isTold) => {
    const [plan] = routeIncident(
      aSubject({ severity }),
      aRouting([aRoute('a', { minimumSeverity })]),
      NOON,
    ).channels;
    expect(plan?.isTold).toBe(isTold);
    expect(plan?.holds).toEqual(isTold ? [] : [{ by: 'severity', minimum: minimumSeverity }]);
  });

  it('tell nothing while one of their windows is open', () => {
    const muteWindows = [aWindow('day', 8 * HOUR, 18 * HOUR), aWindow('night', 20 * HOUR, 6 * HOUR)];
    const routing = aRouting([aRoute('a', { mute: ['day', 'night'] })], { muteWindows });
    expect(routeIncident(aSubject(), routing, NOON).channels[0]).toMatchObject({
      isTold: false,
      holds: [{ by: 'window', name: 'day', until: NOON + 6 * HOUR }],
    });
    expect(routeIncident(aSubject(), routing, epochMs(NOON + 7 * HOUR)).channels[0]?.isTold).toBe(true);
  });

  it('tell no channel that is switched off', () => {
    const routing = aRouting([aRoute('a', { channels: ['a', 'b'] })], { disabledChannels: ['a'] });
    expect(toldOf(aSubject(), routing)).toEqual(['b']);
    expect(routeIncident(aSubject(), routing, NOON).channels[0]?.holds).toEqual([{ by: 'disabled' }]);
  });
});

describe('a channel that two routes name', () => {
  const muteWindows = [aWindow('day', 8 * HOUR, 18 * HOUR)];
  const twice = (first: Partial<Route>, second: Partial<Route>, subject = aSubject()) =>
    routeIncident(
      subject,
      aRouting(
        [
          aRoute('one', { channels: ['pager'], continue: true, ...first }),
          aRoute('two', { channels: ['pager'], ...second }),
        ],
        { muteWindows },
      ),
      NOON,
    ).channels;

  it('is told once, and again after the shorter time', () => {
    expect(twice({ repeatMs: undefined }, { repeatMs: durationMs(HOUR) })).toEqual([
      { channel: 'pager', routes: ['one', 'two'], isTold: true, holds: [], repeatMs: HOUR },
    ]);
  });

  it('is told when one of them alone would tell it, as that one says', () => {
    const [plan] = twice({ mute: ['day'], repeatMs: durationMs(HOUR) }, { repeatMs: durationMs(3 * HOUR) });
    expect(plan).toMatchObject({ isTold: true, holds: [], repeatMs: 3 * HOUR });
  });

  it('is not told when one is muted and the other asks for more severe ones', () => {
    const [plan] = twice({ mute: ['day'] }, { minimumSeverity: 'critical' });
    expect(plan).toMatchObject({ isTold: false, repeatMs: 4 * HOUR });
    expect(plan?.holds.map(({ by }) => by)).toEqual(['window', 'severity']);
  });

  it('has a reason that both have named once', () => {
    const [plan] = twice({}, {}, aSubject({ severity: 'info' }));
    expect(plan?.holds).toEqual([{ by: 'severity', minimum: 'warning' }]);
  });
});

describe('for any routes and incident', () => {
  const match: fc.Arbitrary<RouteMatch> = fc.record(
    {
      severities: fc.subarray([...SEVERITIES], { minLength: 1 }),
      states: fc.subarray([...INCIDENT_STATES], { minLength: 1 }),
      causes: fc.subarray(CAUSE_CODES.slice(0, 3), { minLength: 1 }),
      nodes: fc.subarray(['edge-*', 'core-*', '*-1'], { minLength: 1 }),
      nodeLabels: fc.constantFrom({ zone: ['a'] }, { zone: '*' as const }, { gpu: '*' as const }),
      vmiNamespaces: fc.subarray(['shop', 'o*'], { minLength: 1 }),
    },
    { requiredKeys: [] },
  );
  const route: fc.Arbitrary<Omit<Route, 'name'>> = fc.record({
    match,
    channels: fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
    continue: fc.boolean(),
    minimumSeverity: fc.constantFrom(...SEVERITIES),
    repeatMs: fc.constantFrom(undefined, durationMs(HOUR), durationMs(2 * HOUR)),
    mute: fc.subarray(['day', 'night']),
  });
  const routes = fc
    .array(route, { maxLength: 6 })
    .map((all) => all.map((it, index): Route => ({ ...it, name: `r${index}` })));
  const muteWindows = [aWindow('day', 8 * HOUR, 18 * HOUR), aWindow('night', 20 * HOUR, 6 * HOUR)];
  const routing = routes.map((it) => aRouting(it, { muteWindows }));
  const subject: fc.Arbitrary<RouteSubject> = fc.record({
    node: fc.constantFrom('edge-1', 'core-1', 'core-2'),
    nodeLabels: fc.constantFrom<RouteSubject['nodeLabels']>(
      undefined,
      {},
      { zone: 'a' },
      { zone: 'b', gpu: '' },
    ),
    state: fc.constantFrom(...INCIDENT_STATES),
    severity: fc.constantFrom(...SEVERITIES),
    causes: fc.subarray(CAUSE_CODES.slice(0, 3)),
    vmiNamespaces: fc.subarray(['shop', 'office', 'lab']),
  });

  it('those asked are all up to the first that matches and does not say continue', () => {
    fc.assert(
      fc.property(subject, routing, (it, all) => {
        const { routes: verdicts } = routeIncident(it, all, NOON);
        const last = all.routes.findIndex((one) => isMatch(one.match, it) && !one.continue);
        const reached = last < 0 ? all.routes.length : last + 1;
        expect(verdicts.map(({ outcome }) => outcome)).toEqual(
          all.routes.map((one, index) => {
            if (index >= reached) return 'not reached';
            return isMatch(one.match, it) ? 'matched' : 'not matched';
          }),
        );
      }),
    );
  });

  it('what a route tells that says continue is told whatever comes after it', () => {
    fc.assert(
      fc.property(subject, routing, route, (it, all, first) => {
        const before = { ...first, name: 'first', continue: true };
        const alone = toldOf(it, aRouting([before], { muteWindows }));
        const rest = toldOf(it, all);
        const both = toldOf(it, { ...all, routes: [before, ...all.routes] });
        expect(new Set(both)).toEqual(new Set([...alone, ...rest]));
      }),
    );
  });

  it('each channel is planned once, and told when one of its routes alone would tell it', () => {
    fc.assert(
      fc.property(subject, routing, (it, all) => {
        const { channels, routes: verdicts } = routeIncident(it, all, NOON);
        const names = channels.map(({ channel }) => channel);
        expect(new Set(names).size).toBe(names.length);
        const matched = verdicts
          .filter(({ outcome }) => outcome === 'matched')
          .map((verdict) => verdict.route);
        for (const { channel, isTold, holds } of channels) {
          const alone = matched.filter((one) => one.channels.includes(channel));
          expect(isTold).toBe(alone.some((one) => toldOf(it, { ...all, routes: [one] }).includes(channel)));
          expect(holds.length === 0).toBe(isTold);
        }
      }),
    );
  });

  it('a silence of it leaves nobody told, and changes nothing else', () => {
    fc.assert(
      fc.property(subject, routing, (it, all) => {
        const silences = [aSilence({ match: { nodes: [it.node] } })];
        expect(toldOf(it, { ...all, silences })).toEqual([]);
        const { routes: verdicts } = routeIncident(it, { ...all, silences }, NOON);
        expect(verdicts).toEqual(routeIncident(it, all, NOON).routes);
      }),
    );
  });
});
