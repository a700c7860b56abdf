import { createHmac, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { createApprovalTokens } from '../../../shared/http/approval-token.ts';
import { at } from '../../support/incidents.ts';
import { TestClock } from '../../support/runtime-ports.ts';

const KEY = new Uint8Array(32).fill(7);
const CLAIMS = { node: 'node02', uid: 'uid-record', episode: 1, revision: 3, planId: '0123456789abcdef' };
const EXPIRES = at('2026-08-22T10:15:00Z');
const PAYLOAD = {
  iss: 'lab',
  aud: 'kubevirt-orphans/approve',
  sub: 'uid-record',
  node: 'node02',
  episode: 1,
  revision: 3,
  plan: '0123456789abcdef',
  exp: EXPIRES / 1_000,
  jti: 'id',
};

const tokens = (now = '2026-08-22T10:00:00Z') =>
  createApprovalTokens({ clusterName: 'lab', key: KEY, clock: new TestClock(now) });

/** A token with any claims, signed with our key as anybody could who knows it. */
const signed = (payload: object, header: object = { alg: 'HS256' }, key: Uint8Array = KEY): string => {
  const [head, body] = [header, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const signature = createHmac('sha256', key).update(`${head}.${body}`).digest('base64url');
  return `${head}.${body}.${signature}`;
};

const codeOf = async (token: string, now?: string): Promise<string> => {
  const answer = await tokens(now).verify(token);
  return 'refused' in answer ? answer.refused.code : 'believed';
};

describe('an approval token', () => {
  it('says what it was made for, until it expires', async () => {
    const token = await tokens().sign(CLAIMS, EXPIRES);
    expect(await tokens().verify(token)).toEqual({
      ...CLAIMS,
      by: expect.stringMatching(/^signed link [0-9a-f]{8}$/),
      expiresAt: EXPIRES,
    });
    expect(await tokens().sign(CLAIMS, EXPIRES), 'the same is the same').toBe(token);
    expect(await codeOf(token, '2026-08-22T10:14:59.999Z')).toBe('believed');
    expect(await codeOf(token, '2026-08-22T10:15:00Z')).toBe('EXPIRED');
  });

  it.each<readonly [string, object, string]>([
    ['as it should be', {}, 'believed'],
    ['of another cluster', { iss: 'prod' }, 'WRONG_CLUSTER'],
    ['of several clusters', { iss: ['lab'] }, 'WRONG_CLUSTER'],
    ['of no cluster', { iss: undefined }, 'WRONG_CLUSTER'],
    ['for something else', { aud: 'kubevirt-orphans/undo' }, 'MALFORMED'],
    ['for nothing', { aud: undefined }, 'MALFORMED'],
    ['expired', { exp: PAYLOAD.exp - 900 }, 'EXPIRED'],
    ['that never expires', { exp: undefined }, 'MALFORMED'],
    ['that expires in text', { exp: '2026' }, 'MALFORMED'],
    ['of no record', { sub: undefined }, 'MALFORMED'],
    ['of an empty record', { sub: '' }, 'MALFORMED'],
    ['of no node', { node: undefined }, 'MALFORMED'],
    ['of a node that is a number', { node: 2 }, 'MALFORMED'],
    ['of no episode', { episode: undefined }, 'MALFORMED'],
    ['of episode 0', { episode: 0 }, 'MALFORMED'],
    ['of no revision', { revision: undefined }, 'MALFORMED'],
    ['of a revision in text', { revision: '3' }, 'MALFORMED'],
    ['of half a revision', { revision: 3.5 }, 'MALFORMED'],
    ['of no plan', { plan: undefined }, 'MALFORMED'],
    ['without an id', { jti: undefined }, 'MALFORMED'],
  ])('%s is judged so', async (_, claims, expected) => {
    expect(await codeOf(signed({ ...PAYLOAD, ...claims }))).toBe(expected);
  });

  it('is believed under its key and its algorithm only', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
    const jwt = () => new SignJWT(PAYLOAD);
    const foreign = [
      signed(PAYLOAD, { alg: 'HS256' }, new Uint8Array(32).fill(8)),
      signed(PAYLOAD, { alg: 'none' }),
      signed(PAYLOAD, { alg: 'RS256' }),
      signed(PAYLOAD, { alg: 'HS512' }),
    ];
    expect(await Promise.all(foreign.map((token) => codeOf(token)))).toEqual(
      foreign.map(() => 'BAD_SIGNATURE'),
    );
    const shapeless = [
      new UnsecuredJWT(PAYLOAD).encode(),
      await jwt().setProtectedHeader({ alg: 'RS256' }).sign(privateKey),
      signed(PAYLOAD, { alg: 'HS256', crit: ['exp'], exp: 1 }),
      signed(PAYLOAD, { alg: 'HS256', b64: false, crit: ['b64'] }),
      signed([]),
      '',
      'a.b.c',
      `${await tokens().sign(CLAIMS, EXPIRES)} `,
      signed({ ...PAYLOAD, fill: 'x'.repeat(2_000) }),
    ];
    expect(await Promise.all(shapeless.map((token) => codeOf(token)))).toEqual(
      shapeless.map(() => 'MALFORMED'),
    );
  });

  it('is refused when any of its characters is another', async () => {
    const token = await tokens().sign(CLAIMS, EXPIRES);
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: token.length - 1 }),
        fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ é\0'),
        async (place, character) => {
          fc.pre(token[place] !== character);
          const changed = `${token.slice(0, place)}${character}${token.slice(place + 1)}`;
          expect(await codeOf(changed)).toMatch(/^(BAD_SIGNATURE|MALFORMED)$/);
        },
      ),
      { numRuns: 500, examples: [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'].map((it) => [token.length - 1, it]) },
    );
  });

  it('is refused with one sentence that repeats nothing of it, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', minLength: 4, maxLength: 3_000 }), async (text) => {
        const answer = await tokens().verify(text);
        expect(answer).toMatchObject({
          refused: { code: 'MALFORMED', message: expect.stringMatching(/^[^\n]+\.$/) },
        });
        expect(JSON.stringify(answer)).not.toContain(text);
      }),
    );
  });

  it('is not made with a key that can be guessed', () => {
    const short = { clusterName: 'lab', key: KEY.slice(0, 31), clock: new TestClock() };
    expect(() => createApprovalTokens(short)).toThrow(RangeError);
  });
});
