import { describe, expect, it } from 'vitest';
import { mailFailure, wrongAddress } from '../../../shared/channels/mail-failure.ts';

/** An error as nodemailer makes them, whose text nobody may see. */
const anError = (parts: object): Error => Object.assign(new Error('SECRET'), parts);

describe('mailFailure', () => {
  it.each([
    [{ code: 'EAUTH' }, 'CHANNEL_REFUSED', /EAUTH/],
    [
      { code: 'EAUTH', responseCode: 535, command: 'AUTH PLAIN SECRET' },
      'CHANNEL_REFUSED',
      /answers 535 to AUTH$/,
    ],
    [{ code: 'EAUTH', responseCode: 454 }, 'CHANNEL_UNAVAILABLE', /answers 454$/],
    [{ code: 'EENVELOPE' }, 'CHANNEL_REFUSED', /EENVELOPE/],
    [{ code: 'EMESSAGE', responseCode: 554, command: 'DATA' }, 'CHANNEL_REFUSED', /answers 554 to DATA$/],
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'CHANNEL_UNAVAILABLE', /ENOTFOUND/],
    [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'CHANNEL_REFUSED', /certificate is not trusted/],
    [{ code: 'ETLS', command: 'STARTTLS' }, 'CHANNEL_REFUSED', /certificate is not trusted/],
    [{ code: 'ETLS', command: 'CONN' }, 'CHANNEL_UNAVAILABLE', /ETLS/],
    [{ code: 'ETIMEDOUT' }, 'CHANNEL_UNAVAILABLE', /in time/],
    [{ code: 'EABORT' }, 'CHANNEL_UNAVAILABLE', /in time/],
    // An odd reply, such as 250 where 354 belongs, says nothing about the mail.
    [{ code: 'EPROTOCOL', responseCode: 250 }, 'CHANNEL_UNAVAILABLE', /EPROTOCOL/],
  ])('makes %j %s', (parts, code, message) => {
    const failure = mailFailure('mail', anError(parts));
    expect(failure).toMatchObject({ code, message: expect.stringMatching(message) });
    expect((failure as Error).message).not.toContain('SECRET');
  });

  it('may pass when one of the recipients was only put off', () => {
    const rejectedErrors = [anError({ responseCode: 451 }), anError({ responseCode: 550 })];
    const error = anError({ code: 'EENVELOPE', responseCode: 550, command: 'RCPT TO', rejectedErrors });
    expect(mailFailure('mail', error)).toMatchObject({ code: 'CHANNEL_UNAVAILABLE' });
  });

  it('keeps no reply of the server as a cause, since it may repeat what it was sent', () => {
    const failure = mailFailure('mail', anError({ code: 'EAUTH', responseCode: 535 }));
    expect((failure as Error).cause).toBeUndefined();
  });

  it.each([new TypeError('a bug'), anError({ code: 'ERR_INVALID_ARG_TYPE' }), 'no error'])(
    'leaves %s as it is',
    (error) => {
      expect(mailFailure('mail', error)).toBe(error);
    },
  );
});

it('says how an address is written', () => {
  expect(wrongAddress('mail')).toMatchObject({
    code: 'CHANNEL_REFUSED',
    message: expect.stringContaining('smtp://user:password@host:587'),
  });
});
