import fc from 'fast-check';
import nock from 'nock';
import { describe, expect, it } from 'vitest';
import { type ClusterObject, KINDS } from '../../../shared/domain/objects.ts';
import { arbitraryCluster } from '../../support/arbitrary-cluster.ts';
import { factsOf } from '../../support/facts.ts';
import { aNode } from '../../support/objects.ts';
import { aList, aStatus, NOW, PATHS, read, SERVER, serveLists, useNock } from './fake-api.ts';

useNock();

const [one, two, three] = ['node01', 'node02', 'node03'].map((name) => aNode(name)) as [
  ClusterObject,
  ClusterObject,
  ClusterObject,
];

function page(query: Record<string, string | number>, items: readonly ClusterObject[], next?: string): void {
  nock(SERVER)
    .get(PATHS.Node)
    .query(query)
    .reply(200, aList('Node', items, next));
}

function expired(query: Record<string, string | number>): void {
  nock(SERVER).get(PATHS.Node).query(query).reply(410, aStatus(410));
}

async function nodesRead(): Promise<string[]> {
  return [...(await read({ pageSize: 2 })).nodes.keys()];
}

describe('a list in pages', () => {
  it('is read to its end', async () => {
    serveLists([], ['Node']);
    page({ limit: 2 }, [one, two], 'a b&c=');
    page({ limit: 2, continue: 'a b&c=' }, [three]);
    expect(await nodesRead()).toEqual(['node01', 'node02', 'node03']);
  });

  it('begins again when its token has expired, and keeps nothing of the first try', async () => {
    serveLists([], ['Node']);
    page({ limit: 2 }, [one, two], 'first');
    expired({ limit: 2, continue: 'first' });
    page({ limit: 2 }, [two, three], 'second');
    page({ limit: 2, continue: 'second' }, []);
    expect(await nodesRead()).toEqual(['node02', 'node03']);
  });

  it('is read in one piece after the second expiry', async () => {
    serveLists([], ['Node']);
    for (const token of ['first', 'second']) {
      page({ limit: 2 }, [one, two], token);
      expired({ limit: 2, continue: token });
    }
    page({}, [one, three]);
    expect(await nodesRead()).toEqual(['node01', 'node03']);
  });

  it('fails when even one piece has expired', async () => {
    serveLists([], ['Node']);
    expired({ limit: 2 });
    expired({ limit: 2 });
    expired({});
    await expect(nodesRead()).rejects.toMatchObject({ code: 'KUBE_UNAVAILABLE' });
  });

  it('fails when the server gives the same token for ever', async () => {
    serveLists([], ['Node']);
    page({ limit: 2 }, [one], 'same');
    page({ limit: 2, continue: 'same' }, [one], 'same');
    await expect(nodesRead()).rejects.toMatchObject({
      message: expect.stringContaining('its pages have no end'),
    });
  });

  it('begins counting again with the list', async () => {
    serveLists([], ['Node']);
    page({ limit: 2 }, [one, two], 'first');
    expired({ limit: 2, continue: 'first' });
    page({ limit: 2 }, [three]);
    const told: number[] = [];
    await read({
      pageSize: 2,
      progress: (count, resource) => void (resource === 'nodes' && told.push(count)),
    });
    expect(told).toEqual([2, 1]);
  });

  it('gives the same facts however it is split', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryCluster, fc.integer({ min: 1, max: 6 }), async (objects, pageSize) => {
        servePaged(objects);
        const facts = await read({ pageSize });
        expect(facts).toEqual({ ...factsOf(objects), observedAt: NOW });
      }),
      { numRuns: 40 },
    );
  });
});

/** A server that really pages: the token is the index of the next object. */
function servePaged(objects: readonly ClusterObject[]): void {
  nock.cleanAll();
  for (const kind of KINDS) {
    const items = objects.filter((object) => object.kind === kind);
    nock(SERVER)
      .persist()
      .get(PATHS[kind])
      .query(true)
      .reply((uri) => {
        const query = new URL(uri, SERVER).searchParams;
        const start = Number(query.get('continue') ?? 0);
        const end = start + Number(query.get('limit'));
        return [200, aList(kind, items.slice(start, end), end < items.length ? String(end) : undefined)];
      });
  }
}
