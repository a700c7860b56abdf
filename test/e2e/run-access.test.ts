import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { objectsIn, rightsOf } from '../support/rendered.ts';
import { accessAudit, forbiddenIn, usedOf } from './support/access-audit.ts';
import { BackgroundProgram } from './support/background-program.ts';
import {
  type DeployedRepairs,
  deployRepairs,
  playOptedOut,
  playRepair,
  STORIES,
} from './support/deployed-repairs.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { freePort } from './support/free-port.ts';
import { INCIDENTS_NAMESPACE } from './support/incidents.ts';
import type { PodSpec } from './support/rendered-knative.ts';
import { environmentOf } from './support/rendered-pod.ts';
import { clearWorkload } from './support/stage.ts';
import { until } from './support/until.ts';

const cli = fileURLToPath(new URL('../../dist/kubevirt-orphans.mjs', import.meta.url));
const RIGHTS = rightsOf([...objectsIn('kubernetes/program'), ...objectsIn('kubernetes/grants')], 'run');
/** Of what any function may; events that only name an object, for which these are, `run` never gets. */
const NEVER_USED = ['get apps/daemonsets', 'get kubevirt.io/virtualmachineinstances'];
/** More than half an hour, for which what is over is remembered. */
const FORGOTTEN_AFTER_SECONDS = 31 * 60;
const TIMERS = { TICK_SECONDS: '1', SWEEP_SECONDS: '10' };

const audit = accessAudit(INCIDENTS_NAMESPACE);

describeCluster(
  'repairs by one process on plain Kubernetes, under its account',
  (cluster) => {
    let repairs: DeployedRepairs;
    let program: BackgroundProgram;

    beforeAll(async () => {
      repairs = await deployRepairs(cluster, 'kubernetes/remediate');
      const { objects, clock } = repairs;
      const { metadata, spec } = objects.find(({ kind }) => kind === 'Deployment') ?? {};
      const { spec: pod } = (spec as { template: { spec: PodSpec } }).template;
      const at = { name: metadata?.name ?? '', namespace: INCIDENTS_NAMESPACE };
      const given = { ...TIMERS, ...clock.env, PORT: `${await freePort()}` };
      const variables = Object.entries(await environmentOf(cluster, at, pod, given));
      const [{ args }] = pod.containers;
      const assigned = variables.map(([name, value]) => `${name}=${value}`);
      program = BackgroundProgram.start('env', [...assigned, process.execPath, cli, ...args]);
    }, 90_000);
    afterAll(async () => {
      await program?.stop();
      await repairs?.close();
    });

    it('labels the node again, once it may', () => playOptedOut(repairs), 60_000);

    it.each(STORIES)('repairs by %s when %s', (...story) => playRepair(repairs, story), 60_000);

    it('makes use of every right that it has, and needs no other', async () => {
      await clearWorkload(cluster.api);
      repairs.clock.skip(FORGOTTEN_AFTER_SECONDS);
      await until('what is over is forgotten', async () => (await repairs.store.list()).length === 0);
      // Of a watch the API server says so when it ends.
      await program.stop();
      const unused = () => {
        const used = usedOf('run', RIGHTS, audit.askedFor());
        return [...RIGHTS].filter((right) => !used.has(right)).sort();
      };
      await until('all is written down', async () => !unused().some((right) => right.startsWith('watch')));
      expect(unused()).toEqual(NEVER_USED);
      // Whether its namespace is there, it finds out at the first write where it may not look.
      expect(forbiddenIn(audit.askedFor())).toEqual(['run: get /namespaces in kubevirt-orphans']);
    }, 30_000);
  },
  audit,
);
