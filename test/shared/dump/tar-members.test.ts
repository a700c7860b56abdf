import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { readTar } from '../../../shared/dump/tar-members.ts';
import { jsonList, readDump, tarOf } from '../../support/dump-files.ts';
import { aNode } from '../../support/objects.ts';

const MIB = 1_024 * 1_024;
const LOG_MIB = 192;

describe('readTar', () => {
  it('streams past a large log instead of holding it', async () => {
    let peakBytes = 0;
    let givenMib = 0;
    const log = Readable.from(
      (function* () {
        for (; givenMib < LOG_MIB; givenMib += 1) {
          peakBytes = Math.max(peakBytes, process.memoryUsage().arrayBuffers);
          yield Buffer.alloc(MIB, `line ${givenMib}\n`);
        }
      })(),
      { highWaterMark: 1 },
    );
    const archive = pack();
    archive.entry({ name: 'namespaces/a/core/pods/p.json' }, jsonList([aNode('node01')]), () => {
      const entry = archive.entry({ name: 'logs/current.log', size: LOG_MIB * MIB }, () => {
        archive.entry({ name: 'nodes.json' }, jsonList([aNode('node02')]));
        archive.finalize();
      });
      log.pipe(entry as unknown as NodeJS.WritableStream);
    });
    const before = process.memoryUsage().arrayBuffers;
    const packed = Readable.from(archive as AsyncIterable<Buffer>).pipe(createGzip({ level: 1 }));
    const { nodes } = await readDump(['-'], packed);
    expect([...nodes.keys()]).toEqual(['node01', 'node02']);
    expect(givenMib).toBe(LOG_MIB);
    expect(peakBytes - before).toBeLessThan((LOG_MIB / 2) * MIB);
  }, 60_000);

  it('hands over only members that can hold objects, in the order of the archive', async () => {
    const bytes = await tarOf({
      'z.json': 'z',
      'b.log': 'b',
      './a.yaml': 'a',
      '.hidden.json': 'h',
      'dir.json/x.txt': 'x',
    });
    const seen: string[] = [];
    await readTar(once(bytes), 'x.tar', async (member, content) => {
      seen.push(member);
      for await (const chunk of content) seen.push(Buffer.from(chunk).toString());
    });
    expect(seen).toEqual(['z.json', 'z', './a.yaml', 'a']);
  });

  it('passes over links and directories', async () => {
    const archive = pack();
    archive.entry({ name: 'a.json', type: 'symlink', linkname: 'b.json' });
    archive.entry({ name: 'c.json', type: 'directory' });
    archive.finalize();
    const bytes = archive as AsyncIterable<Buffer>;
    await expect(readTar(bytes, 'x.tar', () => expect.unreachable())).resolves.toBeUndefined();
  });

  it('passes on the errors of the source and of who reads a member', async () => {
    const bytes = await tarOf({ 'a.json': '{}' });
    const failing = new TypeError('a bug');
    await expect(readTar(once(bytes), 'x', () => Promise.reject(failing))).rejects.toBe(failing);
    const source = (async function* () {
      yield bytes.subarray(0, 600);
      throw failing;
    })();
    const drain = async (_: string, content: AsyncIterable<Uint8Array>) => {
      for await (const chunk of content) expect(chunk).toBeDefined();
    };
    await expect(readTar(source, 'x', drain)).rejects.toBe(failing);
  });

  it('takes bytes in pieces of any size', async () => {
    const bytes = await tarOf({ 'a.json': 'x'.repeat(700) });
    const pieces = (async function* () {
      for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
    })();
    let length = 0;
    await readTar(pieces, 'x', async (_, content) => {
      for await (const chunk of content) length += chunk.byteLength;
    });
    expect(length).toBe(700);
  });
});

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes;
}
