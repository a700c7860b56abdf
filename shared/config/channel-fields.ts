import * as z from 'zod';
import { type KeyRow, type Leaf, text } from './fields.ts';
import { isHttpUrl, SECRET_SHAPES, type Secret, type SecretReference, type SecretShape } from './secrets.ts';

/** Makes a secret of what names it; a text is what is wrong with it. */
export type SecretMaker = (reference: SecretReference, shape: SecretShape) => Secret | string;

/** Names are parts of logs, events, metrics and of the record's keys. */
export const NAME = /^[A-Za-z0-9]([-._A-Za-z0-9]{0,61}[A-Za-z0-9])?$/;
export const NAME_ALLOWED = '1 to 63 letters, digits, "-", "_" and "."';

/** Upper case only: what is not may be a secret that was put there by mistake, and is not to be shown. */
const ENV_NAME = /^[A-Z][A-Z0-9_]{0,127}$/;
const FILE_PATH = /^\/[^\0\r\n]{1,1000}$/;
/** Of RFC 9110 a token; names that the channel sets itself, or HTTP. */
const HEADER_NAME =
  /^(?!(?:content-type|content-length|host|connection|transfer-encoding|webhook-id|webhook-timestamp|webhook-signature)$)[a-z0-9!#$%&'*+.^_`|~-]{1,100}$/i;
const HOST = /^[A-Za-z0-9]([-.A-Za-z0-9]{0,251}[A-Za-z0-9])?(:\d{1,5})?$|^\[[0-9a-f:.]+\](:\d{1,5})?$/i;
/** Enough to notice a slip; the server has the last word. No line breaks: they would be headers. */
const ADDRESS = /^[^\s@<>,;"]+@[^\s@<>,;"]+$/;
const NAMED_ADDRESS = /^[^<>\r\n]{1,100}<([^<>]+)>$/;
const REFERENCE = '{file: /PATH} or {env: NAME in capitals}';

/** Fields that are secrets: what is in their place instead is never shown. */
export function secretFields(make: SecretMaker) {
  /** @param isPlain - tells a text that is none, and may be there as it is */
  const secret = (shape: keyof typeof SECRET_SHAPES, what: string, isPlain?: (text: string) => boolean) => {
    const hidden = allowedSecret(SECRET_SHAPES[shape]);
    const allowed = isPlain === undefined ? hidden : `${SECRET_SHAPES[shape].allowed}, or ${hidden}`;
    const row: KeyRow = { unit: 'secret', allowed, what };
    return z
      .unknown()
      .transform((value, context): Secret => {
        if (typeof value === 'string' && isPlain?.(value) === true) return () => value;
        const reference = readReference(value);
        const made = reference === undefined ? notInPlace(row, value) : make(reference, SECRET_SHAPES[shape]);
        if (typeof made !== 'string') return made;
        context.issues.push({ code: 'custom', message: made, input: undefined });
        return z.NEVER;
      })
      .meta({ ...row });
  };
  const optionalSecret = (shape: keyof typeof SECRET_SHAPES, what: string) => {
    const row: KeyRow = { unit: 'secret', allowed: allowedSecret(SECRET_SHAPES[shape]), what, default: '' };
    return secret(shape, what)
      .optional()
      .meta({ ...row });
  };
  return { secret, optionalSecret };
}

function allowedSecret({ allowed }: SecretShape): string {
  return `${REFERENCE} that holds ${allowed}`;
}

function notInPlace({ allowed }: KeyRow, value: unknown): string {
  if (value === undefined) return `is missing (allowed: ${allowed})`;
  const given = typeof value === 'string' ? 'is a literal text' : 'is wrong';
  return `${given}, which is not shown (allowed: ${allowed})`;
}

function readReference(value: unknown): SecretReference | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const [[kind, where] = [], ...more] = Object.entries(value);
  if (typeof where !== 'string' || more.length > 0) return undefined;
  if (kind === 'env' && ENV_NAME.test(where)) return { env: where };
  return kind === 'file' && FILE_PATH.test(where) ? { file: where } : undefined;
}

export const headerNameIsRight = (name: string): boolean => HEADER_NAME.test(name);

export const plainUrl = (what: string): Leaf<string> =>
  text({ unit: 'URL', allowed: SECRET_SHAPES.httpUrl.allowed, what }, isHttpUrl, false);

export const redirectHost: Leaf<string> = text(
  {
    unit: 'host',
    allowed: 'a host name, or name:port',
    what: 'hosts to which the other side may redirect, by 307 and 308; else a redirect is refused',
  },
  (it) => HOST.test(it),
  false,
);

export const address = (what: string): Leaf<string> =>
  text(
    { unit: 'address', allowed: 'name@domain, or Name <name@domain>', what },
    (it) => ADDRESS.test(NAMED_ADDRESS.exec(it)?.[1] ?? it),
    false,
  );

/** Source: Slack Web API, conversations: ids of channels, groups and direct messages. */
export const slackChannel: Leaf<string> = text(
  {
    unit: 'id',
    allowed: 'the id of a channel, such as C0123456789',
    what: 'where it posts; the bot has to be a member',
  },
  (it) => /^[CGD][A-Z0-9]{2,20}$/.test(it),
  false,
);
