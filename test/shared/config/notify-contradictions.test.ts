import { describe, expect, it } from 'vitest';
import { aFile, mistakesOf } from '../../support/notify-file.ts';

const to = (match?: object, more: object = {}) => ({ channels: ['log'], ...(match && { match }), ...more });
const never = (index: number, before: number) =>
  `routes[${index}]: is never asked: routes[${before}] matches all of it before, and does not say continue`;

describe('a route', () => {
  it.each<readonly [string, readonly object[], readonly string[]]>([
    ['after one for all', [to(), to({ nodes: ['a'] })], [never(1, 0)]],
    ['after one for all with an empty match', [to({}), to()], [never(1, 0)]],
    ['after one for all nodes', [to({ nodes: ['*'] }), to()], [never(1, 0)]],
    ['after one for all that goes on', [to({}, { continue: true }), to()], []],
    ['after one for more', [to({ nodes: ['edge-*'] }), to({ nodes: ['edge-1'] })], [never(1, 0)]],
    ['after one for less', [to({ nodes: ['edge-1'] }), to({ nodes: ['edge-*'] })], []],
    ['after two for all', [to(), to({}, { continue: true }), to()], [never(1, 0), never(2, 0)]],
    [
      'that asks for more than it tells',
      [to({ severities: ['info', 'warning'] }, { minimumSeverity: 'critical' })],
      ['routes[0]: never tells anything: its minimumSeverity is above all its severities'],
    ],
    [
      'that tells some of what it asks for',
      [to({ severities: ['info', 'critical'] }, { minimumSeverity: 'critical' })],
      [],
    ],
    [
      'that asks for a severity which no incident of its states has',
      [to({ states: ['Open', 'Resolved'], severities: ['info'] }, { minimumSeverity: 'info' }), to()],
      ['routes[0].match: matches nothing: no incident of these states has one of these severities'],
    ],
    [
      'that asks for a severity which early warnings never have',
      [to({ states: ['AtRisk'], severities: ['warning'] }), to()],
      ['routes[0].match: matches nothing: no incident of these states has one of these severities'],
    ],
    [
      'that asks for a severity which an incident of one of its states has',
      [to({ states: ['AtRisk', 'Open'], severities: ['warning'] }), to()],
      [],
    ],
    ['that asks for what has failed early', [to({ states: ['Suspected'], severities: ['critical'] })], []],
    [
      'after several that take all severities between them',
      [to({ severities: ['info', 'warning'] }), to({ severities: ['critical'] }), to({ nodes: ['a'] })],
      ['routes[2]: is never asked: routes[0], routes[1] match all of it before, and do not say continue'],
    ],
    [
      'after several that take all states between them',
      [to({ states: ['AtRisk', 'Suspected'] }), to({ states: ['Open', 'Resolved'] }), to()],
      ['routes[2]: is never asked: routes[0], routes[1] match all of it before, and do not say continue'],
    ],
    [
      'after several of which one goes on',
      [to({ severities: ['info', 'warning'] }), to({ severities: ['critical'] }, { continue: true }), to()],
      [],
    ],
    [
      'whose severity is no word',
      [to({ states: ['Open'], severities: ['wrong'] }), to()],
      [expect.stringMatching(/^routes\[0]\.match\.severities\[0]: "wrong" is not allowed/)],
    ],
  ])('%s', (_, routes, mistakes) => {
    expect(mistakesOf(aFile({ routes }))).toEqual(mistakes);
  });

  it('after one that cannot be read is not judged', () => {
    expect(mistakesOf(aFile({ routes: [{ channels: ['log'], match: 3 }, to()] }))).toEqual([
      expect.stringMatching(/^routes\[0]\.match: is a number/),
    ]);
  });
});

describe('times', () => {
  const window = (more: object) => aFile({ muteWindows: [{ name: 'n', timeZone: 'UTC', ...more }] });
  const silence = (more: object) =>
    aFile({ silences: [{ match: { nodes: ['*'] }, comment: 'c', createdBy: 'ada', ...more }] });

  it.each<readonly [string, object, readonly string[]]>([
    ['of a window over midnight', window({ from: '22:00', to: '06:00' }), []],
    [
      'of a window that are the same',
      window({ from: '06:00', to: '06:00' }),
      ['muteWindows[0]: ends when it begins (allowed: neither from nor to, for a whole day)'],
    ],
    ['of one day', window({ dates: { from: '2026-12-24', to: '2026-12-24' } }), []],
    [
      'of dates the wrong way round',
      window({ dates: { from: '2026-12-25', to: '2026-12-24' } }),
      ['muteWindows[0].dates: end before they begin'],
    ],
    [
      'of a silence in two zones',
      silence({ from: '2026-12-24T01:00:00+02:00', until: '2026-12-24T00:00:00Z' }),
      [],
    ],
    [
      'of a silence the wrong way round',
      silence({ from: '2026-12-24T00:00:00Z', until: '2026-12-24T01:00:00+02:00' }),
      ['silences[0].until: is not after its from'],
    ],
    ['of a silence that has ended', silence({ until: '2001-01-01T00:00:00Z' }), []],
    [
      'of a silence of nothing',
      silence({ match: {}, until: '2026-12-24T00:00:00Z' }),
      ['silences[0].match: is empty (allowed: a condition, such as nodes: ["*"] for all incidents)'],
    ],
    [
      'of a silence that can match nothing',
      silence({ match: { states: ['Open'], severities: ['info'] }, until: '2026-12-24T00:00:00Z' }),
      ['silences[0].match: matches nothing: no incident of these states has one of these severities'],
    ],
  ])('%s', (_, file, mistakes) => {
    expect(mistakesOf(file)).toEqual(mistakes);
  });
});
