import { describe, expect, it } from 'vitest';
import { SECRET_SHAPES, secretOf, secretProblem } from '../../../shared/config/secrets.ts';
import { ChannelUnavailableError } from '../../../shared/errors/errors.ts';

const from = (text: string | undefined) => ({ env: { S: text }, readFile: () => '' });
const whsec = (bytes: number) => `whsec_${Buffer.alloc(bytes, 7).toString('base64')}`;

describe('a secret', () => {
  it.each<readonly [keyof typeof SECRET_SHAPES, string]>([
    ['httpUrl', 'https://hooks.example.test/a?b=c'],
    ['httpUrl', 'http://[::1]:8080/'],
    ['mailUrl', 'smtp://user:pa%20ss@smtp.example.test:587'],
    ['slackToken', 'xoxb-1-a'],
    ['slackToken', 'xoxe.xoxb-1-a'],
    ['routingKey', 'a'.repeat(32)],
    ['bearerToken', 'eyJ.a_b-c~d+e/f='],
    ['userAndPassword', 'ada:pass:word with blanks'],
    ['signingSecret', whsec(24)],
    ['signingSecret', whsec(25)],
    ['signingSecret', whsec(64)],
    ['headerValue', 'Bearer a b'],
  ])('%s may be %j', (shape, text) => {
    expect(secretProblem(from(text), { env: 'S' }, SECRET_SHAPES[shape])).toBeUndefined();
  });

  it.each<readonly [keyof typeof SECRET_SHAPES, string]>([
    ['httpUrl', 'hooks.example.test'],
    ['httpUrl', 'ftp://hooks.example.test'],
    ['httpUrl', 'https://ada:hunter2@hooks.example.test'],
    ['httpUrl', 'https://hooks.example.test/\nhttps://other.example.test'],
    ['mailUrl', 'https://smtp.example.test'],
    ['mailUrl', 'smtp://'],
    ['slackToken', 'hunter2'],
    ['routingKey', 'a'.repeat(31)],
    ['bearerToken', 'two words'],
    ['userAndPassword', 'hunter2'],
    ['userAndPassword', ':hunter2'],
    ['signingSecret', whsec(23)],
    ['signingSecret', whsec(65)],
    ['signingSecret', Buffer.alloc(32).toString('base64')],
    ['headerValue', 'a\r\nb: c'],
    ['headerValue', 'ä'],
  ])('%s may not be %j, and is not shown', (shape, text) => {
    expect(secretProblem(from(text), { env: 'S' }, SECRET_SHAPES[shape])).toBe(
      `variable S does not hold ${SECRET_SHAPES[shape].allowed}`,
    );
  });

  it.each([
    [undefined, 'variable S is not set'],
    ['', 'variable S is empty'],
    ['\n', 'variable S is empty'],
  ])('that is %j cannot be used: %s', (text, problem) => {
    expect(secretProblem(from(text), { env: 'S' }, SECRET_SHAPES.headerValue)).toBe(problem);
  });

  it('is without the line break that editors leave, and with every other character', () => {
    const read = (text: string) => secretOf(from(text), { env: 'S' }, SECRET_SHAPES.userAndPassword)();
    expect(read('ada:pass \r\n\n')).toBe('ada:pass ');
  });

  it('of a file that cannot be read says why, without what the reader said', () => {
    const source = {
      env: {},
      readFile: (): string => {
        throw Object.assign(new Error('hunter2'), { code: 'EACCES' });
      },
    };
    expect(secretProblem(source, { file: '/run/s' }, SECRET_SHAPES.headerValue)).toBe(
      'file /run/s cannot be read (EACCES)',
    );
  });

  it('is read anew each time, and asked for later when it is wrong then', () => {
    const texts = ['ada:1\n', 'ada:2', 'hunter2', ''];
    const source = { env: {}, readFile: () => texts.shift() ?? 'no more' };
    const secret = secretOf(source, { file: '/run/s' }, SECRET_SHAPES.userAndPassword);
    expect([secret(), secret()]).toEqual(['ada:1', 'ada:2']);
    const wrong = 'a secret of a channel cannot be used: file /run/s';
    expect(secret).toThrow(new RegExp(`^${wrong} does not hold user:password$`));
    expect(secret).toThrow(new RegExp(`^${wrong} is empty$`));
    expect(secret).toThrow(ChannelUnavailableError);
  });
});
