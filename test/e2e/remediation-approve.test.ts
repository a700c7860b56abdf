import { expect, it } from 'vitest';
import { epochMs } from '../../shared/domain/units.ts';
import type { IncidentRecord } from '../../shared/runtime/ports.ts';
import { approvalEvent, askedOf, BOT } from './support/approvals.ts';
import { describeRepairs } from './support/describe-repairs.ts';
import { kinds } from './support/objects.ts';
import { HANDLERS, operatedKubeVirt } from './support/operator-objects.ts';
import {
  begin,
  expectStages,
  lookUntil,
  lookUntilRecovered,
  only,
  ourEvents,
  REMEDIES,
  type Remedy,
} from './support/repair-story.ts';
import type { Repairs } from './support/repairs.ts';
import { writtenByUs } from './support/written.ts';

/** The ways in which a person says yes, each with the name by which it is remembered. */
const WAYS = {
  annotation: {
    approve: async ({ world }: Repairs, record: IncidentRecord) => {
      await world.approver.approve(record, askedOf(record).revision);
    },
    by: /^kubevirt-orphans-approve$/,
  },
  'signed link': {
    approve: async ({ tokens, clock, deliver }: Repairs, record: IncidentRecord) => {
      const until = epochMs(clock.now() + 60_000);
      const token = await tokens.sign(askedOf(record), until);
      await deliver(approvalEvent(record, clock.now(), { token }));
    },
    by: /^signed link \w+$/,
  },
  'trusted sender': {
    approve: async ({ clock, deliver }: Repairs, record: IncidentRecord) => {
      await deliver(approvalEvent(record, clock.now(), { by: 'mia' }));
    },
    by: /mia/,
  },
} as const;

type Way = keyof typeof WAYS;
const CASES: readonly (readonly [keyof typeof REMEDIES, Way])[] = [
  ['LabelNode', 'annotation'],
  ['ExtendPlacementAffinity', 'signed link'],
  ['AddPlacementToleration', 'trusted sender'],
  ['ExtendPlacement', 'annotation'],
  ['LabelNode+AddPlacementToleration', 'signed link'],
  ['RestartHandlerPod', 'trusted sender'],
];

describeRepairs('a repair that somebody is asked for', (stage, cluster) => {
  it.each(CASES)(
    '%s writes nothing when only observed, nothing before the %s, and then repairs',
    async (name, way) => {
      const remedy: Remedy = REMEDIES[name];
      const repairs = await begin(stage, remedy, only(remedy, 'Observe'));
      const before = await untouched();
      await lookUntil(repairs, 'it is proposed', ({ remediation }) => remediation.run !== undefined);
      await repairs.look();
      expectStages(repairs, 'proposed');
      expect(await untouched()).toEqual(before);

      await repairs.configure({ ...only(remedy, 'Approve'), approvers: [BOT] });
      await lookUntil(repairs, 'it is asked for', ({ remediation }) => remediation.run?.mode === 'Approve');
      await repairs.look();
      expectStages(repairs, 'proposed', 'proposed');
      expect(repairs.writes).toEqual([]);
      expect(await untouched()).toEqual(before);

      const record = await repairs.record();
      if (record !== undefined) await WAYS[way].approve(repairs, record);
      const { remediation } = await lookUntilRecovered(repairs);
      expectStages(repairs, 'proposed', 'proposed', 'approved', 'started', 'succeeded Recovered');
      expect(remediation.attempts.at(-1)).toMatchObject({
        steps: name,
        by: expect.stringMatching(WAYS[way].by),
      });
      expect(repairs.writes).toEqual(remedy.writes.map((write) => expect.stringMatching(write)));
      await repairs.close();
    },
    60_000,
  );

  /** All that a repair could have changed, which nobody else changes in these stories. */
  async function untouched() {
    const { api } = cluster;
    const nodes = (await api.list(kinds.node)).map(({ metadata: { labels }, spec: { taints } }) => {
      // virt-handler's own.
      const { 'kubevirt.io/schedulable': _, ...others } = labels ?? {};
      return { others, taints };
    });
    const pods = (await api.list(kinds.pod, HANDLERS)).map(({ metadata }) => metadata.uid).sort();
    const { metadata, spec } = await api.get(operatedKubeVirt);
    const events = await ourEvents(api);
    return { nodes, pods, generation: metadata.generation, spec, events, ours: await writtenByUs(api) };
  }
});
