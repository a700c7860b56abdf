import { NAME } from './channel-fields.ts';
import { type LooseFile, readLoosely } from './loose-file.ts';
import type { Mistake } from './mistakes.ts';
import { nearest } from './nearest.ts';
import { contradictions } from './notify-contradictions.ts';

/**
 * What is wrong between the parts of the file: names that mean nothing or two things, channels and routes that are never
 * used, times that end before they begin.
 *
 * @param value - the file's object; may be wrong in any other way
 */
export function referenceMistakes(value: object): readonly Mistake[] {
  const file = readLoosely(value);
  return [
    ...duplicates('channels', file.channels),
    ...duplicates('routes', file.routes),
    ...duplicates('muteWindows', file.muteWindows),
    ...unknownNames(file, 'channels', 'channel', file.channels),
    ...unknownNames(file, 'mute', 'mute window', file.muteWindows),
    ...unusedChannels(file),
    ...contradictions(file),
  ];
}

/** Names that mean two things. @param key - what their list is called */
export function duplicates(key: string, named: readonly { readonly name: string }[]): readonly Mistake[] {
  return named.flatMap(({ name }, index) => {
    const first = named.findIndex((it) => it.name === name);
    if (name === '' || first === index) return [];
    return [{ path: [key, index, 'name'], what: `${quoted(name)} is the name of ${key}[${first}] too` }];
  });
}

function unknownNames(
  { routes }: LooseFile,
  key: 'channels' | 'mute',
  noun: string,
  named: readonly { readonly name: string }[],
): readonly Mistake[] {
  const known = [...new Set(named.map(({ name }) => name).filter((name) => NAME.test(name)))];
  return routes.flatMap((route, index) =>
    route[key].flatMap((name, place) => {
      const isRepeated = route[key].indexOf(name) < place;
      if (!isRepeated && (name === '' || known.includes(name))) return [];
      const what = isRepeated ? `${quoted(name)} is there twice` : unknownName(noun, name, known);
      return [{ path: ['routes', index, key, place], what }];
    }),
  );
}

function unknownName(noun: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? '' : `, did you mean ${meant}?`;
  const allowed = known.length === 0 ? 'there is none' : `allowed: ${known.join(', ')}`;
  return `there is no ${noun} ${quoted(name)}${hint} (${allowed})`;
}

function unusedChannels({ channels, routes }: LooseFile): readonly Mistake[] {
  const used = new Set(routes.flatMap((route) => route.channels));
  return channels.flatMap(({ name, enabled }, index) =>
    name === '' || used.has(name) || enabled === false
      ? []
      : [
          {
            path: ['channels', index],
            what: 'no route names it (allowed: a route that does, or enabled: false)',
          },
        ],
  );
}

function quoted(name: string): string {
  return NAME.test(name) ? JSON.stringify(name) : '(not shown)';
}
