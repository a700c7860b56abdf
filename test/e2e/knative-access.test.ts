import { afterAll, beforeAll, expect, it } from 'vitest';
import { MANIFESTS, objectsIn, rightsOf } from '../support/rendered.ts';
import { accessAudit, forbiddenIn, usedOf } from './support/access-audit.ts';
import {
  type DeployedRepairs,
  deployRepairs,
  playOptedOut,
  playRepair,
  STORIES,
} from './support/deployed-repairs.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { INCIDENTS_NAMESPACE } from './support/incidents.ts';
import { KnativeDeployment } from './support/knative-deployment.ts';
import { LONE_JUDGEMENTS, nameOnly, post } from './support/lone-judgements.ts';
import { createNode, setTaints } from './support/nodes.ts';
import { stages } from './support/repair-story.ts';
import { clearWorkload, handlersOn, NODES, startVmi } from './support/stage.ts';
import { until } from './support/until.ts';

const RENDERED = [...objectsIn('knative/program'), ...objectsIn('knative/grants')];
const ACCOUNTS = [...MANIFESTS.map(({ name }) => name), 'event-source'];
/** More than half an hour, for which what is over is remembered. */
const FORGOTTEN_AFTER_SECONDS = 31 * 60;

const audit = accessAudit(INCIDENTS_NAMESPACE);

describeCluster(
  'repairs on Knative as it is rendered, every function under its own account',
  (cluster) => {
    let repairs: DeployedRepairs;
    let knative: KnativeDeployment;
    /** The rights that Knative wants the event source to have. */
    let wanted: readonly string[] = [];

    beforeAll(async () => {
      repairs = await deployRepairs(cluster, 'knative/remediate');
      const { objects, clock } = repairs;
      knative = await KnativeDeployment.start(cluster, { objects, speed: 30, env: clock.env });
      wanted = await knative.startSources(cluster);
    }, 90_000);
    afterAll(async () => {
      await knative?.stop();
      await repairs?.close();
    });

    it('labels the node again, once it may', async () => {
      await playOptedOut(repairs, diagnoseAgain);
      const told = stages({ told: knative.broker().published });
      expect(told).toContain('refused NotOptedOut');
      expect(told.slice(-3)).toEqual(['approved', 'started', 'succeeded Recovered']);
    }, 60_000);

    /** What was opened may be told more than once; now a VirtualMachine owns the VMI. */
    async function diagnoseAgain(): Promise<void> {
      const opened = knative.broker().published.find(({ type }) => type.includes('incident.opened'));
      expect(opened && (await post(knative, 'diagnose', opened))).toBe(204);
    }

    it.each(STORIES)('repairs by %s when %s', (...story) => playRepair(repairs, story), 60_000);

    it('whoever judges keeps records by itself, from their beginning to their end', async () => {
      const { api } = cluster;
      await clearWorkload(api);
      await knative.broker().idle();
      await knative.stopSources();
      const nodes = [...NODES, 'node04', 'node05'];
      for (const name of nodes.slice(NODES.length)) await createNode(api, name);
      for (const name of nodes)
        await until(`${name} has its handler`, async () => (await handlersOn(cluster, name)).length > 0);
      const asks = Object.values(LONE_JUDGEMENTS).map((ask, index) => {
        const name = nodes[index] ?? '';
        return { name, ask: () => ask(knative, cluster, name) };
      });
      for (const { name, ask } of asks) {
        await startVmi(cluster, `web-${name}`, name);
        await setTaints(api, name, [{ key: 'dedicated', value: 'db', effect: 'NoSchedule' }]);
        // What is accepted and not told is read once more.
        knative.broker().answer = async () => ({ accepts: false, status: 503 });
        expect({ name, status: await ask() }).toEqual({ name, status: 503 });
        knative.broker().answer = async () => ({ accepts: true, status: 202 });
        expect({ name, status: await ask() }).toEqual({ name, status: 204 });
      }
      expect(await nameOnly(knative, cluster)).toEqual(Array.from({ length: 6 }, () => 204));
      await clearWorkload(api);
      for (const { ask } of asks) expect(await ask()).toBe(204);
      await knative.broker().idle();
      repairs.clock.skip(FORGOTTEN_AFTER_SECONDS);
      for (const { name, ask } of asks) {
        await ask();
        expect((await repairs.store.list()).map(({ node }) => node)).not.toContain(name);
      }
    }, 60_000);

    it('nothing is given up', () => {
      expect(knative.broker().deadLetters).toEqual([]);
    });

    it('nothing that is needed is forbidden', () => {
      expect(forbiddenIn(audit.askedFor())).toEqual([]);
    });

    it.each(ACCOUNTS)('%s makes use of every right that it has', (account) => {
      const rights = rightsOf(RENDERED, account);
      const used = usedOf(account, rights, audit.askedFor());
      if (account === 'event-source') for (const right of wanted) used.add(right);
      expect(rights.size).toBeGreaterThan(0);
      expect([...rights].filter((right) => !used.has(right))).toEqual([]);
    });
  },
  audit,
);
