import type { JsonObject } from './managed-fields.ts';

export type Values = Readonly<Record<string, string>>;

/** Renders many objects of one shape without building them: 100,000 launchers are 2 GB of text. */
export interface TextTemplate {
  /** @throws Error when a placeholder has no value */
  readonly render: (values: Values) => string;
}

const PLACEHOLDER = /\{\{(\w+)\}\}/;
const NUMBER = /"\{\{(\w+):number\}\}"/g;

/**
 * Compiles an object whose strings and keys hold placeholders such as `{{node}}`; a string `{{ready:number}}` becomes a
 * number. Values are put in as they are: they must need no escaping in JSON.
 *
 * @param layout - `compact` as an API server answers; `item` as kubectl prints an item of a List
 */
export function compileTemplate(object: JsonObject, layout: 'compact' | 'item'): TextTemplate {
  const text =
    layout === 'compact'
      ? JSON.stringify(object)
      : JSON.stringify(object, null, 4).replaceAll('\n', '\n        ');
  // Splitting at a capturing pattern leaves literals at even and names at odd places.
  const pieces = text.replace(NUMBER, '{{$1}}').split(PLACEHOLDER);
  return {
    render: (values) => {
      let rendered = '';
      for (const [place, piece] of pieces.entries()) {
        rendered += place % 2 === 0 ? piece : filledIn(values, piece);
      }
      return rendered;
    },
  };
}

function filledIn(values: Values, name: string): string {
  const value = values[name];
  if (value === undefined) throw new Error(`the template's {{${name}}} has no value`);
  return value;
}
