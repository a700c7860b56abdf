import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { asSent, directoryWith, fileWith, jsonList, readDump } from '../../support/dump-files.ts';
import { failureOf } from '../../support/failure.ts';
import { aNode, aVmi } from '../../support/objects.ts';

const GOOD = jsonList([aNode('node01'), aVmi('vm-1', 'node01')]);
const DUMP = 'kubectl get nodes,pods,daemonsets,vmis,kubevirts -A -o json > dump.json';

type Read = () => Promise<unknown>;

function inFile(content: string | Uint8Array, name = 'dump'): Read {
  return () => readDump([fileWith(content, name)]);
}

function brokenNode(change: object): string {
  return JSON.stringify({ ...asSent(aNode('node01')), ...change });
}

describe('a bad input', () => {
  it.each<[string, Read, code: string, message: RegExp, remedy: RegExp]>([
    [
      'no such file',
      () => readDump(['/nowhere/x.json']),
      'INPUT_UNREADABLE',
      /^no such file or directory: \/nowhere\/x\.json$/,
      /path/,
    ],
    [
      'a path through a file',
      () => readDump([`${fileWith('')}/x`]),
      'INPUT_UNREADABLE',
      /^no such file or directory: .*\/dump\/x$/,
      /is a file/,
    ],
    [
      'a name with control characters',
      () => readDump(['/nowhere/\u001b[2J\n']),
      'INPUT_UNREADABLE',
      /: \/nowhere\/\\x1b\[2J\\x0a$/,
      /path/,
    ],
    ['an empty file', inFile(''), 'INPUT_UNREADABLE', /\/dump is empty$/, /kubectl get nodes/],
    ['a file of blanks', inFile(' \n\n'), 'INPUT_UNREADABLE', /\/dump is empty$/, /kubectl get nodes/],
    [
      'a long file of blanks',
      inFile(' '.repeat(9_999)),
      'INPUT_UNREADABLE',
      /^no Kubernetes objects/,
      /kubectl get nodes/,
    ],
    ['gzip of nothing', inFile(gzipSync('')), 'INPUT_UNREADABLE', /\/dump is empty$/, /kubectl get nodes/],
    [
      'an empty standard input',
      () => readDump(['-']),
      'INPUT_UNREADABLE',
      /^standard input is empty$/,
      /kubectl get nodes/,
    ],
    ['standard input twice', () => readDump(['-', '-']), 'USAGE', /^-f - is given twice/, /once/],
    [
      'a directory as standard input',
      () => readDump(['-'], failingStream('EISDIR')),
      'INPUT_UNREADABLE',
      /^cannot read standard input: it is a directory$/,
      /-f/,
    ],
    [
      'files without objects',
      () => readDump(['a', 'b', 'c', 'd'].map((name) => fileWith('a: b', name))),
      'INPUT_UNREADABLE',
      /\/a, .+\/b, .+\/c and 1 more$/,
      /kubectl get nodes/,
    ],
    [
      'objects of other kinds',
      inFile('{"apiVersion":"v1","kind":"Secret","metadata":{"name":"s"}}'),
      'INPUT_UNREADABLE',
      /^no Kubernetes objects/,
      /kubectl get nodes/,
    ],
    [
      'what kubectl prints as a table',
      inFile('NAME     STATUS\nnode01   Ready\n'),
      'INPUT_UNREADABLE',
      /^no Kubernetes objects/,
      /-o json/,
    ],
    [
      'truncated JSON',
      inFile(GOOD.slice(0, -200)),
      'INPUT_MALFORMED',
      /\/dump ends in the middle of .*line \d+/,
      /again/,
    ],
    [
      'a JSON syntax error',
      inFile('{"apiVersion":\n"v1",,}'),
      'INPUT_MALFORMED',
      /\/dump, byte 20 \(line 2, column 6\): /,
      /again/,
    ],
    [
      'a YAML syntax error',
      inFile('apiVersion: v1\nkind: Node\nmetadata: {name: [}\n'),
      'INPUT_MALFORMED',
      /\/dump, line 3/,
      /again/,
    ],
    [
      'items that are no array',
      inFile('{"apiVersion":"v1","kind":"List","items":{}}'),
      'INPUT_MALFORMED',
      /\/dump, .*items is an object, not an array/,
      /./,
    ],
    [
      'an object without metadata',
      inFile('{"apiVersion":"v1","kind":"Node"}'),
      'INPUT_MALFORMED',
      /\/dump, .*metadata is missing/,
      /./,
    ],
    [
      'an object with wrong types',
      inFile(brokenNode({ spec: { taints: 'none' } })),
      'INPUT_MALFORMED',
      /\/dump, .*Node node01 .*spec\.taints is a string, not an array/,
      /./,
    ],
    [
      'a binary file',
      inFile(new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0])),
      'INPUT_UNREADABLE',
      /\/dump is a binary file/,
      /must-gather/,
    ],
    [
      'UTF-16',
      inFile(Buffer.from(`\uFEFF${GOOD}`, 'utf16le')),
      'INPUT_UNREADABLE',
      /\/dump is UTF-16 text, not UTF-8$/,
      /PowerShell/,
    ],
    ['zip', inFile('PK\u0003\u0004rest'), 'INPUT_UNREADABLE', /\/dump is a zip archive$/, /unzip/],
    [
      'xz',
      inFile(new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0])),
      'INPUT_UNREADABLE',
      /\/dump is xz-compressed$/,
      /xz -d/,
    ],
  ])('is told in one line: %s', async (_, read, code, message, remedy) => {
    const failure = await failureOf(read);
    expect(failure).toMatchObject({ code, disposition: 'reject' });
    expect(failure.message).toMatch(message);
    const ours = failure.message.replaceAll(/dump-test-\w+/g, ''); // a random name can look like an errno
    expect(ours).not.toMatch(/\n|Error|E[A-Z]{4,}|Z_/);
    expect(failure.remedy).toMatch(remedy);
  });

  it('is told with the command that makes a good one', async () => {
    expect((await failureOf(inFile('a: b'))).remedy).toContain(DUMP);
  });

  it('keeps the error of the file system as its cause', async () => {
    expect((await failureOf(() => readDump(['/nowhere']))).cause).toMatchObject({ code: 'ENOENT' });
  });

  it.each(['', 'a: b\n', '[1, 2]', '"text"', '# a comment\n', 'not an object\n'])(
    'is none when a file of a directory holds no object but %j',
    async (content) => {
      const directory = directoryWith({
        'a.yaml': content,
        'b.json': content === '' ? '' : '{}',
        'good.json': GOOD,
      });
      expect((await readDump([directory])).nodes.size).toBe(1);
    },
  );
});

function failingStream(code: string): Readable {
  return new Readable({
    read() {
      this.destroy(Object.assign(new Error('read failed'), { code }));
    },
  });
}
