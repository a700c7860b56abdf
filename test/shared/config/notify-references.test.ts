import { describe, expect, it } from 'vitest';
import { aFile, mistakesOf } from '../../support/notify-file.ts';

const log = { name: 'log', type: 'log' };
const all = { name: 'all', channels: ['log'] };

describe('names', () => {
  it.each<readonly [string, object, readonly string[]]>([
    [
      'of channels are given once',
      { channels: [log, log] },
      ['channels[1].name: "log" is the name of channels[0] too'],
    ],
    [
      'of routes are given once',
      { routes: [{ ...all, match: { nodes: ['a'] } }, all] },
      ['routes[1].name: "all" is the name of routes[0] too'],
    ],
    [
      'of routes may be left out',
      { routes: [{ channels: ['log'], match: { nodes: ['a'] } }, { channels: ['log'] }] },
      [],
    ],
    [
      'of windows are given once',
      {
        muteWindows: [
          { name: 'n', timeZone: 'UTC' },
          { name: 'n', timeZone: 'UTC' },
        ],
      },
      ['muteWindows[1].name: "n" is the name of muteWindows[0] too'],
    ],
    [
      'of channels that do not exist are named with what was meant',
      { routes: [{ channels: ['log', 'lgo', 'pager'] }] },
      [
        'routes[0].channels[1]: there is no channel "lgo", did you mean log? (allowed: log)',
        'routes[0].channels[2]: there is no channel "pager" (allowed: log)',
      ],
    ],
    [
      'of windows that do not exist',
      { routes: [{ channels: ['log'], mute: ['night'] }] },
      ['routes[0].mute[0]: there is no mute window "night" (there is none)'],
    ],
    [
      'are in a route once',
      { routes: [{ channels: ['log', 'log'] }] },
      ['routes[0].channels[1]: "log" is there twice'],
    ],
    [
      'that no route uses are told, of channels',
      { channels: [log, { name: 'more', type: 'log' }] },
      ['channels[1]: no route names it (allowed: a route that does, or enabled: false)'],
    ],
    [
      'of channels that are switched off need no route',
      { channels: [log, { name: 'more', type: 'log', enabled: false }] },
      [],
    ],
  ])('%s', (_, parts, mistakes) => {
    expect(mistakesOf(aFile(parts))).toEqual(mistakes);
  });

  it('are checked however wrong the rest is, and told with it', () => {
    const told = mistakesOf({
      channels: [7, log],
      routes: [null, { channels: ['lag'], match: 3 }],
      silences: 'x',
    });
    expect(told).toContain(
      'routes[1].channels[0]: there is no channel "lag", did you mean log? (allowed: log)',
    );
    expect(told).toContain('channels[1]: no route names it (allowed: a route that does, or enabled: false)');
    expect(told).toContain('silences: is a string (allowed: a list of 0 to 1000)');
    expect(told).toHaveLength(6);
  });
});
