import { Buffer } from 'node:buffer';
import { createHash, timingSafeEqual } from 'node:crypto';

/** What is accepted now; several of each, so that a secret can be replaced without a gap. Never empty texts. */
export interface AcceptedSecrets {
  /** Bearer tokens. */
  readonly tokens: readonly string[];
  /** `user:password` of basic authentication. */
  readonly logins: readonly string[];
}

/** Any token, also of characters that RFC 6750 does not allow: it is compared, and nothing else. */
const CREDENTIALS = /^(Bearer|Basic) +(\S+) *$/i;

/**
 * Whether the header `Authorization` carries one of the secrets. In a time that tells neither which one, nor how much of it
 * was right: digests are compared, each with all, and those have one length.
 *
 * @see RFC 6750, 2.1 (Bearer); RFC 7617, 2 (Basic)
 */
export function isAuthorized(header: string | undefined, { tokens, logins }: AcceptedSecrets): boolean {
  const [, scheme = '', credentials = ''] = CREDENTIALS.exec(header ?? '') ?? [];
  const isBasic = scheme.toLowerCase() === 'basic';
  const given = isBasic ? Buffer.from(credentials, 'base64') : Buffer.from(credentials, 'latin1');
  // Node.js reads headers as Latin-1: so these are the bytes that came.
  const digest = digestOf(given);
  let isKnown = false;
  for (const secret of isBasic ? logins : tokens) {
    // The comparison stands first, so that it is made also when the answer is known.
    isKnown = timingSafeEqual(digest, digestOf(Buffer.from(secret))) || isKnown;
  }
  return isKnown && scheme !== '';
}

/** What a refused sender is told to send. @see RFC 9110, 11.6.1 */
export function challengesOf({ tokens, logins }: AcceptedSecrets): readonly string[] {
  return [
    ...(tokens.length > 0 ? ['Bearer realm="kubevirt-orphans"'] : []),
    ...(logins.length > 0 ? ['Basic realm="kubevirt-orphans", charset="UTF-8"'] : []),
  ];
}

function digestOf(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}
