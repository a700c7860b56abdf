import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gunzipped, peek, streamBytes } from '../../../shared/dump/byte-sources.ts';
import { createMeter } from '../../../shared/dump/meter.ts';
import { fileWith, readDump } from '../../support/dump-files.ts';
import { failureOf } from '../../support/failure.ts';

async function textOf(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A stream that says this much and is then silent, as a command that hangs. */
function silentAfter(bytes: Uint8Array): Readable {
  const stream = new Readable({ read: () => undefined });
  stream.push(bytes);
  return stream;
}

describe('gunzipped', () => {
  const [one, two] = [gzipSync('one '), gzipSync('two')];

  it.each([
    ['at a chunk border', [one, two]],
    ['in the header of the second', [Buffer.concat([one, two.subarray(0, 1)]), two.subarray(1)]],
    ['anywhere', [...Buffer.concat([one, two])].map((byte) => Buffer.from([byte]))],
    ['before padding', [one, two, Buffer.alloc(512)]],
  ])('reads members that meet %s', async (_, chunks) => {
    expect(await textOf(gunzipped(Readable.from(chunks), 'x'))).toBe('one two');
  });

  it.each([
    ['a second member without an end', [one, two.subarray(0, 9)], 'x is a truncated gzip file'],
    ['one byte of a second member', [one, two.subarray(0, 1)], 'x is a truncated gzip file'],
    ['something else behind it', [one, Buffer.from('text')], 'x is a corrupt gzip file'],
  ])('refuses %s', async (_, chunks, message) => {
    expect((await failureOf(() => textOf(gunzipped(Readable.from(chunks), 'x')))).message).toBe(message);
  });
});

describe('peek', () => {
  it('looks at the first bytes and takes nothing away', async () => {
    const { head, all } = await peek(
      Readable.from([Buffer.from('ab'), Buffer.from('cd'), Buffer.from('ef')]),
      3,
    );
    expect(Buffer.from(head).toString()).toBe('abcd');
    expect(await textOf(all)).toBe('abcdef');
  });

  it('closes what is not going to be read', async () => {
    let open = true;
    const bytes = (async function* () {
      try {
        yield Buffer.from('abc');
        yield Buffer.from('def');
      } finally {
        open = false;
      }
    })();
    const { close } = await peek(bytes, 1);
    expect(open).toBe(true);
    await close();
    expect(open).toBe(false);
  });
});

describe('streamBytes', () => {
  it('takes a stream of text', async () => {
    const stream = Readable.from(['{"kind":', '"é"}']);
    expect(await textOf(streamBytes(stream, 'standard input', createMeter(undefined)))).toBe('{"kind":"é"}');
  });
});

describe('a command that hangs', () => {
  it.each([
    ['broken JSON', Buffer.from(`{,${' '.repeat(5_000)}`), /, byte 1 /],
    [
      'broken gzip',
      Buffer.concat([gzipSync('x'.repeat(9_999)), Buffer.from('garbage'.repeat(1_000))]),
      /corrupt gzip/,
    ],
    ['a binary', Buffer.alloc(5_000), /binary/],
  ])('is not waited for after %s', async (_, bytes, message) => {
    expect((await failureOf(() => readDump(['-'], silentAfter(bytes)))).message).toMatch(message);
  });
});

describe('a large file', () => {
  it('is refused by its beginning', async () => {
    const { message } = await failureOf(() => readDump([fileWith(Buffer.alloc(1_000_000))]));
    expect(message).toMatch(/dump is a binary file/);
  });
});
