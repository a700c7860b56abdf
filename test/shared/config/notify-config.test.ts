import { dump } from 'js-yaml';
import { describe, expect, it } from 'vitest';
import { parseNotifyConfig, usualNotifyConfig } from '../../../shared/config/notify-config.ts';
import { aFile, mistakesOf, parseFile, secretSource } from '../../support/notify-file.ts';

describe('the notification file', () => {
  it('has a default for all that may be left out', () => {
    expect(parseFile(aFile())).toEqual({
      channels: [{ type: 'log', name: 'log', enabled: true, timeoutMs: 5_000 }],
      routing: {
        routes: [
          {
            name: 'all',
            match: {},
            channels: ['log'],
            continue: false,
            minimumSeverity: 'warning',
            repeatMs: 14_400_000,
            mute: [],
          },
        ],
        muteWindows: [],
        silences: [],
        disabledChannels: [],
      },
      storm: { minNodes: 5, windowMs: 300_000 },
      diagnosisWaitMs: 10_000,
      flapQuietMs: 300_000,
      links: {},
    });
  });

  it('that is not named is one that tells the log', () => {
    expect(usualNotifyConfig()).toMatchObject({
      channels: [{ type: 'log', name: 'log' }],
      routing: { routes: [{ match: {}, channels: ['log'], minimumSeverity: 'warning' }] },
    });
  });

  it('is what it says', () => {
    const read = parseFile({
      ...aFile(),
      routes: [
        { match: { nodes: ['a*'] }, channels: ['log'], continue: true, repeatSeconds: 0, mute: ['n'] },
      ],
      muteWindows: [
        {
          name: 'n',
          timeZone: 'Europe/Vienna',
          weekdays: ['fri'],
          from: '22:00',
          to: '06:30',
          dates: { from: '2026-12-24', to: '2027-01-06' },
        },
      ],
      silences: [
        {
          match: { causes: ['Unknown'] },
          until: '2026-11-30T08:00:00+01:00',
          comment: 'rack',
          createdBy: 'ada',
        },
      ],
      storm: { minNodes: 3 },
      diagnosisWaitSeconds: 0,
      flapQuietSeconds: 60,
      links: { dashboard: 'https://grafana.example.test/d?node={{ node }}' },
    });
    expect(read).toMatchObject({
      routing: {
        routes: [
          { name: 'route-1', match: { nodes: ['a*'] }, continue: true, repeatMs: undefined, mute: ['n'] },
        ],
        muteWindows: [
          {
            name: 'n',
            timeZone: { name: 'Europe/Vienna' },
            weekdays: ['fri'],
            fromMs: 79_200_000,
            toMs: 23_400_000,
            dates: { first: Date.parse('2026-12-24T00:00:00Z'), last: Date.parse('2027-01-06T00:00:00Z') },
          },
        ],
        silences: [
          { match: { causes: ['Unknown'] }, from: undefined, until: Date.parse('2026-11-30T07:00:00Z') },
        ],
      },
      storm: { minNodes: 3, windowMs: 300_000 },
      diagnosisWaitMs: 0,
      flapQuietMs: 60_000,
      links: { dashboard: 'https://grafana.example.test/d?node={{ node }}' },
    });
  });

  it.each([
    [{}, 'warning'],
    [{ match: { severities: ['critical', 'info'] } }, 'info'],
    [{ match: { severities: ['critical'] } }, 'critical'],
    [{ match: { states: ['AtRisk', 'Open'] } }, 'info'],
    [{ match: { states: ['Open'] } }, 'warning'],
    [{ match: { states: ['Suspected'] }, minimumSeverity: 'critical' }, 'critical'],
  ])('tells of a route %j what is at least %s', (route, minimum) => {
    const { routing } = parseFile(aFile({ routes: [{ channels: ['log'], ...route }] }));
    expect(routing.routes[0]?.minimumSeverity).toBe(minimum);
  });

  it('has all its mistakes named together, in one line, with place and what is allowed', () => {
    const text = dump(aFile({ chanels: 1, storm: { minNodes: 1 }, routes: [{ channels: ['log', 'lag'] }] }));
    expect(() => parseNotifyConfig(text, { file: '/etc/n.yaml', secrets: secretSource })).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message:
          '/etc/n.yaml has 3 mistakes: storm.minNodes: 1 is not allowed (allowed: whole number, 2 to 10000); unknown key chanels, did you mean channels? (allowed: channels, routes, muteWindows, silences, storm, diagnosisWaitSeconds, flapQuietSeconds, links); routes[0].channels[1]: there is no channel "lag", did you mean log? (allowed: log)',
      }),
    );
  });

  it('that is not YAML says so', () => {
    expect(mistakesOf('a: [')).toEqual([expect.stringMatching(/^is not YAML: /)]);
  });

  it('has so many mistakes told that they can be read', () => {
    const routes = Array.from({ length: 150 }, () => ({
      channels: ['log'],
      match: { states: ['Opn'] },
      a: 1,
    }));
    const told = mistakesOf(aFile({ routes }));
    expect(told).toHaveLength(101);
    expect(told.at(-1)).toMatch(/^and \d+ more$/);
  });
});

