import { describe, expect, it } from 'vitest';
import { httpAddress } from '../../../shared/channels/http-address.ts';
import { failureOf } from '../../support/failure.ts';

describe('httpAddress', () => {
  it.each([
    [' https://hooks.example/T0?a=b\n', 'https://hooks.example/T0?a=b', undefined],
    ['http://alice:s%40crét@am:9093/x', 'http://am:9093/x', 'alice:s@crét'],
    ['http://alice@am/', 'http://am/', 'alice:'],
  ])('reads %j as people write it', (text, url, user) => {
    const address = httpAddress('ops', text);
    expect(address.url).toBe(url);
    const expected = user === undefined ? {} : { authorization: `Basic ${btoa8(user)}` };
    expect(address.headers).toEqual(expected);
  });

  it.each(['', 'SECRET', 'file:///SECRET', 'ftp://SECRET@x/', 'http://SECRET:%ff@x/', 'https://'])(
    'refuses %j and does not repeat it',
    async (text) => {
      const failure = await failureOf(async () => httpAddress('ops', text));
      expect(failure).toMatchObject({ code: 'CHANNEL_REFUSED', message: expect.stringContaining('ops') });
      expect(`${failure.stack} ${failure.remedy} ${String(failure.cause)}`).not.toContain('SECRET');
    },
  );
});

const btoa8 = (text: string): string => Buffer.from(text).toString('base64');
