import { ChannelUnavailableError } from '../errors/errors.ts';

/** A secret, read anew each time, so that it can be changed without a restart. @throws ChannelUnavailableError when it cannot be read, or is wrong now */
export type Secret = () => string;

/** Where secrets come from. */
export interface SecretSource {
  /** The text of a file. @throws Error, whose `code` says why, when it cannot be read */
  readonly readFile: (path: string) => string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Where one secret is: never the secret itself. */
export type SecretReference = { readonly file: string } | { readonly env: string };

/** What a secret has to look like: in words, and as a test. */
export interface SecretShape {
  readonly allowed: string;
  readonly isRight: (text: string) => boolean;
}

const KEY_BYTES = { min: 24, max: 64 };
/** As long as the digest of HMAC-SHA-256, by which links are signed. Source: RFC 2104, section 3. */
const APPROVAL_KEY = { min: 32, max: 1_000 };
const MAX_HEADER_LENGTH = 8_000;
/** One word of printable ASCII, which can be a part of a header. */
const WORD = /^[!-~]+$/;

/** The shapes of all secrets. */
export const SECRET_SHAPES = {
  httpUrl: { allowed: 'an http or https URL without user and password', isRight: isHttpUrl },
  mailUrl: { allowed: 'an smtp or smtps URL with a host', isRight: isMailUrl },
  /** Source: Slack "Token types": bot, user and rotated tokens all begin so. */
  slackToken: { allowed: 'a Slack token (xoxb-…)', isRight: (text) => /^xox[!-~]+$/.test(text) },
  /** Source: PagerDuty Events API v2, `routing_key`. */
  routingKey: {
    allowed: 'a PagerDuty routing key (32 letters and digits)',
    isRight: (text) => /^[A-Za-z0-9]{32}$/.test(text),
  },
  bearerToken: { allowed: 'a token without blanks', isRight: (text) => WORD.test(text) },
  userAndPassword: { allowed: 'user:password', isRight: (text) => /^[^:]+:.+$/.test(text) },
  /** Source: Standard Webhooks, "Signature scheme": 24 to 64 random bytes. */
  signingSecret: {
    allowed: `whsec_ and base64 of ${KEY_BYTES.min} to ${KEY_BYTES.max} bytes (Standard Webhooks)`,
    isRight: isSigningSecret,
  },
  approvalKey: {
    allowed: `${APPROVAL_KEY.min} to ${APPROVAL_KEY.max} printable ASCII characters, such as openssl rand -base64 32 makes`,
    isRight: (text) =>
      /^[!-~]+$/.test(text) && text.length >= APPROVAL_KEY.min && text.length <= APPROVAL_KEY.max,
  },
  headerValue: {
    allowed: `at most ${MAX_HEADER_LENGTH} printable ASCII characters`,
    isRight: (text) => /^[ -~]+$/.test(text) && text.length <= MAX_HEADER_LENGTH,
  },
} as const satisfies Readonly<Record<string, SecretShape>>;

/**
 * Tells what is wrong with a secret as it is now: names the file or variable, and never shows what is in it.
 *
 * @returns `undefined` when nothing is
 */
export function secretProblem(
  source: SecretSource,
  reference: SecretReference,
  shape: SecretShape,
): string | undefined {
  return readRight(source, reference, shape).problem;
}

/** The secret that a reference names. */
export function secretOf(source: SecretSource, reference: SecretReference, shape: SecretShape): Secret {
  return () => {
    const { text, problem } = readRight(source, reference, shape);
    if (text !== undefined) return text;
    throw new ChannelUnavailableError(
      `a secret of a channel cannot be used: ${problem}`,
      'It is read again with every try: put the right secret there.',
    );
  };
}

/** The text of a secret, or why there is none. */
type Read =
  | { readonly text: string; readonly problem?: undefined }
  | { readonly problem: string; readonly text?: undefined };

/** A secret as it is now, or what is wrong with it: that names the file or variable, and never shows what is in it. */
export function readRight(
  source: SecretSource,
  reference: SecretReference,
  { allowed, isRight }: SecretShape,
): Read {
  const read = readSecret(source, reference);
  if (read.text === undefined || isRight(read.text)) return read;
  return { problem: `${nameOf(reference)} does not hold ${allowed}` };
}

function readSecret({ readFile, env }: SecretSource, reference: SecretReference): Read {
  let text: string;
  if ('env' in reference) {
    const value = env[reference.env];
    if (value === undefined) return { problem: `${nameOf(reference)} is not set` };
    text = value;
  } else {
    try {
      text = readFile(reference.file);
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      return {
        problem: `${nameOf(reference)} cannot be read (${typeof code === 'string' ? code : 'unknown'})`,
      };
    }
  }
  // Editors and `echo` end a file with a line break.
  const trimmed = text.replace(/[\r\n]+$/, '');
  return trimmed === '' ? { problem: `${nameOf(reference)} is empty` } : { text: trimmed };
}

function nameOf(reference: SecretReference): string {
  return 'env' in reference ? `variable ${reference.env}` : `file ${reference.file}`;
}

/** Credentials in a URL are refused by fetch; headers carry them. */
export function isHttpUrl(text: string): boolean {
  if (!/^https?:\/\/[^\s]+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password } = new URL(text);
  return username === '' && password === '';
}

function isMailUrl(text: string): boolean {
  return /^smtps?:\/\/\S+$/i.test(text) && URL.canParse(text) && new URL(text).hostname !== '';
}

function isSigningSecret(text: string): boolean {
  const [, base64 = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (base64.length % 4 !== 0) return false;
  const bytes = (base64.length / 4) * 3 - (/=*$/.exec(base64)?.[0].length ?? 0);
  return bytes >= KEY_BYTES.min && bytes <= KEY_BYTES.max;
}