const route = (parts: object) => aFile({ routes: [{ channels: ['log'], ...parts }] });
const window = (parts: object) => aFile({ muteWindows: [{ name: 'n', timeZone: 'UTC', ...parts }] });
const silence = (parts: object) =>
  aFile({
    silences: [
      { match: { nodes: ['*'] }, until: '2026-11-30T08:00:00Z', comment: 'c', createdBy: 'ada', ...parts },
    ],
  });

describe('a wrong value', () => {
  it.each([
    [{}, 'channels: is missing (allowed: a list of 1 to 200)'],
    [aFile({ channels: [] }), 'channels: is empty (allowed: a list of 1 to 200)'],
    [aFile({ routes: null }), 'routes: is empty (allowed: a list of 1 to 200)'],
    [aFile({ storm: 3 }), 'storm: is a number (allowed: an object of minNodes, windowSeconds)'],
    [
      aFile({ flapQuietSeconds: 1.5 }),
      'flapQuietSeconds: 1.5 is not allowed (allowed: whole number, 0 to 3600)',
    ],
    [
      aFile({ links: { runbook: 'https://a.test/{{pod}}' } }),
      /^links\.runbook: is wrong \(allowed: an http or https URL, in which \{\{node}}/,
    ],
    [
      route({ match: { severities: ['critcal'] } }),
      'routes[0].match.severities[0]: "critcal" is not allowed, did you mean critical? (allowed: info, warning, critical)',
    ],
    [route({ match: { states: [] } }), 'routes[0].match.states: is empty (allowed: a list of 1 to 100)'],
    [
      route({ match: { causes: 'Unknown' } }),
      'routes[0].match.causes: is a string (allowed: a list of 1 to 100)',
    ],
    [route({ match: { nodes: ['Edge-1'] } }), /^routes\[0]\.match\.nodes\[0]: "Edge-1" is not allowed/],
    [
      route({ match: { nodeLabels: { zone: [] } } }),
      /^routes\[0]\.match\.nodeLabels\.zone: a list is not allowed/,
    ],
    [
      route({ match: { nodeLabels: { zone: 'a' } } }),
      /^routes\[0]\.match\.nodeLabels\.zone: "a" is not allowed/,
    ],
    [
      route({ match: { nodeLabels: { 'a b': '*' } } }),
      /^routes\[0]\.match\.nodeLabels\.\(not shown\): is no key of a label/,
    ],
    [route({ match: { node: ['a'] } }), /^routes\[0]\.match: unknown key node, did you mean nodes\?/],
    [
      route({ repeatSeconds: '1h' }),
      /^routes\[0]\.repeatSeconds: "1h" is not allowed \(allowed: whole number, 0 to 2592000\)/,
    ],
    [route({ continue: 'yes' }), 'routes[0].continue: "yes" is not allowed (allowed: true, false)'],
    [window({ timeZone: 'Europe/Wien' }), /^muteWindows\[0]\.timeZone: "Europe\/Wien" is not allowed/],
    [
      window({ weekdays: ['Mon'] }),
      /^muteWindows\[0]\.weekdays\[0]: "Mon" is not allowed, did you mean mon\?/,
    ],
    [window({ from: '24:00' }), 'muteWindows[0].from: "24:00" is not allowed (allowed: "00:00" to "23:59")'],
    [window({ to: '24:01' }), 'muteWindows[0].to: "24:01" is not allowed (allowed: "00:00" to "24:00")'],
    [window({ to: 1320 }), 'muteWindows[0].to: 1320 is not allowed (allowed: "00:00" to "24:00")'],
    [
      window({ dates: { from: '2026-02-31', to: '2026-03-01' } }),
      'muteWindows[0].dates.from: "2026-02-31" is not allowed (allowed: YYYY-MM-DD)',
    ],
    [
      silence({ until: '2026-11-30' }),
      /^silences\[0]\.until: "2026-11-30" is not allowed \(allowed: RFC 3339 with a zone/,
    ],
    [silence({ until: '2026-11-30T25:00:00Z' }), /^silences\[0]\.until: /],
    [silence({ createdBy: undefined }), 'silences[0].createdBy: is missing (allowed: 1 to 500 characters)'],
    [silence({ comment: 'a\nb' }), 'silences[0].comment: is wrong (allowed: 1 to 500 characters)'],
    [
      aFile({ flapQuietSeconds: 'x'.repeat(7) }),
      'flapQuietSeconds: is wrong (allowed: whole number, 0 to 3600)',
    ],
    [
      route({ match: { states: ['x'.repeat(100)] } }),
      `routes[0].match.states[0]: "${'x'.repeat(79)}… is not allowed (allowed: AtRisk, Suspected, Open, Resolved)`,
    ],
  ])('%j is one mistake: %s', (value, mistake) => {
    expect(mistakesOf(JSON.parse(JSON.stringify(value)))).toContainEqual(
      typeof mistake === 'string' ? mistake : expect.stringMatching(mistake),
    );
  });
});
