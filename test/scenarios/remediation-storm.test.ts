import { expect, it } from 'vitest';
import { createFunction as createNotify, type NotifySettings } from '../../functions/notify/handler.ts';
import type { Plan } from '../../shared/domain/remediation/plan.ts';
import type { RemediationPolicy } from '../../shared/domain/remediation/remediation-policy.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { FakeChannel } from '../support/fake-channel.ts';
import { AUTO, breakHandler } from '../support/remediation-stories.ts';
import { RemediationWorld } from '../support/remediation-world.ts';

const FARM = Array.from({ length: 50 }, (_, index) => `farm${String(index + 1).padStart(2, '0')}`);
/** Without them the placement would match no node at all, which virt-operator treats in a way of its own. */
const KEPT = ['kept01', 'kept02', 'kept03'];
const POLICY: RemediationPolicy = {
  ...AUTO,
  budget: { nodes: 3, percent: 10 },
  stormCooldownMs: durationMs(300_000),
};
const SETTINGS: NotifySettings = {
  routing: {
    routes: [
      {
        name: 'all',
        match: {},
        channels: ['ops'],
        continue: false,
        minimumSeverity: 'warning',
        repeatMs: undefined,
        mute: [],
      },
    ],
    muteWindows: [],
    silences: [],
    disabledChannels: [],
  },
  links: {},
  diagnosisWaitMs: durationMs(10_000),
  flapQuietMs: durationMs(300_000),
  storm: { minNodes: 3, windowMs: durationMs(300_000) },
};

function aFarm(channel: FakeChannel): RemediationWorld {
  const objects = { get: async () => undefined };
  const world = new RemediationWorld({
    policy: POLICY,
    plan: {
      nodes: [...FARM, ...KEPT],
      vmis: FARM.map((node) => ({ namespace: 'farm', name: `vm-${node}`, node })),
    },
    more: (ports) => [
      createNotify({
        ...ports,
        channels: [channel],
        settings: SETTINGS,
        objects,
        incidentNamespace: async () => 'ops',
      }),
    ],
  });
  for (const node of KEPT) world.cluster.label(node, 'farm', 'no');
  return world;
}

async function standingPlans(world: RemediationWorld): Promise<readonly Plan[]> {
  const records = await world.records();
  return records.flatMap(({ remediation: { run } }) => (run === undefined ? [] : [run.plan]));
}

/** As `kubectl patch` of what the proposal says. */
async function carryOutByHand(world: RemediationWorld, [step]: Plan['steps']): Promise<void> {
  if (step?.change?.action !== 'patch') throw new RangeError('there is no patch to apply');
  const { namespace, name } = step.change.target;
  const { status } = await world.client.call({
    method: 'PATCH',
    path: `/apis/kubevirt.io/v1/namespaces/${namespace}/kubevirts/${name}`,
    body: step.change.operations,
    contentType: 'application/json-patch+json',
  });
  expect(status).toBe(200);
}

it('fifty nodes that one change orphans are one notice and one proposal, which repairs all of them at the source', async () => {
  const channel = new FakeChannel('ops');
  const world = aFarm(channel);
  const openNodes = async () =>
    (await world.records()).filter(({ incident }) => incident?.state === 'Open').map(({ node }) => node);

  world.cluster.setPlacement({ nodeSelector: { farm: 'no' } });
  await world.pass(120);
  expect(await openNodes()).toEqual(FARM);
  expect(channel.told).toEqual(['open farm01 and 49 more']);
  expect(world.watch.writes).toEqual([]);
  const plans = await standingPlans(world);
  expect(plans.map(({ steps }) => steps.map(({ effects }) => effects.handlersGained))).toEqual([[FARM]]);

  await carryOutByHand(world, plans[0]?.steps ?? []);
  await world.pass(60);
  expect(await openNodes()).toEqual([]);

  breakHandler(world, 'farm07');
  await world.pass(120);
  expect(await openNodes()).toEqual(['farm07']);
  expect(world.watch.writes).toEqual([]);
  world.time.advance(200_000);
  await world.pass(60);
  expect(world.watch).toMatchObject({ writes: ['DELETE Pod virt-handler'], broken: [] });
  expect(await openNodes()).toEqual([]);
}, 120_000);
