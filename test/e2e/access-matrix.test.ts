import { beforeAll, describe, expect, it } from 'vitest';
import { MANIFESTS, objectsIn, rightsOf } from '../support/rendered.ts';
import { allowed, isGranted, QUESTIONS, type Question, rightAsked } from './support/access-matrix.ts';
import { serviceAccountKubeconfig } from './support/control-plane.ts';
import { applyWithoutKnative } from './support/deploy.ts';
import { describeCluster } from './support/describe-cluster.ts';
import { createNamespace } from './support/kubevirt.ts';

/** Everybody who has an account, and where what it may is rendered. */
const NAMESPACE = 'kubevirt-orphans';
const onKnative = (name: string) => ({ name, namespace: NAMESPACE, of: 'knative' });
const REMEDIATE = onKnative('remediate');
const KNATIVE = [...MANIFESTS.map(({ name }) => name), 'event-source'].map(onKnative);
const RUN = { name: 'run', namespace: NAMESPACE, of: 'kubernetes' };
const AUDIT_ONLY = { name: 'audit-only', namespace: 'kubevirt-orphans-audit', of: 'kubernetes/audit-only' };
const ACCOUNTS = [...KNATIVE, RUN, AUDIT_ONLY];
type Account = (typeof ACCOUNTS)[number];

const line = (it: Question) => `${rightAsked(it)} in ${it.namespace || 'all'}`;

describeCluster('what each account may, over all verbs and all that could be misused', (cluster) => {
  beforeAll(async () => {
    for (const name of ['kubevirt', 'medik8s-leases']) await createNamespace(cluster.api, name);
    for (const folder of ['knative/observe', 'kubernetes/observe', 'kubernetes/audit-only'])
      await applyWithoutKnative(cluster, folder);
  }, 60_000);

  const folders = ({ of }: Account, parts: readonly string[]) =>
    of === AUDIT_ONLY.of ? [of] : parts.map((part) => `${of}/${part}`);

  /** That it may exactly what is rendered. */
  async function expectExactly(account: Account, ...parts: readonly string[]): Promise<void> {
    const rights = rightsOf(folders(account, parts).flatMap(objectsIn), account.name);
    const answers = await allowed(await serviceAccountKubeconfig(cluster.plane, account));
    expect(answers.map(line)).toEqual(QUESTIONS.filter((it) => isGranted(it, rights)).map(line));
    // Nothing is granted that nobody asked for.
    const asked = new Set(QUESTIONS.map(rightAsked));
    expect([...rights].filter((right) => !asked.has(right.replace(/ in .*/, '')))).toEqual([]);
    expect(answers.length).toBeGreaterThan(0);
  }

  it.each(ACCOUNTS)('$name may what is rendered without remediation, and nothing else', async (account) => {
    await expectExactly(account, 'program');
  });

  describe('with remediation', () => {
    beforeAll(async () => {
      for (const folder of ['knative/grants', 'kubernetes/grants'])
        await applyWithoutKnative(cluster, folder);
    });

    it.each([REMEDIATE, RUN, AUDIT_ONLY])('$name may what is rendered, and nothing else', async (account) => {
      await expectExactly(account, 'program', 'grants');
    });

    it('kubectl says the same', async () => {
      const kubeconfig = await serviceAccountKubeconfig(cluster.plane, REMEDIATE);
      const asked = QUESTIONS.filter(
        ({ verb, resource }, index) =>
          verb !== '*' && (index % 211 === 0 || (verb === 'delete' && resource === 'pods')),
      );
      const yes = await allowed(kubeconfig, asked);
      expect(yes.map(line)).toContain('delete /pods in kubevirt');
      const answers = await Promise.all(asked.map((it) => canI(it, kubeconfig)));
      expect(answers).toEqual(asked.map((it) => (yes.includes(it) ? 'yes' : 'no')));
    }, 60_000);

    async function canI({ verb, group, resource, namespace }: Question, kubeconfig: string): Promise<string> {
      const [name, subresource] = resource.split('/');
      const scope = namespace === '' ? ['-A'] : ['-n', namespace];
      const part = subresource === undefined ? [] : [`--subresource=${subresource}`];
      const what = [verb, group === '' ? `${name}` : `${name}.${group}`];
      const args = ['auth', 'can-i', ...what, ...part, ...scope];
      const { stdout } = await cluster.kubectl(args, { env: { KUBECONFIG: kubeconfig } });
      return stdout.trim();
    }
  });
});
