import { afterEach, describe, expect, it } from 'vitest';
import { alertAccess } from '../../../infra/server/alert-access.ts';
import { type SecretFile, secretFile } from '../../e2e/support/secret-file.ts';

const files: SecretFile[] = [];
function aFile(text: string): SecretFile {
  const file = secretFile(text);
  files.push(file);
  return file;
}
afterEach(() => {
  for (const file of files.splice(0)) file.remove();
});

const NONE = { tokenFile: undefined, basicAuthFile: undefined, isInsecure: false };
/** What is accepted now. */
function accepted(access: ReturnType<typeof alertAccess>) {
  if (typeof access === 'string') throw new TypeError(access);
  return access();
}
function mistakeOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
    return (error as Error).message;
  }
  return 'no mistake';
}

describe('who may send alerts', () => {
  it('is nobody unless it was said, and anybody only if it was said so', () => {
    expect(alertAccess(NONE)).toBe('nobody');
    expect(alertAccess({ ...NONE, isInsecure: true })).toBe('anybody');
  });

  it('is whoever knows a line of a file', () => {
    const tokenFile = aFile('  one\r\n\n two\n').path;
    const basicAuthFile = aFile('am:pass:word').path;
    expect(accepted(alertAccess({ ...NONE, tokenFile }))).toEqual({ tokens: ['one', 'two'], logins: [] });
    expect(accepted(alertAccess({ ...NONE, tokenFile, basicAuthFile }))).toEqual({
      tokens: ['one', 'two'],
      logins: ['am:pass:word'],
    });
  });

  it('changes with the file', () => {
    const file = aFile('one');
    const access = alertAccess({ ...NONE, tokenFile: file.path });
    file.write('two');
    expect(accepted(access).tokens).toEqual(['two']);
    file.remove();
    expect(mistakeOf(() => accepted(access))).toMatch(/cannot be read \(ENOENT\)$/);
  });

  it.each([
    ['is empty', 'tokenFile', ' \n\n', 'has no secret in it'],
    [
      'has a login without a password',
      'basicAuthFile',
      'am:x\nsecretword',
      'has a line without a colon in it',
    ],
  ])('is a mistake when the file %s', (_, variable, text, expected) => {
    const { path } = aFile(text);
    const message = mistakeOf(() => alertAccess({ ...NONE, [variable]: path }));
    expect(message).toBe(`the file ${path} ${expected}`);
    expect(message).not.toContain('secretword');
  });

  it('is a mistake at the start when there is no such file', () => {
    expect(mistakeOf(() => alertAccess({ ...NONE, tokenFile: '/no/such/file' }))).toBe(
      'the file of secrets /no/such/file cannot be read (ENOENT)',
    );
  });
});
