import { describe, expect, it } from 'vitest';
import { type ChannelRetryOptions, withRetries } from '../../../shared/channels/with-retries.ts';
import { type Clock, durationMs, epochMs } from '../../../shared/domain/units.ts';
import { ChannelRefusedError, ChannelUnavailableError } from '../../../shared/errors/errors.ts';
import type { Channel, Notice, Receipt } from '../../../shared/runtime/channel.ts';
import { notices } from '../../support/notices.ts';

const NOTICE = notices()['opened'] as Notice;
const RECEIPT: Receipt = { externalId: 'id-1' };
const ABILITIES: Channel['abilities'] = {
  updates: 'no',
  threads: false,
  resolves: false,
  deduplicates: false,
  signed: false,
  storms: false,
  remediation: true,
  keepAliveMs: undefined,
};
const unavailable = (retryAfterMs?: number) =>
  new ChannelUnavailableError('channel chat does not take a notice', 'Look.', { retryAfterMs, cause: 'why' });
const refused = () => new ChannelRefusedError('channel chat refuses a notice', 'Look.');

/** A world whose time passes by waiting, and by `tryMs` with every try. */
function aWorld(answers: readonly (Error | Receipt)[], { totalMs = 10_000, tryMs = 0 } = {}) {
  let now = 1_000_000;
  const waits: number[] = [];
  const calls: (string | undefined)[] = [];
  const clock: Clock = { now: () => epochMs(now) };
  const inner: Channel = {
    name: 'chat',
    abilities: ABILITIES,
    async send(_, previous) {
      calls.push(previous);
      now += tryMs;
      const answer = answers[calls.length - 1] ?? answers.at(-1);
      if (answer instanceof Error) throw answer;
      return answer as Receipt;
    },
  };
  const options: ChannelRetryOptions = {
    totalMs: durationMs(totalMs),
    clock,
    random: () => 0,
    async wait(delayMs) {
      waits.push(delayMs);
      now += delayMs;
    },
  };
  return { channel: withRetries(inner, options), waits, calls };
}

describe('a channel that tries again', () => {
  it('is the same channel', () => {
    expect(aWorld([RECEIPT]).channel).toMatchObject({ name: 'chat', abilities: ABILITIES });
  });

  it('does not when it was taken at once', async () => {
    const { channel, waits, calls } = aWorld([RECEIPT]);
    await expect(channel.send(NOTICE, 'before')).resolves.toEqual(RECEIPT);
    expect([waits, calls]).toEqual([[], ['before']]);
  });

  it('does so after waits that grow, until it is taken', async () => {
    const { channel, waits, calls } = aWorld([unavailable(), unavailable(), unavailable(), RECEIPT]);
    await expect(channel.send(NOTICE, 'before')).resolves.toEqual(RECEIPT);
    expect([waits, calls]).toEqual([[250, 500, 1_000], Array(4).fill('before')]);
  });

  it('waits as long as the other side asks, when that fits', async () => {
    const { channel, waits } = aWorld([unavailable(4_000), RECEIPT]);
    await channel.send(NOTICE, undefined);
    expect(waits).toEqual([4_000]);
  });

  it('gives up at once when it does not fit, and says what was asked for', async () => {
    const { channel, waits } = aWorld([unavailable(10_001)]);
    await expect(channel.send(NOTICE, undefined)).rejects.toMatchObject({
      attempts: 1,
      retryAfterMs: 10_001,
    });
    expect(waits).toEqual([]);
  });

  it('gives up when the time is used by tries that take long', async () => {
    const { channel, waits } = aWorld([unavailable()], { tryMs: 5_000, totalMs: 10_000 });
    await expect(channel.send(NOTICE, undefined)).rejects.toMatchObject({ attempts: 2 });
    expect(waits).toEqual([250]);
  });

  it('gives up after six tries, however much time there is, with the last error and its cause', async () => {
    const { channel, waits } = aWorld([unavailable()], { totalMs: 3_600_000 });
    await expect(channel.send(NOTICE, undefined)).rejects.toMatchObject({
      code: 'CHANNEL_UNAVAILABLE',
      message: 'channel chat does not take a notice',
      remedy: 'Look.',
      cause: 'why',
      attempts: 6,
    });
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000]);
  });

  it('never does what was refused, and counts the tries before', async () => {
    await expect(aWorld([refused()]).channel.send(NOTICE, undefined)).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
      attempts: 1,
    });
    const second = aWorld([unavailable(), refused(), RECEIPT]);
    await expect(second.channel.send(NOTICE, undefined)).rejects.toMatchObject({
      code: 'CHANNEL_REFUSED',
      attempts: 2,
    });
    expect(second.calls.length).toBe(2);
  });

  it.each([new TypeError('a bug'), new Error('another')])('lets a bug through: %s', async (bug) => {
    const { channel, calls } = aWorld([bug, RECEIPT]);
    await expect(channel.send(NOTICE, undefined)).rejects.toBe(bug);
    expect(calls.length).toBe(1);
  });
});
