import { describe, expect, it } from 'vitest';
import { ChannelRefusedError, ChannelUnavailableError } from '../../../shared/errors/errors.ts';
import { FakeChannel } from '../../support/fake-channel.ts';
import { DEFINITE } from '../../support/incidents.ts';
import { notifyWorld, settled, TICK } from '../../support/notify-world.ts';

describe('a channel that does not take a notice', () => {
  const down = (retryAfterMs?: number) =>
    Promise.reject(
      new ChannelUnavailableError('channel ops is down', 'Wait.', { attempts: 3, retryAfterMs }),
    );

  it('is told of once for each revision, and tried again with every tick until it takes it', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, sink, deliveries } = notifyWorld([ops]);
    put('node02');
    ops.answer = () => down();
    await fn.handle(TICK);
    await fn.handle(TICK);
    expect(sink.told).toEqual(['notification.failed.v1 record-1.1.3.ops.notification-failed']);
    expect(sink.events).toHaveLength(1);
    expect(sink.events[0]?.data).toEqual({
      node: { name: 'node02', uid: 'uid-node02' },
      incident: { uid: 'record-1', episode: 1, revision: 3 },
      channel: 'ops',
      attempts: 3,
      reason: { code: 'CHANNEL_UNAVAILABLE', message: 'channel ops is down' },
    });
    expect(deliveries('node02')).toMatchObject([{ told: undefined, failure: { attempts: 6 } }]);
    put('node02', { revision: 4 });
    await fn.handle(TICK);
    expect(sink.told).toHaveLength(2);
    ops.answer = () => Promise.resolve({ externalId: undefined });
    await fn.handle(TICK);
    expect(ops.told).toEqual(['open node02 4']);
    expect(deliveries('node02')).toMatchObject([{ failure: undefined }]);
  });

  it('is left alone as long as it asks', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, clock } = notifyWorld([ops]);
    put('node02');
    let calls = 0;
    ops.answer = () => {
      calls += 1;
      return down(90_000);
    };
    await fn.handle(TICK);
    clock.pass(89);
    await fn.handle(TICK);
    expect(calls).toBe(1);
    clock.pass(1);
    await fn.handle(TICK);
    expect(calls).toBe(2);
  });

  it('is not asked for each incident while it is down, and each has its turn', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, sink } = notifyWorld([ops], { route: { match: { causes: ['TaintNotTolerated'] } } });
    for (const node of ['a', 'b']) put(node, { causes: [{ ...DEFINITE, code: 'TaintNotTolerated' }] });
    ops.answer = () => down();
    await fn.handle(TICK);
    expect(sink.events.map(({ node }) => node)).toEqual(['a']);
    await fn.handle(TICK);
    expect(sink.events.map(({ node }) => node)).toEqual(['a', 'b']);
  });

  it('that refuses one notice takes the others', async () => {
    const ops = new FakeChannel('ops');
    const { fn, put, sink } = notifyWorld([ops]);
    for (const node of ['a', 'b']) put(node);
    ops.answer = ({ message }) =>
      message.node === 'a'
        ? Promise.reject(new ChannelRefusedError('channel ops refuses a notice: it answers 400', 'Check it.'))
        : Promise.resolve({ externalId: undefined });
    await fn.handle(TICK);
    expect(ops.told).toEqual(['open b 3']);
    expect(sink.events.map(({ node }) => node)).toEqual(['a']);
  });

  it('delays no other', async () => {
    const [ops, pager] = [new FakeChannel('ops'), new FakeChannel('pager')];
    const { fn, put } = notifyWorld([ops, pager]);
    put('node02');
    ops.answer = () => new Promise(() => undefined);
    void fn.handle(TICK);
    await settled();
    put('node02', { revision: 4 }, 'Resolved');
    void fn.handle(TICK);
    await settled();
    expect(pager.told).toEqual(['open node02 3', 'resolve node02 4']);
  });
});
