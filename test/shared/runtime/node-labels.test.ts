import { describe, expect, it } from 'vitest';
import type { ClusterObject } from '../../../shared/domain/objects.ts';
import { KubeForbiddenError } from '../../../shared/errors/errors.ts';
import { NodeLabels } from '../../../shared/runtime/node-labels.ts';
import type { ObjectReader } from '../../../shared/runtime/ports.ts';
import { aNode } from '../../support/objects.ts';
import { SILENT_LOG, TestClock } from '../../support/runtime-ports.ts';

function labelsOf(get: ObjectReader['get']) {
  const clock = new TestClock();
  const asked: string[] = [];
  const objects: ObjectReader = {
    get(kind, namespace, name) {
      asked.push(name);
      return get(kind, namespace, name);
    },
  };
  return { labels: new NodeLabels({ objects, clock, log: SILENT_LOG }), clock, asked };
}

describe('labels of nodes', () => {
  it('are read once a minute', async () => {
    const { labels, clock, asked } = labelsOf(async () => ({
      ...aNode('node02'),
      metadata: { name: 'node02', labels: { pool: 'gpu' } },
    }));
    for (const seconds of [0, 30, 29]) {
      clock.pass(seconds);
      expect(await labels.of('node02')).toEqual({ pool: 'gpu' });
    }
    expect(asked).toEqual(['node02']);
    clock.pass(2);
    await labels.of('node02');
    expect(asked).toEqual(['node02', 'node02']);
  });

  const unlabelled = { ...aNode('node02'), metadata: { name: 'node02' } };
  const forbidden = new KubeForbiddenError('nodes may not be read', 'Ask.');
  it.each<[string, () => Promise<ClusterObject | undefined>, object | undefined]>([
    ['of a node without any are none', () => Promise.resolve(unlabelled), {}],
    ['of a node that is gone are not known', () => Promise.resolve(undefined), undefined],
    ['that may not be read are not known', () => Promise.reject(forbidden), undefined],
  ])('%s', async (_, get, expected) => {
    expect(await labelsOf(get).labels.of('node02')).toEqual(expected);
  });

  it('do not hide a bug', async () => {
    const { labels } = labelsOf(() => Promise.reject(new TypeError('bug')));
    await expect(labels.of('node02')).rejects.toThrow(TypeError);
  });
});
