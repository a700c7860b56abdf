import { describe, expect, it } from 'vitest';
import { type Delivery, SubscriberQueue } from '../../../../infra/local/broker/subscriber-queue.ts';
import type { IncomingEvent } from '../../../../shared/events/incoming-event.ts';

type Verdict = Awaited<ReturnType<ConstructorParameters<typeof SubscriberQueue>[0]['attempt']>>;

/** A queue of which every attempt ends when, and how, the test says. */
function aQueue(concurrency = 1, inAnyOrder = false) {
  const running: { readonly id: string; readonly end: (verdict?: Verdict) => void }[] = [];
  const depths: number[] = [];
  const queue = new SubscriberQueue({
    capacity: 100,
    concurrency,
    inAnyOrder,
    attempt: ({ event }: Delivery) => new Promise((end) => void running.push({ id: event.id, end })),
    onDepth: (depth) => void depths.push(depth),
  });
  return { queue, running, depths, begun: () => running.map(({ id }) => id) };
}

/** Changes of one pod. */
function change(id: string, verb = 'update'): IncomingEvent {
  const type = `dev.knative.apiserver.resource.${verb}`;
  return { specversion: '1.0', id, source: 'https://api', type, subject: '/pods/a' };
}

function ofNode(id: string): IncomingEvent {
  const type = 'dev.kubevirt-orphans.incident.opened.v1';
  return { specversion: '1.0', id, source: '/clusters/a', type, subject: 'nodes/a', partitionkey: 'a' };
}

const turns = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

it('begins events of one thing as they come where their order does not matter', () => {
  const { queue, begun } = aQueue(1, true);
  for (const id of ['a1', 'a2', 'a3']) queue.add(ofNode(id));
  expect(begun()).toEqual(['a1', 'a2', 'a3']);
});

describe('raw events', () => {
  it('about one thing are all begun as they come: they wait for one judgement', async () => {
    const { queue, running, depths, begun } = aQueue();
    queue.add(change('a1', 'add'));
    queue.add(change('a2'));
    queue.add(change('a3', 'delete'));
    expect(begun()).toEqual(['a1', 'a2', 'a3']);
    for (const { end } of running) end();
    await turns();
    expect(depths).toEqual([1, 2, 3, 2, 1, 0]);
    expect(queue.isRunning).toBe(false);
  });

  it('neither wait for others nor keep them waiting', async () => {
    const { queue, running, begun } = aQueue();
    queue.add(change('a1'));
    queue.add(ofNode('x'));
    queue.add(ofNode('y'));
    queue.add(change('a2'));
    expect(begun()).toEqual(['a1', 'x', 'a2']);
    running[1]?.end();
    await turns();
    expect(begun()).toEqual(['a1', 'x', 'a2', 'y']);
  });

  it('are tried again one by one', async () => {
    const { queue, running, depths, begun } = aQueue();
    queue.add(change('a1'));
    queue.add(change('a2'));
    running[0]?.end({ retryAfter: Promise.resolve() });
    running[1]?.end();
    await turns();
    expect(begun()).toEqual(['a1', 'a2', 'a1']);
    expect(depths).toEqual([1, 2, 1]);
  });

  it('are not begun any more once the queue is closed, and are counted as left', async () => {
    const { queue, running, begun } = aQueue();
    queue.add(change('a1'));
    queue.close();
    running[0]?.end({ retryAfter: Promise.resolve() });
    await turns();
    expect(begun()).toEqual(['a1']);
    expect(queue).toMatchObject({ depth: 1, isRunning: false });
  });
});

describe('our own events', () => {
  it('each count: those of one node are delivered in their order, none is left out', async () => {
    const { queue, running, begun } = aQueue(8);
    for (const id of ['x', 'y', 'z']) queue.add(ofNode(id));
    expect(begun()).toEqual(['x']);
    running[0]?.end();
    await turns();
    running[1]?.end();
    await turns();
    expect(begun()).toEqual(['x', 'y', 'z']);
  });
});
