import { describe, expect, it } from 'vitest';
import { parseEventRoutes } from '../../../shared/config/event-routes.ts';

const route = (text: string) => `routes:\n  - ${text}\n`;
const RIGHT = '{function: audit, receives: [{type: a.v1}]}';

function mistakeOf(text: string): string {
  try {
    parseEventRoutes(text, 'routes.yaml');
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message;
  }
  return 'no mistake';
}

describe('the table of who is sent which event', () => {
  it('has a filter for each event', () => {
    const text = route('{function: audit, receives: [{type: a.v1}, {type: b, attributes: {kind: Pod}}]}');
    expect(parseEventRoutes(text, 'routes.yaml')).toEqual([
      { function: 'audit', receives: [{ type: 'a.v1' }, { type: 'b', attributes: { kind: 'Pod' } }] },
    ]);
  });

  it.each([
    ['no YAML', 'routes: [', /^routes\.yaml is not YAML: .* at line 2, column 1$/],
    ['nothing', '', /^routes\.yaml is empty$/],
    ['a list', '- audit', /^routes\.yaml holds a list, and not the keys of an object$/],
    ['no routes', 'routes: []', /: routes: is empty \(allowed: a list of 1 to 200\)$/],
    ['another key', 'timers: []\nroutes: []', /unknown key timers \(allowed: routes\)/],
    ['no function', route('{receives: [{type: a}]}'), /routes\[0\]\.function: is missing/],
    [
      'a path as its name',
      route('{function: ../system, receives: [{type: a}]}'),
      /"\.\.\/system" is not allowed/,
    ],
    ['a function with nothing', route('{function: audit, receives: []}'), /routes\[0\]\.receives: is empty/],
    [
      'a word that is mistyped',
      route('{function: audit, recieves: [{type: a}]}'),
      /unknown key recieves, did you mean receives\?/,
    ],
    [
      'no type',
      route('{function: audit, receives: [{attributes: {kind: Pod}}]}'),
      /receives\[0\]\.type: is missing/,
    ],
    ['a type with blanks', route('{function: audit, receives: [{type: a b}]}'), /"a b" is not allowed/],
    [
      'no name of an attribute',
      route('{function: audit, receives: [{type: a, attributes: {Kind: Pod}}]}'),
      /attributes\.Kind: is wrong \(allowed: names of lower-case letters and digits/,
    ],
    [
      'a number as an attribute',
      route('{function: audit, receives: [{type: a, attributes: {kind: 7}}]}'),
      /attributes\.kind: 7 is not allowed \(allowed: a text of 1 to 200 characters\)/,
    ],
    [
      'a function twice',
      route(`${RIGHT}\n  - ${RIGHT}`),
      /^routes\.yaml has a mistake: routes\[1\]\.function: is "audit", which has a route already: .*$/,
    ],
  ])('names its mistake, where it is, in one line: %s', (_, text, message) => {
    expect(mistakeOf(text)).toMatch(message);
    expect(mistakeOf(text)).not.toContain('\n');
  });
});
