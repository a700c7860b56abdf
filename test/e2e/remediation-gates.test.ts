import { afterAll, beforeAll, expect, it } from 'vitest';
import { closedGates, GATE_CODES } from '../../shared/domain/remediation/gate.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { installIncidents } from './support/incidents.ts';
import { setTaints } from './support/nodes.ts';
import { installObstructions, OBSTRUCTIONS } from './support/obstructions.ts';
import { type RemediationStage, startRemediationStage } from './support/remediation-stage.ts';
import { begin, lookUntil, lookUntilRecovered, only, REMEDIES, toldOf } from './support/repair-story.ts';

describeCluster('a repair that something stands against', (cluster) => {
  let stage: RemediationStage;

  beforeAll(async () => {
    stage = await startRemediationStage(cluster);
    await installIncidents(cluster);
    await installObstructions(cluster.api);
  });
  afterAll(() => stage?.stop());

  it.each(Object.entries(OBSTRUCTIONS))(
    'waits while %s, says so once, and then goes on',
    async (_, { gate, remedy = 'LabelNode', policy, place, clear }) => {
      const repairs = await begin(stage, REMEDIES[remedy], { ...only(REMEDIES[remedy], 'Auto'), ...policy });
      const site = { api: cluster.api, repairs };
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

  it('is left to people while it would take virt-handler from another node', async () => {
    const remedy = REMEDIES.AddPlacementToleration;
    const repairs = await begin(stage, remedy, only(remedy, 'Auto'));
    // It spares what runs already, but not what a roll-out makes anew.
    await setTaints(cluster.api, 'node03', [{ key: 'new', effect: 'NoSchedule' }]);
    const { remediation } = await lookUntil(repairs, 'it is proposed', (record) =>
      Boolean(record.remediation.run),
    );
    expect(remediation.run?.mode).toBe('Observe');
    for (let looks = 0; looks < 3; looks += 1) await repairs.look();
    expect(repairs.writes).toEqual([]);
    await setTaints(cluster.api, 'node03', []);
    await lookUntilRecovered(repairs);
    expect(repairs.writes).toEqual(['write KubeVirt kubevirt']);
    await repairs.close();
  }, 80_000);
});
