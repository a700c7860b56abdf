import { beforeAll, describe, expect, it } from 'vitest';
import { durationMs } from '../../shared/domain/units.ts';
import { ApiClient } from '../../shared/kubernetes/api-client.ts';
import { createInterlockReader } from '../../shared/kubernetes/interlock-reader.ts';
import { loadConnection } from '../../shared/kubernetes/kube-config.ts';
import { createLeaseLock } from '../../shared/kubernetes/lease-lock.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { ref } from './support/objects.ts';

const clock = { now: () => Date.now() as never };

describeCluster('what keeps remediations apart on a real API server', (cluster) => {
  let client: ApiClient;
  beforeAll(() => {
    client = openClient();
    return () => client.close();
  });

  function openClient(): ApiClient {
    return new ApiClient(loadConnection({ kubeconfig: cluster.kubeconfig, env: {} }), { clock });
  }

  describe('the lock', () => {
    const lockOf = (of: ApiClient, now = clock) =>
      createLeaseLock(of, { clock: now, namespace: 'default', name: 'kubevirt-orphans-remediation' });
    const MINUTE = durationMs(60_000);

    it('is had by one of many who take it at once, whether it is there or has expired', async () => {
      const clients = Array.from({ length: 6 }, openClient);
      const race = async (now = clock) => {
        const takes = clients.map((of, index) => lockOf(of, now).acquire(`holder-${index}`, MINUTE));
        return (await Promise.all(takes)).filter((hold) => hold === undefined).length;
      };
      expect(await race()).toBe(1);
      expect(await race({ now: () => (Date.now() + 90_000) as never })).toBe(1);
      for (const each of clients) each.close();
      await cluster.api.delete(
        ref(
          { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease' },
          'kubevirt-orphans-remediation',
          'default',
        ),
      );
    });

    it('goes on while it is renewed, and to the next one once it is released', async () => {
      const lock = lockOf(client);
      expect(await lock.acquire('us', MINUTE)).toBeUndefined();
      expect(await lock.acquire('us', MINUTE)).toBeUndefined();
      expect(await lock.acquire('them', MINUTE)).toMatchObject({ holder: 'us' });
      const interlocks = createInterlockReader(client, { clock, namespace: 'default' });
      expect((await interlocks.read('node02')).ownLock).toMatchObject({ value: { holder: 'us' } });
      await lock.release('them');
      expect(await lock.acquire('them', MINUTE)).toMatchObject({ holder: 'us' });
      await lock.release('us');
      expect((await interlocks.read('node02')).ownLock).toEqual({ value: undefined });
      expect(await lock.acquire('them', MINUTE)).toBeUndefined();
    });
  });

  it('reads what others do where hardly any of them is installed', async () => {
    const { maintenances, migrations, nodeLease, platformUpdate } = await createInterlockReader(client, {
      clock,
      namespace: 'default',
    }).read('node02');
    expect({ maintenances, migrations, nodeLease, platformUpdate }).toEqual({
      maintenances: { value: [] },
      migrations: { value: [] },
      nodeLease: { value: undefined },
      platformUpdate: { value: undefined },
    });
  });
});
