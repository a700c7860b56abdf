import { beforeAll, expect, it } from 'vitest';
import { closedGates, GATE_CODES } from '../../shared/domain/remediation/gate.ts';
import { durationMs } from '../../shared/domain/units.ts';
import { approvalEvent, BOT } from './support/approvals.ts';
import { describeRepairs } from './support/describe-repairs.ts';
import { setTaints } from './support/nodes.ts';
import { kinds, ref } from './support/objects.ts';
import { installObstructions, OBSTRUCTIONS } from './support/obstructions.ts';
import {
  begin,
  expectStages,
  lookUntil,
  lookUntilRecovered,
  only,
  REMEDIES,
  toldOf,
} from './support/repair-story.ts';
import { daemonSet, POLICY_LABEL, startVmi } from './support/stage.ts';
import { until } from './support/until.ts';

describeRepairs('a repair that something stands against', (stage, cluster) => {
  beforeAll(async () => {
    await installObstructions(cluster.api);
  });

  it.each(Object.entries(OBSTRUCTIONS))(
    'waits while %s, says so once, and then goes on',
    async (_, { gate, remedy = 'LabelNode', policy, place, clear }) => {
      const repairs = await begin(stage, REMEDIES[remedy], { ...only(REMEDIES[remedy], 'Auto'), ...policy });
      const site = { stage, repairs };
      try {
        await place?.(site);
        const before = repairs.writes.length;
        await lookUntil(repairs, `${gate} is closed`, ({ remediation }) =>
          Boolean(remediation.run?.refusedFor.includes(gate)),
        );
        await repairs.look();
        const refused = toldOf(repairs).filter(({ stage: what }) => what === 'refused');
        expect(refused).toMatchObject([{ data: { reason: { code: gate } } }]);
        const gates = refused[0]?.data.gates ?? [];
        expect(gates.map(({ code }) => code)).toEqual(GATE_CODES);
        // A budget for nothing is a storm as soon as anything is open.
        const alsoClosed = gate === 'WithinBudget' ? ['NoStorm'] : [];
        expect(closedGates(gates as never)).toEqual([gate, ...alsoClosed]);
        expect(repairs.writes).toHaveLength(before);
      } finally {
        await clear(site);
      }
      const { remediation } = await lookUntilRecovered(repairs);
      expect(remediation.attempts.at(-1)).toMatchObject({ steps: remedy, outcome: 'Succeeded' });
      await repairs.close();
    },
    80_000,
  );

  it('is left to people while it would take virt-handler from another node, whoever approves it', async () => {
    const remedy = REMEDIES.AddPlacementToleration;
    const repairs = await begin(stage, remedy, { ...only(remedy, 'Auto'), approvers: [BOT] });
    // It spares what runs already, but not what a roll-out makes anew.
    await setTaints(cluster.api, 'node03', [{ key: 'new', effect: 'NoSchedule' }]);
    const record = await lookUntil(repairs, 'it is proposed', ({ remediation }) => Boolean(remediation.run));
    expect(record.remediation.run?.mode).toBe('Observe');
    expect(closedGates(record.remediation.run?.gates ?? [])).toContain('Automated');
    await repairs.deliver(approvalEvent(record, repairs.clock.now(), { by: 'mia' }));
    for (let looks = 0; looks < 3; looks += 1) await repairs.look();
    expect(repairs.writes).toEqual([]);
    expectStages(repairs, 'proposed');
    await setTaints(cluster.api, 'node03', []);
    await lookUntilRecovered(repairs);
    expect(repairs.writes).toEqual(['write KubeVirt kubevirt']);
    await repairs.close();
  }, 80_000);

  it('waits for a storm to pass, for its own and for that of the cooldown', async () => {
    const remedy = REMEDIES.LabelNode;
    const stormCooldownMs = durationMs(120_000);
    const repairs = await begin(stage, remedy, { ...only(remedy, 'Auto'), stormCooldownMs });
    const label = (value: string | null) =>
      cluster.api.patch(ref(kinds.node, 'node01'), { metadata: { labels: { [POLICY_LABEL]: value } } });
    await startVmi(cluster, 'web-01b', 'node01');
    await label(null);
    // Nothing is looked at before both have lost theirs: the first alone would be repaired.
    await until('two nodes are without virt-handler', async () => {
      const { status } = await cluster.api.get(daemonSet);
      return status.desiredNumberScheduled === 1 && status.currentNumberScheduled === 1;
    });
    await until('both are open', async () => {
      await repairs.look();
      const records = [await repairs.record('node01'), await repairs.record()];
      return records.every((record) => record?.incident?.state === 'Open');
    });
    for (let looks = 0; looks < 3; looks += 1) await repairs.look();
    expect(repairs.writes).toEqual([]);
    await label('');
    // From then on the storm lasts for its cooldown.
    await until('the other node is over it', async () => {
      await repairs.look();
      return (await repairs.record('node01'))?.incident?.state === 'Resolved';
    });
    await lookUntil(repairs, 'the storm is what it waits for', ({ remediation }) =>
      Boolean(remediation.run?.refusedFor.includes('NoStorm')),
    );
    expect(repairs.writes).toEqual([]);
    repairs.clock.skip(121);
    await lookUntilRecovered(repairs);
    expect(repairs.writes).toEqual(['write Node node02']);
    await repairs.close();
  }, 80_000);
});
