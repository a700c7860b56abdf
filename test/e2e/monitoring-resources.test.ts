import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, it } from 'vitest';
import { describeCluster } from './support/describe-cluster.ts';
import { foreignCrds, withForeignCrds } from './support/foreign-crds.ts';
import { createNamespace, installCrds } from './support/kubevirt.ts';

const NAMESPACE = 'kubevirt-orphans';
const folder = fileURLToPath(new URL('../../infra/monitoring', import.meta.url));
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
const APPLY = ['apply', '--server-side', '--validate=strict', '-n', NAMESPACE];
const KINDS = 'prometheusrules,servicemonitors,configmaps';

describeCluster(
  'what the operator of Prometheus is given',
  (cluster) => {
    beforeAll(async () => {
      await installCrds(cluster.api, foreignCrds('monitoring'));
      await createNamespace(cluster.api, NAMESPACE);
    });

    const names = async () => {
      const { stdout } = await cluster.kubectl(['get', KINDS, '-n', NAMESPACE, '-o', 'name']);
      return stdout.split('\n').filter((name) => name.includes('kubevirt-orphans'));
    };

    it('is accepted by the real API server, twice, and goes as it came', async () => {
      for (const done of ['serverside-applied', 'serverside-applied']) {
        const { code, stdout, stderr } = await cluster.kubectl([...APPLY, '-k', folder]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        expect(stdout.match(new RegExp(done, 'g'))).toHaveLength(3);
      }
      expect(await names()).toEqual([
        'prometheusrule.monitoring.coreos.com/kubevirt-orphans',
        'servicemonitor.monitoring.coreos.com/kubevirt-orphans',
        'configmap/kubevirt-orphans-dashboard',
      ]);
      expect((await cluster.kubectl(['delete', '-n', NAMESPACE, '-k', folder])).code).toBe(0);
      expect(await names()).toEqual([]);
    });

    it.each([
      ['service-monitor.yaml', 'endpoints:', 'endpoint:'],
      ['service-monitor.yaml', 'interval: 30s', 'interval: soon'],
      ['prometheus-rule.yaml', 'for: 1m', 'for: a while'],
    ])('would be refused if %s had not "%s" but "%s"', async (file, right, wrong) => {
      const stdin = read(file).replace(right, wrong);
      const { code, stderr } = await cluster.kubectl([...APPLY, '-f', '-'], { stdin });
      expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('spec') });
    });
  },
  withForeignCrds,
);
