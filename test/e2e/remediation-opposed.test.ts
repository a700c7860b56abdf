import { expect, it } from 'vitest';
import { durationMs } from '../../shared/domain/units.ts';
import { approvalEvent, BOT } from './support/approvals.ts';
import { pause, startBackground } from './support/background-loop.ts';
import { describeRepairs } from './support/describe-repairs.ts';
import { setTaints } from './support/nodes.ts';
import { kinds, ref } from './support/objects.ts';
import {
  begin,
  lookUntil,
  lookUntilRecovered,
  only,
  REMEDIES,
  stages,
  toldOf,
} from './support/repair-story.ts';
import { POLICY_LABEL, SCENE } from './support/stage.ts';
import { writtenByUs } from './support/written.ts';

const remedy = REMEDIES.LabelNode;
const crd = ref(kinds.crd, 'hyperconvergeds.hco.kubevirt.io');
const anything = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const object = (properties: object) => ({ ...anything, properties });
/** By which no toleration can be written, as its key is a text. */
const NO_TOLERATION = object({
  spec: object({
    workloads: object({
      nodePlacement: object({
        tolerations: { type: 'array', items: object({ key: { type: 'integer' } }) },
      }),
    }),
  }),
});

describeRepairs('a repair that somebody works against', (stage, cluster) => {
  const label = (name: string, value: string | null) =>
    cluster.api.patch(ref(kinds.node, name), { metadata: { labels: { [POLICY_LABEL]: value } } });

  it('writes nothing that the API server refuses to try, and stops after three such plans', async () => {
    const { api } = cluster;
    const define = (value: object) =>
      api.patch(crd, [{ op: 'replace', path: '/spec/versions/0/schema/openAPIV3Schema', value }], {
        type: 'json',
      });
    const taint = (key: string) => setTaints(api, SCENE, [{ key, effect: 'NoExecute' }]);
    await define(NO_TOLERATION);
    const against = 'it gets such a taint where HyperConverged owns the placement';
    const toleration = REMEDIES.AddPlacementToleration;
    const repairs = await begin(stage, { against }, only(toleration, 'Auto'));
    const failures = () => stages(repairs).filter((it) => it === 'failed DryRunRefused').length;
    // Another taint, another plan.
    for (const [index, key] of ['one', 'two', 'three'].entries()) {
      await taint(key);
      await lookUntil(repairs, `a toleration of ${key} is refused`, () => failures() > index);
    }
    const failed = toldOf(repairs).find(({ stage: what }) => what === 'failed');
    expect(failed?.data.reason?.message).toMatch(/does not take the change: .*tolerations/);
    await taint('four');
    await define(anything);
    const { remediation } = await lookUntil(repairs, 'it is blocked', (record) =>
      Boolean(record.remediation.run?.refusedFor.includes('NotBlocked')),
    );
    expect(remediation.run?.refusedFor).toEqual(['NotBlocked', 'NotExhausted']);
    expect(remediation.changes).toEqual([]);
    expect(repairs.writes).toEqual([]);
    expect(await writtenByUs(api)).toEqual([]);
    await repairs.close();
  }, 80_000);

  it('is written no third time when somebody takes it back at once, and says so', async () => {
    const repairs = await begin(stage, remedy, only(remedy, 'Auto'));
    const opponent = startBackground(async (signal) => {
      for (; !signal.aborted; await pause(20, signal)) await label(SCENE, null);
    });
    try {
      const { remediation } = await lookUntil(repairs, 'it gives way', ({ remediation: { attempts } }) =>
        attempts.some(({ outcome }) => outcome === 'Failed'),
      );
      expect(stages(repairs).slice(0, 4)).toEqual(['proposed', 'approved', 'started', 'failed Contested']);
      expect(remediation.attempts[0]?.reason.message).toMatch(/took back 2 times .* left to people/);
      for (let looks = 0; looks < 3; looks += 1) await repairs.look();
      expect(repairs.writes).toEqual(['write Node node02', 'write Node node02']);
      const { run } = (await repairs.record())?.remediation ?? {};
      expect(run?.gates.find(({ code }) => code === 'Uncontested')).toMatchObject({ open: false });
    } finally {
      await opponent.stop();
    }
    await repairs.close();
  }, 80_000);

  it('asks anew when what was approved has waited for too long', async () => {
    const usual = { ...only(remedy, 'Approve'), approvers: [BOT], approvalMs: durationMs(120_000) };
    const pauses = [{ reason: 'a freeze', nodes: '*' }];
    const repairs = await begin(stage, remedy, { ...usual, pauses });
    const approve = async (): Promise<void> => {
      const record = await lookUntil(repairs, 'it is asked for', ({ remediation: { run } }) => {
        return run !== undefined;
      });
      await repairs.deliver(approvalEvent(record, repairs.clock.now(), { by: 'mia' }));
    };
    await approve();
    await lookUntil(
      repairs,
      'it is held up',
      ({ remediation: { run } }) => run?.refusedFor[0] === 'NotPaused',
    );
    repairs.clock.skip(121);
    await lookUntil(repairs, 'it is too late', ({ remediation: { run } }) =>
      Boolean(run?.refusedFor.includes('Approved')),
    );
    await repairs.configure(usual);
    await repairs.look();
    expect(repairs.writes).toEqual([]);
    await approve();
    await lookUntilRecovered(repairs);
    expect(repairs.writes).toEqual(['write Node node02']);
    await repairs.close();
  }, 80_000);
});
