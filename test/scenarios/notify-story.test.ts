import { afterEach, beforeEach, expect, it } from 'vitest';
import type { ClusterObject } from '../../shared/domain/objects.ts';
import { random } from '../e2e/support/random.ts';
import { type ChannelServers, startChannelServers } from '../support/channel-servers.ts';
import { at } from '../support/incidents.ts';
import { aDaemonSet, aHandler, aKubeVirt, aNode, aVmi } from '../support/objects.ts';
import { StoryWorld } from '../support/story-world.ts';

let servers: ChannelServers;
beforeEach(async () => {
  servers = await startChannelServers();
});
afterEach(() => servers.close());

const selector = { nodeSelector: { zone: 'a' } };
const excluded = aKubeVirt({ spec: { workloads: { nodePlacement: selector } } });
const healthy = [aKubeVirt(), aDaemonSet(), aNode('node02'), aHandler('node02'), aVmi('web', 'node02')];
const orphaned = [excluded, aDaemonSet({ template: selector }), aNode('node02'), aVmi('web', 'node02')];

/** Opened and diagnosed, updated, resolved: what is in the cluster when. */
const STORY: readonly (readonly [string, readonly ClusterObject[]])[] = [
  ['2026-08-22T10:00:00Z', healthy],
  ['2026-08-22T10:01:00Z', orphaned],
  ['2026-08-22T10:01:20Z', [...orphaned, aVmi('db', 'node02')]],
  ['2026-08-22T10:01:40Z', [...healthy, aVmi('db', 'node02')]],
];

async function play(world: StoryWorld): Promise<void> {
  for (const [time, objects] of STORY) {
    world.set(objects, at(time));
    await world.audit();
  }
}

const OPEN = 'Orphaned: nothing manages 1 VMI on node02 (cluster recorded): NodeSelectorMismatch';
const MORE = 'Orphaned: nothing manages 2 VMIs on node02 (cluster recorded): NodeSelectorMismatch';
const OVER = 'Recovered: node02 (cluster recorded) is managed again after 40 s';

/** What the other side of each channel gets, in this order. */
const EXPECTED: Readonly<Record<string, readonly string[]>> = {
  'slack-webhook': [`POST /slack-webhook 🟠 ${OPEN}`, `POST /slack-webhook 🟢 ${OVER}`],
  slack: [
    'POST /slack/chat.postMessage the message',
    'POST /slack/chat.update the message',
    'POST /slack/chat.update the message',
    'POST /slack/chat.postMessage in the thread',
  ],
  teams: [`POST /teams ${OPEN}`, `POST /teams ${OVER}`],
  pagerduty: ['POST /pagerduty trigger record-1.1', 'POST /pagerduty resolve record-1.1'],
  alertmanager: [
    'POST /alertmanager/api/v2/alerts until 2026-08-22T10:05:00.000Z',
    'POST /alertmanager/api/v2/alerts until 2026-08-22T10:05:20.000Z',
    'POST /alertmanager/api/v2/alerts until 2026-08-22T10:01:40.000Z',
  ],
  mail: [OPEN, OVER],
  webhook: [
    'POST /webhook record-1.1.2.opened',
    'POST /webhook record-1.1.3.updated',
    'POST /webhook record-1.1.4.resolved',
  ],
  'kubernetes-events': [
    'VirtHandlerMissing Node node02',
    'VirtHandlerMissing VirtualMachineInstance web',
    'VirtHandlerMissing Node node02',
    'VirtHandlerMissing VirtualMachineInstance db',
    'VirtHandlerMissing VirtualMachineInstance web',
    'IncidentResolved Node node02',
    'IncidentResolved VirtualMachineInstance db',
    'IncidentResolved VirtualMachineInstance web',
  ],
  log: [`open Open: ${OPEN}`, `update Open: ${MORE}`, `resolve Resolved: ${OVER}`],
};

it('tells every channel what it has to hear, and nothing else', async () => {
  await play(new StoryWorld({ channels: servers.channels }));
  expect(servers.received).toEqual(EXPECTED);
});

it.each([1, 2, 3, 4, 5])(
  'tells the same when every event comes three times, in any order, to two instances (seed %i)',
  async (seed) => {
    const next = random(seed);
    const pick = (waiting: number) => Math.floor(next() * waiting);
    const world = new StoryWorld({ channels: servers.channels, instances: 2, times: 3, pick });
    await play(world);
    expect(servers.received).toEqual(EXPECTED);
    // And when all of it comes again, long after.
    const again = [...world.published, ...world.published].sort(() => next() - 0.5);
    for (const event of again) await world.deliver({ ...event });
    expect(servers.received).toEqual(EXPECTED);
  },
);
