import { expect, it } from 'vitest';
import { closedGates, type GateCode } from '../../shared/domain/remediation/gate.ts';
import { describeRepairs } from './support/describe-repairs.ts';
import { setTaints } from './support/nodes.ts';
import { awaitRollOut, type RemediationStage } from './support/remediation-stage.ts';
import { begin, lookUntilRecovered, only, REMEDIES, type Remedy, toldOf } from './support/repair-story.ts';
import { NODES } from './support/stage.ts';
import { setPlacement } from './support/virt-operator.ts';

/** Proposed, told, started: the record says that it has begun, and nothing is written yet. */
const STARTED = 'incidents.update 3';

interface Turn {
  readonly gate: GateCode;
  readonly remedy: Remedy;
  /** What happens between the decision to repair and the write. */
  readonly happen: (stage: RemediationStage) => Promise<unknown>;
  /** Lets it go on. */
  readonly clear?: (stage: RemediationStage) => Promise<unknown>;
  readonly writes: readonly string[];
}

const TURNS: Readonly<Record<string, Turn>> = {
  'virt-handler comes back by itself': {
    gate: 'StillOrphaned',
    remedy: REMEDIES.LabelNode,
    happen: async (stage) => {
      await setPlacement(stage.cluster.api, 'KubeVirt', undefined);
      await awaitRollOut(stage, NODES.length);
    },
    writes: [],
  },
  'another node would lose its virt-handler by it': {
    gate: 'HarmsNobody',
    remedy: REMEDIES.AddPlacementToleration,
    // It spares what runs already, but not what a roll-out makes anew.
    happen: ({ cluster: { api } }) => setTaints(api, 'node03', [{ key: 'new', effect: 'NoSchedule' }]),
    clear: ({ cluster: { api } }) => setTaints(api, 'node03', []),
    writes: ['write KubeVirt kubevirt'],
  },
};

describeRepairs('a repair that was started, and before whose first write the world is another', (stage) => {
  it.each(Object.entries(TURNS))(
    'is refused when %s',
    async (_, { gate, remedy, happen, clear, writes }) => {
      const meanwhile = () => happen(stage);
      const repairs = await begin(stage, remedy, only(remedy, 'Auto'), { after: [STARTED], meanwhile });
      await repairs.look();
      expect(repairs.deaths).toBe(1);
      const refused = toldOf(repairs).filter(({ stage: what }) => what === 'refused');
      expect(refused).toMatchObject([{ data: { reason: { code: gate } } }]);
      expect(closedGates((refused[0]?.data.gates ?? []) as never)).toEqual([gate]);
      for (let looks = 0; looks < 2; looks += 1) await repairs.look();
      expect(repairs.writes).toEqual([]);
      await clear?.(stage);
      await lookUntilRecovered(repairs);
      expect(repairs.writes).toEqual(writes);
      await repairs.close();
    },
    80_000,
  );
});
