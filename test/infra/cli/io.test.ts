import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { wantsColor, writeAll } from '../../../infra/cli/io.ts';
import { createProgress } from '../../../infra/cli/progress.ts';

class Sink extends Writable {
  readonly pieces: string[] = [];
  readonly isTTY: boolean;
  readonly columns = 20;
  readonly #failure: Error | undefined;

  constructor(isTTY: boolean, failure?: Error) {
    super();
    this.isTTY = isTTY;
    this.#failure = failure;
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error) => void): void {
    this.pieces.push(chunk.toString());
    done(this.#failure);
  }
}

function failing(code: string): Sink {
  return new Sink(false, Object.assign(new Error('write failed'), { code }));
}

describe('writeAll', () => {
  it('writes every piece in order and says so', async () => {
    const sink = new Sink(false);
    expect(await writeAll(sink, ['a', 'b', 'c'])).toBe(true);
    expect(sink.pieces).toEqual(['a', 'b', 'c']);
  });

  it('stops, and is no failure, when the reader has gone', async () => {
    const asked: string[] = [];
    function* pieces() {
      for (const piece of ['a', 'b', 'c']) {
        asked.push(piece);
        yield piece;
      }
    }
    expect(await writeAll(failing('EPIPE'), pieces())).toBe(false);
    expect(asked).toEqual(['a']);
  });

  it('fails on every other error, such as a full disk', async () => {
    await expect(writeAll(failing('ENOSPC'), ['a'])).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

describe('wantsColor', () => {
  const stdin = new Sink(false) as never;
  it.each([
    [true, {}, true],
    [true, { NO_COLOR: '' }, true],
    [true, { NO_COLOR: '0' }, false],
    [true, { TERM: 'dumb' }, false],
    [false, {}, false],
  ])('terminal %s with %j: %s', (isTTY, env, expected) => {
    const stream = new Sink(isTTY);
    expect(wantsColor({ env, stdin, stdout: stream, stderr: stream })).toBe(expected);
  });
});

describe('the progress line', () => {
  function progressAt(isTTY: boolean) {
    let now = 0;
    const stderr = new Sink(isTTY);
    const progress = createProgress({ stderr }, () => now);
    return {
      stderr,
      progress,
      at: (ms: number) => {
        now = ms;
      },
    };
  }

  it('shows nothing of a read that takes less than a second', () => {
    const { stderr, progress, at } = progressAt(true);
    at(990);
    progress.show('reading');
    progress.clear();
    expect(stderr.pieces).toEqual([]);
  });

  it('rewrites one line ten times a second, within the width, and wipes it', () => {
    const { stderr, progress, at } = progressAt(true);
    for (let ms = 1_000; ms < 1_200; ms += 10) {
      at(ms);
      progress.show(`reading a file with a long name: ${ms}`);
    }
    progress.clear();
    expect(stderr.pieces).toEqual([
      '\r\u001b[Kreading a file with',
      '\r\u001b[Kreading a file with',
      '\r\u001b[K',
    ]);
  });

  it('shows nothing when stderr is no terminal', () => {
    const { stderr, progress, at } = progressAt(false);
    at(5_000);
    progress.show('reading');
    progress.clear();
    expect(stderr.pieces).toEqual([]);
  });
});
