import { describe, expect, it } from 'vitest';
import { asFoundFile, fileError, gzipError, shown } from '../../../shared/dump/input-errors.ts';
import { InputUnreadableError } from '../../../shared/errors/errors.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: some text, open 'x.json'`), { code });
}

describe('fileError', () => {
  it.each([
    ['ENOENT', 'no such file or directory: x.json'],
    ['ENOTDIR', 'no such file or directory: x.json'],
    ['EACCES', 'cannot read x.json: permission denied'],
    ['EPERM', 'cannot read x.json: permission denied'],
    ['ELOOP', 'cannot read x.json: its symbolic links lead in a circle'],
    ['EISDIR', 'cannot read x.json: it is a directory'],
    ['ENXIO', 'cannot read x.json: it is a socket or a device'],
    ['EIO', 'cannot read x.json: the disk or file system failed'],
    ['EMFILE', 'cannot read x.json: too many open files'],
    ['ESTALE', 'cannot read x.json: ESTALE'],
  ])('translates %s', (code, message) => {
    const cause = systemError(code);
    expect(fileError('x.json', cause)).toMatchObject({ code: 'INPUT_UNREADABLE', message, cause });
  });

  it('passes on what it does not know, and what is translated already', () => {
    const bug = new TypeError('a bug');
    const known = new InputUnreadableError('said', 'do');
    for (const error of [bug, known, undefined, 'text']) expect(fileError('x.json', error)).toBe(error);
  });
});

describe('gzipError', () => {
  it('passes on what zlib did not say', () => {
    const bug = new TypeError('a bug');
    const notOurs = systemError('EIO');
    for (const error of [bug, notOurs]) expect(gzipError('x', error)).toBe(error);
  });
});

describe('asFoundFile', () => {
  it('passes on what is no malformed input', () => {
    const bug = new TypeError('a bug');
    expect(asFoundFile(bug)).toBe(bug);
  });
});

describe('shown', () => {
  it.each([
    ['a/b c.json', 'a/b c.json'],
    ['a\nb\u001b[2J\u007f', 'a\\x0ab\\x1b[2J\\x7f'],
    ['', '""'],
  ])('shows %j as %s', (name, text) => {
    expect(shown(name)).toBe(text);
  });
});
