import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { directoryWith, fileWith, jsonList, readDump, tarOf } from '../../support/dump-files.ts';
import { failureOf } from '../../support/failure.ts';
import { aNode, aVmi } from '../../support/objects.ts';

const GOOD = jsonList([aNode('node01'), aVmi('vm-1', 'node01')]);

type Read = () => Promise<unknown>;

function inFile(content: string | Uint8Array, name = 'dump'): Read {
  return () => readDump([fileWith(content, name)]);
}

describe('a bad file, archive or directory', () => {
  it.each<[string, Read, code: string, message: RegExp, remedy: RegExp]>([
    [
      'a directory without files',
      () => readDump([directoryWith({})]),
      'INPUT_UNREADABLE',
      /^no Kubernetes objects of the kinds Node, Pod, .+ or KubeVirt in /,
      /kubectl get nodes/,
    ],
    [
      'a directory of logs',
      () => readDump([directoryWith({ 'a.log': GOOD })]),
      'INPUT_UNREADABLE',
      /^no Kubernetes objects/,
      /kubectl get nodes/,
    ],
    [
      'zstd',
      inFile(new Uint8Array([0x28, 0xb5, 0x2f, 0xfd])),
      'INPUT_UNREADABLE',
      /\/dump is zstd-compressed$/,
      /zstd -d/,
    ],
    [
      'truncated gzip',
      inFile(gzipSync(GOOD).subarray(0, 100)),
      'INPUT_MALFORMED',
      /\/dump is a truncated gzip file$/,
      /size/,
    ],
    [
      'corrupt gzip',
      inFile(corrupt(gzipSync(GOOD))),
      'INPUT_MALFORMED',
      /\/dump is a corrupt gzip file$/,
      /again/,
    ],
    [
      'gzip of gzip of gzip',
      inFile([1, 2, 3].reduce<Buffer>((bytes) => gzipSync(bytes), Buffer.from(GOOD))),
      'INPUT_UNREADABLE',
      /gzip inside gzip/,
      /gzip -d/,
    ],
    [
      'a truncated tar',
      async () => readDump([fileWith((await tarOf({ 'a.json': GOOD })).subarray(0, 900))]),
      'INPUT_MALFORMED',
      /\/dump is a truncated tar archive$/,
      /size/,
    ],
    [
      'a tar cut between members',
      async () => readDump([fileWith((await tarOf({ 'a.json': GOOD })).subarray(0, -1_024))]),
      'INPUT_MALFORMED',
      /\/dump is a truncated tar archive$/,
      /size/,
    ],
    [
      'a truncated tar.gz',
      async () => readDump([fileWith(gzipSync(await tarOf({ 'a.json': GOOD })).subarray(0, -50))]),
      'INPUT_MALFORMED',
      /\/dump is a truncated gzip file$/,
      /size/,
    ],
    [
      'a corrupt tar',
      async () => readDump([fileWith(corrupt(await tarOf({ 'a.json': '', 'b.json': GOOD }), 600))]),
      'INPUT_MALFORMED',
      /\/dump is a corrupt tar archive$/,
      /again/,
    ],
    [
      'a malformed file in a directory',
      () => readDump([directoryWith({ 'good.json': GOOD, 'x/bad.json': GOOD.slice(0, -200) })]),
      'INPUT_MALFORMED',
      /\/x\/bad\.json ends in the middle of/,
      /^Repair or remove that file/,
    ],
    [
      'a malformed file in a tar',
      async () => readDump([fileWith(await tarOf({ 'good.json': GOOD, 'x/bad.json': '{]' }))]),
      'INPUT_MALFORMED',
      /\/dump\/x\/bad\.json, byte 1/,
      /^Repair or remove that file/,
    ],
    [
      'truncated gzip in a directory',
      () => readDump([directoryWith({ 'x.json.gz': gzipSync(GOOD).subarray(0, 90) })]),
      'INPUT_MALFORMED',
      /\/x\.json\.gz is a truncated gzip file$/,
      /^Copy or download it again/,
    ],
    [
      'a binary file in a directory',
      () => readDump([directoryWith({ 'x.yaml': '\u0000\u0001' })]),
      'INPUT_UNREADABLE',
      /\/x\.yaml is a binary file/,
      /^Remove or rename that file/,
    ],
    [
      'an archive in a directory',
      async () => readDump([directoryWith({ 'x.yaml': await tarOf({ a: '' }) })]),
      'INPUT_UNREADABLE',
      /\/x\.yaml is an archive inside/,
      /^Remove or rename that file/,
    ],
    [
      'a dead link',
      () => readDump([directoryWithLink('x.yaml', './gone')]),
      'INPUT_UNREADABLE',
      /^no such file or directory: .*\/x\.yaml$/,
      /path/,
    ],
    [
      'a link to itself',
      () => readDump([directoryWithLink('x.yaml', './x.yaml')]),
      'INPUT_UNREADABLE',
      /\/x\.yaml: its symbolic links lead in a circle$/,
      /real file/,
    ],
  ])('is told in one line: %s', async (_, read, code, message, remedy) => {
    const failure = await failureOf(read);
    expect(failure).toMatchObject({ code, disposition: 'reject' });
    expect(failure.message).toMatch(message);
    expect(failure.message).not.toMatch(/\n|Error|E[A-Z]{4,}|Z_/);
    expect(failure.remedy).toMatch(remedy);
  });
});

/** The bytes with some in the middle changed. */
function corrupt(bytes: Buffer, at = bytes.length >> 1): Buffer {
  const broken = Buffer.from(bytes);
  broken.fill(0x5a, at, at + 20);
  return broken;
}

function directoryWithLink(name: string, target: string): string {
  const directory = directoryWith({});
  symlinkSync(target, join(directory, name));
  return directory;
}
