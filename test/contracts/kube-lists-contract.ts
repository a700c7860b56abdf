import { expect, it } from 'vitest';
import { type KubeObject, kinds, ref } from '../e2e/support/objects.ts';
import { type GetBackend, messageOf, NOWHERE, refusal } from './backend.ts';
import { type Incident, incident, incidents } from './contract-objects.ts';

interface Page {
  readonly kind: string;
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
  readonly items: readonly KubeObject[];
}

const COLLECTION = '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/lists/orphanincidents';
const NAMES = ['a', 'a-b', 'b', 'c', 'd'];

/** Lists: their pages and moments, and what they can be narrowed by. */
export function listsContract(backend: GetBackend): void {
  const api = () => backend().api;
  const page = (query = '', path = COLLECTION) =>
    api().call<Page>({ method: 'GET', path: `${path}?${query}` });
  const names = async (query: string, path = COLLECTION) =>
    (await page(query, path)).items.map(({ metadata }) => metadata.name);

  it('has something to list', async () => {
    await api().apply([{ ...kinds.namespace, metadata: { name: 'lists' } }]);
    for (const [index, name] of NAMES.entries()) {
      const labels = { order: `${index}`, ...(index % 2 === 0 && { even: 'yes' }) };
      await api().create<Incident>({ ...incident(name), metadata: { name, namespace: 'lists', labels } });
    }
  });

  it('lists everything in the order of its keys, and says what it lists', async () => {
    const { kind, metadata, items } = await page();
    expect(kind).toBe('OrphanIncidentList');
    expect(items.map((item) => item.metadata.name)).toEqual(NAMES);
    expect(Number(metadata.resourceVersion)).toBeGreaterThan(0);
    expect(items[0]).toMatchObject({ apiVersion: 'kubevirt-orphans.dev/v1alpha1', kind: 'OrphanIncident' });
    expect((await page('', '/api/v1/namespaces')).items[0]).not.toHaveProperty('kind');
  });

  it('cuts a list into pages of one moment', async () => {
    const first = await page('limit=2');
    expect(first.items.map(({ metadata }) => metadata.name)).toEqual(['a', 'a-b']);
    expect(first.metadata.remainingItemCount).toBe(3);
    await api().create<Incident>({ ...incident('bb'), metadata: { name: 'bb', namespace: 'lists' } });
    await api().patch(ref(incidents, 'c', 'lists'), { spec: { node: 'later' } });
    const token = encodeURIComponent(first.metadata.continue ?? '');
    const second = await page(`limit=2&continue=${token}`);
    expect(
      second.items.map(({ metadata, spec }) => `${metadata.name} ${(spec as { node: string }).node}`),
    ).toEqual(['b a', 'c a']);
    expect(second.metadata.resourceVersion).toBe(first.metadata.resourceVersion);
    const third = await page(`limit=2&continue=${encodeURIComponent(second.metadata.continue ?? '')}`);
    expect(third.items.map(({ metadata }) => metadata.name)).toEqual(['d']);
    // Of a custom resource the real server says an empty token.
    expect(third.metadata.continue ?? '').toBe('');
    await api().delete(ref(incidents, 'bb', 'lists'));
  });

  it('does not say how much is left of a selection', async () => {
    const { metadata } = await page('limit=1&labelSelector=even');
    expect(metadata.continue).toBeDefined();
    expect(metadata.remainingItemCount).toBeUndefined();
  });

  it('goes back to a moment that is asked for, and takes version 0 as now', async () => {
    const { metadata } = await page();
    await api().create<Incident>({ ...incident('e'), metadata: { name: 'e', namespace: 'lists' } });
    expect(await names(`resourceVersion=${metadata.resourceVersion}&resourceVersionMatch=Exact`)).toEqual(
      NAMES,
    );
    expect(await names('')).toEqual([...NAMES, 'e']);
    // From the cache of Kubernetes 1.20 it comes in any order.
    await expect.poll(async () => (await names('resourceVersion=0')).sort()).toEqual([...NAMES, 'e']);
    await api().delete(ref(incidents, 'e', 'lists'));
  });

  it.each([
    ['order=1', ['a-b']],
    ['order==1', ['a-b']],
    ['order!=1', ['a', 'b', 'c', 'd']],
    ['even', ['a', 'b', 'd']],
    ['!even', ['a-b', 'c']],
    ['order in (0, 3)', ['a', 'c']],
    ['order notin (0,3),even', ['b', 'd']],
    ['even=yes,order=2', ['b']],
    ['order>2', ['c', 'd']],
    ['order<1', ['a']],
    ['missing!=x', NAMES],
    ['even=', []],
  ])('selects by the labels %s', async (selector, expected) => {
    expect(await names(`labelSelector=${encodeURIComponent(selector)}`)).toEqual(expected);
  });

  it.each([
    ['metadata.name=a-b', COLLECTION, ['a-b']],
    ['metadata.name!=a-b,metadata.namespace=lists', COLLECTION, ['a', 'b', 'c', 'd']],
    ['metadata.name=lists', '/api/v1/namespaces', ['lists']],
  ])('selects by the fields %s', async (selector, path, expected) => {
    expect(await names(`fieldSelector=${encodeURIComponent(selector)}`, path)).toEqual(expected);
  });

  it('selects pods by their node and phase, and Events by what they are about', async () => {
    const containers = [{ name: 'none', image: 'none' }];
    const pod = (name: string, spec: object) => ({
      ...kinds.pod,
      metadata: { name, namespace: 'lists' },
      spec: { ...spec, containers },
    });
    await api().create<KubeObject>(pod('one', { nodeName: NOWHERE }));
    await api().create<KubeObject>(pod('two', { nodeSelector: { no: 'node' } }));
    const pods = '/api/v1/namespaces/lists/pods';
    expect(await names(`fieldSelector=spec.nodeName=${NOWHERE}`, pods)).toEqual(['one']);
    expect(await names(`fieldSelector=spec.nodeName!=${NOWHERE},status.phase=Pending`, pods)).toEqual([
      'two',
    ]);
    const involvedObject = { kind: 'Node', name: 'n1' };
    const event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: 'said', namespace: 'default' },
      involvedObject,
      reason: 'Why',
    };
    await api().create(event);
    const events = '/api/v1/events';
    expect(
      await names('fieldSelector=involvedObject.kind=Node,involvedObject.name=n1,reason=Why', events),
    ).toEqual(['said']);
    const newer = await page('', '/apis/events.k8s.io/v1/events');
    expect(newer.items.find(({ metadata }) => metadata.name === 'said')).toMatchObject({
      regarding: involvedObject,
    });
  });

  it.each([
    ['/api/v1/nodes', 'fieldSelector=spec.foo=1', 'field label not supported: spec.foo'],
    ['/api/v1/pods', 'fieldSelector=spec.foo=1', 'field label not supported: spec.foo'],
    ['/api/v1/events', 'fieldSelector=involvedObject.foo=1', 'field label not supported: involvedObject.foo'],
    [
      '/apis/kubevirt.io/v1/virtualmachineinstances',
      'fieldSelector=status.phase=Running',
      'field label not supported: status.phase',
    ],
    [
      '/apis/apps/v1/daemonsets',
      'fieldSelector=status.phase=x',
      '"status.phase" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    ['/api/v1/nodes', 'labelSelector=a%20in', "unable to parse requirement: found '' expected: '('"],
    ['/api/v1/nodes', 'limit=abc', 'strconv.ParseInt: parsing "abc": invalid syntax'],
  ])('refuses %s?%s in the words of the real server', async (path, query, message) => {
    expect(await refusal(page(query, path))).toBe('400 BadRequest');
    expect(await messageOf(page(query, path))).toBe(message);
  });

  it.each([
    ['continue=abc&limit=1', '400 BadRequest'],
    ['resourceVersionMatch=Exact', '422 Invalid'],
    ['resourceVersion=99999999', '504 Timeout'],
  ])('refuses a list with %s', async (query, expected) => {
    expect(await refusal(page(query, '/api/v1/nodes'))).toBe(expected);
  });

  it('lets a page expire, with a token that goes on without its moment', async () => {
    const first = await page('limit=2');
    await api().patch(ref(incidents, 'd', 'lists'), { spec: { node: 'later' } });
    await backend().forgetHistory();
    const path = `${COLLECTION}?limit=2&continue=${encodeURIComponent(first.metadata.continue ?? '')}`;
    const answer = await api().raw('GET', path);
    expect(answer.status).toBe(410);
    const status = JSON.parse(answer.text) as { reason: string; metadata: { continue: string } };
    expect(status.reason).toBe('Expired');
    const rest = await page(`continue=${encodeURIComponent(status.metadata.continue)}`);
    expect(
      rest.items.map(({ metadata, spec }) => `${metadata.name} ${(spec as { node: string }).node}`),
    ).toEqual(['b a', 'c later', 'd later']);
  });
}
