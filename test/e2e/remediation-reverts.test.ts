import { expect, it } from 'vitest';
import { durationMs } from '../../shared/domain/units.ts';
import { describeRepairs } from './support/describe-repairs.ts';
import { nodesWithHandler } from './support/diagnosis.ts';
import { setTaints } from './support/nodes.ts';
import { kinds, ref } from './support/objects.ts';
import { operatedKubeVirt } from './support/operator-objects.ts';
import { awaitRollOut, UNTOLERATED } from './support/remediation-stage.ts';
import {
  begin,
  lookUntil,
  only,
  ourEvents,
  REMEDIES,
  type Remedy,
  stages,
  toldOf,
} from './support/repair-story.ts';
import type { Repairs } from './support/repairs.ts';
import { handlersOn, POLICY_LABEL, SCENE, startVmi } from './support/stage.ts';
import { until } from './support/until.ts';

const WITH_INVERSE = Object.entries<Remedy>(REMEDIES).filter(([name]) => name !== 'RestartHandlerPod');
/** Longer than success of any step may take here, but for that of a pod, and not so long that heartbeats, which are of the real time, are old. */
const TOO_LONG = 295;

describeRepairs('a repair that does not help', (stage, cluster) => {
  /** Writes what is proposed, and lets its virt-handler never become Ready. */
  async function makeInVain(remedy: Remedy) {
    const repairs = await begin(stage, remedy, only(remedy, 'Auto'));
    const before = await placementAndLabel();
    await stage.handlers.keepUnready(SCENE);
    await lookUntil(repairs, 'it is written', ({ remediation }) => remediation.run?.phase === 'Verifying');
    await until('a virt-handler is there, and is not Ready', async () => {
      return (await handlersOn(cluster, SCENE)).length === 1;
    });
    return { repairs, before };
  }

  async function placementAndLabel() {
    const { spec } = await cluster.api.get(operatedKubeVirt);
    const { metadata } = await cluster.api.get(ref(kinds.node, SCENE));
    return { spec, label: metadata.labels?.[POLICY_LABEL] };
  }

  function lookUntilFailed(repairs: Repairs) {
    return lookUntil(repairs, 'it has failed', ({ remediation }) =>
      remediation.attempts.some(({ outcome }) => outcome === 'Failed'),
    );
  }

  it.each(WITH_INVERSE)(
    'is taken back: %s',
    async (name, remedy) => {
      const { repairs, before } = await makeInVain(remedy);
      expect(await placementAndLabel()).not.toEqual(before);
      repairs.clock.skip(TOO_LONG);
      const { remediation } = await lookUntilFailed(repairs);

      expect(stages(repairs).slice(0, 4)).toEqual(['proposed', 'approved', 'started', 'failed TimedOut']);
      const failed = toldOf(repairs).find(({ stage: what }) => what === 'failed');
      expect(failed?.data.reason?.message).toMatch(/virt-handler on node02 is \w+/);
      expect(remediation.attempts[0]).toMatchObject({ steps: name, isReverted: true });
      expect(remediation.changes).toEqual([]);
      const made = remedy.writes.map((write) => expect.stringMatching(write));
      const undone = remedy.writes
        .toReversed()
        .map((write) => new RegExp(write.source.replace('write', 'revert')));
      expect(repairs.writes).toEqual([...made, ...undone.map((it) => expect.stringMatching(it))]);
      expect(await placementAndLabel()).toEqual(before);
      const reasons = (await ourEvents(cluster.api)).map(({ reason }) => reason);
      expect(reasons.filter((it) => it === 'OrphanRemediationReverted')).toHaveLength(remedy.writes.length);
      await awaitRollOut(stage, 2);
      expect(await nodesWithHandler(cluster)).toEqual(['node01', 'node03']);
      // Whatever else could help is only proposed.
      await repairs.look();
      expect((await repairs.record())?.remediation.run?.mode).not.toBe('Auto');
      await repairs.close();
    },
    80_000,
  );

  it('stays, and says so, where taking it back would take virt-handler from another node', async () => {
    const remedy = REMEDIES.AddPlacementToleration;
    const repairs = await begin(stage, remedy, only(remedy, 'Auto'));
    await lookUntil(repairs, 'it is written', ({ remediation }) => remediation.run?.phase === 'Verifying');
    await awaitRollOut(stage, 3);
    await stage.handlers.keepUnready(SCENE);
    await startVmi(cluster, 'web-03', 'node03');
    await setTaints(cluster.api, 'node03', [UNTOLERATED]);
    repairs.clock.skip(TOO_LONG);
    const { remediation } = await lookUntilFailed(repairs);
    expect(remediation.attempts[0]?.reason.message).toMatch(/It was not taken back: .*node03/);
    expect(remediation.attempts[0]?.isReverted).toBe(false);
    expect(remediation.changes).toHaveLength(1);
    expect(repairs.writes).toEqual(['write KubeVirt kubevirt']);
    expect(await nodesWithHandler(cluster)).toEqual(['node01', 'node03']);
    await repairs.close();
  }, 80_000);

  it('has nothing to take back where a pod was made anew, and is left to people', async () => {
    const against = 'its virt-handler is not Ready';
    const remedy = { ...REMEDIES.RestartHandlerPod, against } as const;
    const cooldownMs = durationMs(300_000);
    const repairs = await begin(stage, remedy, { ...only(remedy, 'Auto'), cooldownMs });
    await lookUntil(repairs, 'it is written', ({ remediation }) => remediation.run?.phase === 'Verifying');
    repairs.clock.skip(601);
    const { remediation } = await lookUntilFailed(repairs);
    expect(remediation.attempts[0]).toMatchObject({ steps: 'RestartHandlerPod', isReverted: true });
    expect(repairs.writes).toEqual([expect.stringMatching(/^write Pod virt-handler-/)]);
    await repairs.close();
  }, 80_000);
});
