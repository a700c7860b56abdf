import { createHash } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import type { SignedApproval, TokenRefusal } from '../domain/remediation/approval.ts';
import { type Clock, epochMs } from '../domain/units.ts';
import type { ApprovalSigner, ApprovalVerifier } from '../runtime/approval.ts';

export interface ApprovalTokenOptions {
  /** The cluster's name: a token of another cluster is refused, also under the same key. */
  readonly clusterName: string;
  /** At least 32 random bytes: as many as HS256 needs. Source: RFC 7518, 3.2. */
  readonly key: Uint8Array;
  readonly clock: Clock;
}

/** Whoever else knows the key, and signs other things with it, signs nothing that approves. */
const AUDIENCE = 'kubevirt-orphans/approve';
const ALGORITHM = 'HS256';
const MIN_KEY_BYTES = 32;
/** Far longer than any that is made. */
const MAX_LENGTH = 2_048;
/**
 * Three parts of base64url, the last of 32 bytes, whose last digit stands for four bits only: decoders drop the other two, so that
 * without this several texts would be the same token.
 */
const SHAPE = /^[\w-]+\.[\w-]+\.[\w-]{42}[AEIMQUYcgkosw048]$/;
/** 128 bits: as many as a UUID has. */
const ID_DIGITS = 32;
/** What of the id people see. */
const SHOWN_DIGITS = 8;

const claimsSchema = z.object({
  sub: z.string().min(1),
  node: z.string().min(1).max(253),
  episode: z.int().min(1),
  revision: z.int().min(1),
  plan: z.string().min(1),
  exp: z.int(),
  jti: z.string().min(1),
});

/**
 * Tokens by which a person approves one plan for one revision of one incident: JWTs, signed with one key that all functions know.
 * The only algorithm that is believed is HS256, whatever a token's head says; Node.js compares its signature in a time that does
 * not depend on where it is wrong (`crypto.subtle.verify`, by OpenSSL's CRYPTO_memcmp).
 *
 * @throws RangeError when the key is too short
 * @see RFC 7519 (JWT), RFC 8725 (its best current practices)
 */
export function createApprovalTokens({
  clusterName,
  key,
  clock,
}: ApprovalTokenOptions): ApprovalSigner & ApprovalVerifier {
  if (key.length < MIN_KEY_BYTES) throw new RangeError(`an approval key has at least ${MIN_KEY_BYTES} bytes`);
  return {
    sign({ node, uid, episode, revision, planId }, expiresAt) {
      const exp = Math.floor(expiresAt / 1_000);
      const parts = JSON.stringify([clusterName, node, uid, episode, revision, planId, exp]);
      return new SignJWT({ node, episode, revision, plan: planId })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(clusterName)
        .setAudience(AUDIENCE)
        .setSubject(uid)
        .setExpirationTime(exp)
        .setJti(createHash('sha256').update(parts).digest('hex').slice(0, ID_DIGITS))
        .sign(key);
    },
    async verify(token) {
      if (token.length > MAX_LENGTH || !SHAPE.test(token)) return MALFORMED;
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: clusterName,
          audience: AUDIENCE,
          requiredClaims: ['exp', 'sub', 'jti'],
          currentDate: new Date(clock.now()),
        });
        return toApproval(payload);
      } catch (error) {
        return refusalOf(error);
      }
    },
  };
}

function toApproval(payload: unknown): SignedApproval | TokenRefusal {
  const result = claimsSchema.safeParse(payload);
  if (!result.success) return MALFORMED;
  const { sub, node, episode, revision, plan, exp, jti } = result.data;
  const by = `signed link ${jti.slice(0, SHOWN_DIGITS)}`;
  return { node, uid: sub, episode, revision, planId: plan, by, expiresAt: epochMs(exp * 1_000) };
}

const MALFORMED: TokenRefusal = refusal(
  'MALFORMED',
  'The link is not whole: open it as it stands in the message.',
);

/** The library checks the signature first: what else is wrong is said of what somebody with the key has signed. */
function refusalOf(error: unknown): TokenRefusal {
  if (error instanceof errors.JWSSignatureVerificationFailed || error instanceof errors.JOSEAlgNotAllowed)
    return refusal('BAD_SIGNATURE', 'The link was changed, or was not made here.');
  if (error instanceof errors.JWTExpired)
    return refusal('EXPIRED', 'The link has expired: look for a newer message, or use the command line.');
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'iss')
    return refusal('WRONG_CLUSTER', 'The link is for another cluster.');
  if (error instanceof errors.JOSEError) return MALFORMED;
  throw error;
}

function refusal(code: TokenRefusal['refused']['code'], message: string): TokenRefusal {
  return { refused: { code, message } };
}
