import { createHmac, timingSafeEqual } from 'node:crypto';

/** How far a timestamp may be from now, in seconds. */
const TOLERANCE_S = 300;
/** What the specification asks of a symmetric secret, in bytes. */
const SECRET_BYTES = { least: 24, most: 64 };

export interface Received {
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** As it came, byte for byte. */
  readonly body: string;
}

/**
 * A receiver's check of a webhook, written from the text of Standard Webhooks 1.0.0 and apart from the library that signs: symmetric
 * signatures (`v1`) only.
 *
 * @param now - in seconds since 1970
 * @returns the message's id
 * @throws Error that says what is wrong
 */
export function verifyWebhook({ headers, body }: Received, secret: string, now: number): string {
  const id = headers['webhook-id'] ?? '';
  const timestamp = headers['webhook-timestamp'] ?? '';
  if (id === '' || id.includes('.')) throw new Error('the id is missing, or has a full stop in it');
  if (!/^\d+$/.test(timestamp)) throw new Error('the timestamp is no whole number of seconds');
  if (Math.abs(now - Number(timestamp)) > TOLERANCE_S) throw new Error('the timestamp is too far away');
  const expected = createHmac('sha256', keyOf(secret)).update(`${id}.${timestamp}.${body}`).digest();
  const signatures = (headers['webhook-signature'] ?? '').split(' ').filter((it) => it.startsWith('v1,'));
  const isSigned = signatures.some((signature) => {
    const given = Buffer.from(signature.slice('v1,'.length), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!isSigned) throw new Error('no signature is by this secret');
  return id;
}

function keyOf(secret: string): Buffer {
  if (!secret.startsWith('whsec_')) throw new Error('the secret is no symmetric one');
  const key = Buffer.from(secret.slice('whsec_'.length), 'base64');
  if (key.length < SECRET_BYTES.least || key.length > SECRET_BYTES.most)
    throw new Error('the secret is too short or too long');
  return key;
}
