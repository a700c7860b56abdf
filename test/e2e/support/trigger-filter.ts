import type { IncomingEvent } from '../../../shared/events/incoming-event.ts';

type Attributes = Readonly<Record<string, string>>;

/** One of Knative's filter dialects; of `cesql` nothing is known here. */
export interface Filter {
  readonly exact?: Attributes;
  readonly prefix?: Attributes;
  readonly suffix?: Attributes;
  readonly all?: readonly Filter[];
  readonly any?: readonly Filter[];
  readonly not?: Filter;
}

/** What a Trigger says of the events that it wants. Source: knative.dev/docs, "Trigger filtering". */
export interface Filtering {
  readonly filter?: { readonly attributes?: Attributes };
  readonly filters?: readonly Filter[];
}

type Passes = (event: IncomingEvent) => boolean;

/**
 * Filters see context attributes only. Where there are `filters`, all of which have to pass, `filter` is ignored; where there is neither,
 * everything passes.
 *
 * @throws Error for a dialect that is not known here
 */
export function passes({ filter, filters = [] }: Filtering): Passes {
  if (filters.length > 0) return every(filters.map(passesOf));
  const { attributes = {} } = filter ?? {};
  // An empty value stands for any.
  return compared(attributes, (value, wanted) => wanted === '' || value === wanted);
}

function passesOf(filter: Filter): Passes {
  const parts = Object.entries(filter).map(([dialect, of]) => dialectOf(dialect, of));
  if (parts.length !== 1) throw new Error(`a filter has one dialect: ${JSON.stringify(filter)}`);
  return every(parts);
}

function dialectOf(dialect: string, of: unknown): Passes {
  switch (dialect) {
    case 'exact':
      return compared(of as Attributes, (value, wanted) => value === wanted);
    case 'prefix':
      return compared(of as Attributes, (value, wanted) => value.startsWith(wanted));
    case 'suffix':
      return compared(of as Attributes, (value, wanted) => value.endsWith(wanted));
    case 'all':
      return every((of as readonly Filter[]).map(passesOf));
    case 'any':
      return some((of as readonly Filter[]).map(passesOf));
    case 'not':
      return negated(passesOf(of as Filter));
    default:
      throw new Error(`the filter dialect ${dialect} is not known here`);
  }
}

/** Whether the event has each attribute, with a value that is alike. */
function compared(attributes: Attributes, isAlike: (value: string, wanted: string) => boolean): Passes {
  return (event) =>
    Object.entries(attributes).every(([name, wanted]) => {
      const value = event[name];
      return typeof value === 'string' && isAlike(value, wanted);
    });
}

const every =
  (parts: readonly Passes[]): Passes =>
  (event) =>
    parts.every((part) => part(event));
const some =
  (parts: readonly Passes[]): Passes =>
  (event) =>
    parts.some((part) => part(event));
const negated =
  (part: Passes): Passes =>
  (event) =>
    !part(event);
