import type { LabelValues } from '../domain/notifications/route-match.ts';
import { labelValueError } from '../domain/placement/label-syntax.ts';
import { createTimeZone, type TimeZone } from '../domain/time/time-zone.ts';
import { type EpochMs, formatTimestamp, parseTimestamp } from '../domain/units.ts';
import { NAME, NAME_ALLOWED } from './channel-fields.ts';
import { type KeyRow, type Leaf, text } from './fields.ts';

/** How many values a list of conditions may have. */
export const MAX_VALUES = 100;
/** Minutes of a day: 24:00. */
export const DAY_MINUTES = 1_440;
const MAX_SENTENCE = 500;

/** What something of the file is called. */
export const name = (what: string): Leaf<string> =>
  text({ unit: 'name', allowed: NAME_ALLOWED, what }, (it) => NAME.test(it), true);

/** Names of nodes and namespaces are DNS names in lower case. */
export const pattern = (what: string): Leaf<string> =>
  text(
    {
      unit: 'pattern',
      allowed: 'a name in lower case, in which * is any text and ? any one character',
      what,
    },
    (it) => /^[-a-z0-9.*?]{1,253}$/.test(it),
    true,
  );

/** What a label of a node has to be. */
export const LABEL_VALUES: Leaf<LabelValues> = {
  row: {
    unit: 'labels',
    allowed: 'label: [value, …], or label: "*" for a label that is there',
    what: 'labels of the node; all must fit',
  },
  read: (value) => {
    if (value === '*') return value;
    const isList = Array.isArray(value) && value.length > 0 && value.length <= MAX_VALUES;
    const values: readonly unknown[] = isList ? value : [undefined];
    return values.every((it) => typeof it === 'string' && labelValueError(it) === undefined)
      ? (values as readonly string[])
      : undefined;
  },
  isShown: true,
};
/** What is wrong with the key of a label. */
export const LABEL_KEY = 'is no key of a label (allowed: [prefix/]name, as Kubernetes has them)';

/** A time of day in minutes since midnight; whether 24:00 is one depends on what it is for. */
export function timeOfDay(row: Omit<KeyRow, 'unit' | 'allowed'>, latest: '23:59' | '24:00'): Leaf<number> {
  return {
    row: { unit: 'time', allowed: `"00:00" to "${latest}"`, ...row },
    read: (value) => {
      const [, hours, minutes] =
        /^([01]\d|2[0-4]):([0-5]\d)$/.exec(typeof value === 'string' ? value : '') ?? [];
      const read = Number(hours) * 60 + Number(minutes);
      return read < DAY_MINUTES || (read === DAY_MINUTES && latest === '24:00') ? read : undefined;
    },
    isShown: true,
  };
}

/** The zone of a window. */
export const ZONE: Leaf<TimeZone> = {
  row: {
    unit: 'time zone',
    allowed: 'a name of the IANA time zone database, such as Europe/Vienna',
    what: 'whose clocks it follows, also when they change',
  },
  read: (value) => (typeof value === 'string' ? createTimeZone(value) : undefined),
  isShown: true,
};

function time(allowed: string, form: RegExp, what: string): Leaf<EpochMs> {
  return {
    row: { unit: 'time', allowed, what },
    read: (value) => {
      if (typeof value !== 'string' || !form.test(value)) return undefined;
      const day = parseTimestamp(`${value.slice(0, 10)}T00:00:00Z`);
      // A day that does not exist, such as 31 February, may be read as one of the next month.
      const exists = day !== undefined && formatTimestamp(day).startsWith(value.slice(0, 10));
      return exists ? parseTimestamp(value.length === 10 ? `${value}T00:00:00Z` : value) : undefined;
    },
    isShown: true,
  };
}
/** A date: its midnight on the wall. */
export const date = (what: string) => time('YYYY-MM-DD', /^\d{4}-\d\d-\d\d$/, what);
/** A point in time. */
export const instant = (what: string) =>
  time(
    'RFC 3339 with a zone, such as 2026-11-30T08:00:00Z',
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/,
    what,
  );

/** Words of a person: one line. */
export const sentence = (what: string): Leaf<string> =>
  text({ unit: 'text', allowed: '1 to 500 characters', what }, isSentence, false);

function isSentence(value: string): boolean {
  return value.trim() !== '' && value.length <= MAX_SENTENCE && !/\p{Cc}/u.test(value);
}
