import { expect, it } from 'vitest';
import type { KubeApi } from '../e2e/support/kube-api.ts';
import { type KubeObject, kinds, ref } from '../e2e/support/objects.ts';
import type { GetBackend } from './backend.ts';
import { refusal } from './backend.ts';
import { type Incident, incident, incidents } from './contract-objects.ts';

interface Line {
  readonly type: string;
  readonly object: KubeObject & { readonly code?: number; readonly reason?: string };
}

const COLLECTION = '/apis/kubevirt-orphans.dev/v1alpha1/namespaces/watched/orphanincidents';
const LONGEST_MS = 10_000;

/** As many lines as are waited for, or all until the server ends it. */
async function watchLines(api: KubeApi, query: string, count: number): Promise<Line[]> {
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, AbortSignal.timeout(LONGEST_MS)]);
  const lines: Line[] = [];
  try {
    for await (const line of api.lines(`${COLLECTION}?watch=true&${query}`, signal)) {
      lines.push(JSON.parse(line) as Line);
      if (lines.length === count) break;
    }
  } catch (error) {
    if (!enough.signal.aborted) throw error;
  }
  enough.abort();
  return lines;
}

const said = (lines: readonly Line[]) => lines.map(({ type, object }) => `${type} ${object.metadata.name}`);

/** Watches: where they start, what they tell, how they end. */
export function watchContract(backend: GetBackend): void {
  const api = () => backend().api;
  const make = (name: string, labels = {}) =>
    api().create<Incident>({ ...incident(name), metadata: { name, namespace: 'watched', labels } });
  const version = async () => (await api().listing(incidents)).metadata.resourceVersion;
  const target = (name: string) => ref(incidents, name, 'watched');

  it('tells what happens after a version, in order, with the versions that follow', async () => {
    await api().apply([{ ...kinds.namespace, metadata: { name: 'watched' } }]);
    const start = await version();
    await make('x');
    await api().patch(target('x'), { spec: { node: 'b' } });
    await api().delete(target('x'));
    const lines = await watchLines(api(), `resourceVersion=${start}`, 3);
    expect(said(lines)).toEqual(['ADDED x', 'MODIFIED x', 'DELETED x']);
    const versions = [start, ...lines.map(({ object }) => object.metadata.resourceVersion)].map(Number);
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    expect(new Set(versions).size).toBe(4);
    expect(lines[2]?.object.spec).toEqual({ node: 'b' });
  });

  it('goes on where it was left', async () => {
    const start = await version();
    await make('first');
    const [first] = await watchLines(api(), `resourceVersion=${start}`, 1);
    await make('second');
    const rest = await watchLines(api(), `resourceVersion=${first?.object.metadata.resourceVersion}`, 1);
    expect(said(rest)).toEqual(['ADDED second']);
  });

  it.each(['', 'resourceVersion=0'])(
    'tells with %j first what is there, and then what happens',
    async (query) => {
      const following = watchLines(api(), query, 3);
      await expect.poll(() => api().find(target('first'))).toBeDefined();
      const timer = setInterval(
        () => void api().patch(target('second'), { spec: { node: `${Date.now()}` } }),
        100,
      );
      const lines = await following;
      clearInterval(timer);
      // What is there comes in any order.
      expect(said(lines.slice(0, 2)).sort()).toEqual(['ADDED first', 'ADDED second']);
      expect(said(lines.slice(2))).toEqual(['MODIFIED second']);
    },
  );

  it('adds what comes into a selection and deletes what leaves it', async () => {
    const start = await version();
    await make('mover', { in: 'no' });
    await api().patch(target('mover'), { metadata: { labels: { in: 'yes' } } });
    await api().patch(target('mover'), { spec: { node: 'c' } });
    await api().patch(target('mover'), { metadata: { labels: { in: 'no' } } });
    const lines = await watchLines(api(), `resourceVersion=${start}&labelSelector=in%3Dyes`, 3);
    expect(said(lines)).toEqual(['ADDED mover', 'MODIFIED mover', 'DELETED mover']);
    expect(lines[2]?.object.metadata.labels).toEqual({ in: 'yes' });
    const { metadata } = await api().get(target('mover'));
    expect(lines[2]?.object.metadata.resourceVersion).toBe(metadata.resourceVersion);
  });

  it('watches one object by its name', async () => {
    const start = await version();
    await make('noise');
    await make('signal');
    const lines = await watchLines(api(), `resourceVersion=${start}&fieldSelector=metadata.name%3Dsignal`, 1);
    expect(said(lines)).toEqual(['ADDED signal']);
  });

  it('sends a bookmark with nothing but a version before it ends, to those who want one', async () => {
    const start = await version();
    const query = `resourceVersion=${start}&timeoutSeconds=5&fieldSelector=metadata.name%3Dnobody`;
    // There is nothing to mark unless something happens, if only to others.
    const timer = setInterval(
      () => void api().patch(target('second'), { spec: { node: `${Date.now()}` } }),
      100,
    );
    const [lines, plain] = await Promise.all([
      watchLines(api(), `${query}&allowWatchBookmarks=true`, 9),
      watchLines(api(), query, 9),
    ]);
    clearInterval(timer);
    expect(lines.length).toBeGreaterThan(0);
    for (const { type, object } of lines) {
      expect(type).toBe('BOOKMARK');
      expect(object).toMatchObject({ kind: 'OrphanIncident', apiVersion: 'kubevirt-orphans.dev/v1alpha1' });
      expect(Number(object.metadata.resourceVersion)).toBeGreaterThan(Number(start));
      expect(object.metadata.name).toBeUndefined();
      expect(object.spec).toBeUndefined();
    }
    expect(plain).toEqual([]);
  });

  it('ends after its time', async () => {
    const start = performance.now();
    expect(await watchLines(api(), `resourceVersion=${await version()}&timeoutSeconds=1`, 9)).toEqual([]);
    expect(performance.now() - start).toBeGreaterThan(900);
    expect(performance.now() - start).toBeLessThan(6_000);
  });

  it('says in an event that a version is too old', async () => {
    await backend().forgetHistory();
    const [line, ...more] = await watchLines(api(), 'resourceVersion=1', 9);
    expect(line?.type).toBe('ERROR');
    expect(line?.object).toMatchObject({ kind: 'Status', code: 410, reason: 'Expired' });
    expect(more).toEqual([]);
  });

  it('refuses a version that is none', async () => {
    expect(await refusal(watchLines(api(), 'resourceVersion=abc', 1))).toBe('500');
  });

  it('refuses a selector that it cannot watch by', async () => {
    expect(await refusal(watchLines(api(), 'fieldSelector=spec.node%3Da', 1))).toBe('400 BadRequest');
  });
}
