import { describe, expect, it } from 'vitest';
import { durationMs } from '../../../shared/domain/units.ts';
import {
  type ApprovalVerifier,
  checkApproval,
  createApprovalLinks,
} from '../../../shared/runtime/approval.ts';
import { at } from '../../support/incidents.ts';

const SAID = { node: 'node02', uid: 'uid-record', episode: 1, revision: 3, planId: 'abc' };
const AT = at('2026-08-22T10:10:00Z');

describe('the token of an approval', () => {
  const request = { source: '/change-management', ...SAID, by: '', at: AT };
  const verifier: ApprovalVerifier = {
    verify: async (token) =>
      token === 'good'
        ? { ...SAID, revision: 9, by: 'signed link 1', expiresAt: AT }
        : { refused: { code: 'EXPIRED', message: 'Why.' } },
  };

  it('says what is approved, whatever is said beside it', async () => {
    expect(await checkApproval({ request, token: 'good' }, verifier)).toEqual({
      request: { ...request, revision: 9, by: 'signed link 1' },
      token: 'valid',
    });
  });

  it.each([
    ['none', undefined, verifier, 'none'],
    ['one that is not believed', 'bad', verifier, { refused: { code: 'EXPIRED' } }],
    ['one that nobody can check', 'good', undefined, { refused: { code: 'BAD_SIGNATURE' } }],
  ])('%s is no valid one', async (_, token, by, expected) => {
    const checked = await checkApproval({ request, token }, by);
    expect(checked.request).toEqual(request);
    expect([checked.token]).toMatchObject([expected]);
  });
});

describe('a link', () => {
  const signer = { sign: async () => 'a.b.c' };
  const links = createApprovalLinks(
    new URL('https://ops.example/o/approve?x=1'),
    signer,
    durationMs(900_000),
  );

  it('carries the token, until a quarter of an hour after the proposal', async () => {
    const proposedAt = at('2026-08-22T10:00:00.900Z');
    expect(await links.linkOf(SAID, proposedAt, at('2026-08-22T10:14:59Z'))).toEqual({
      url: 'https://ops.example/o/approve?x=1&token=a.b.c',
      until: at('2026-08-22T10:15:00Z'),
    });
    expect(await links.linkOf(SAID, proposedAt, at('2026-08-22T10:15:00Z'))).toBeUndefined();
  });
});
