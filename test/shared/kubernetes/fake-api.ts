import nock from 'nock';
import { afterEach, beforeAll, beforeEach, expect } from 'vitest';
import type { ClusterFacts, ClusterReader } from '../../../shared/domain/cluster-facts.ts';
import { type ClusterObject, KINDS, type Kind } from '../../../shared/domain/objects.ts';
import { type DurationMs, durationMs, epochMs } from '../../../shared/domain/units.ts';
import { ApiClient, type ApiClientOptions } from '../../../shared/kubernetes/api-client.ts';
import { type Connection, createConnection } from '../../../shared/kubernetes/connection.ts';
import { createLiveReader, type LiveReaderOptions } from '../../../shared/kubernetes/live-reader.ts';

export const SERVER = 'https://api.example.test:6443';
export const NOW = epochMs(Date.parse('2026-08-22T10:10:00Z'));

/** The paths of the five lists. */
export const PATHS: Readonly<Record<Kind, string>> = {
  Node: '/api/v1/nodes',
  Pod: '/api/v1/pods',
  DaemonSet: '/apis/apps/v1/daemonsets',
  VirtualMachineInstance: '/apis/kubevirt.io/v1/virtualmachineinstances',
  KubeVirt: '/apis/kubevirt.io/v1/kubevirts',
};
const API_VERSIONS: Readonly<Record<Kind, string>> = {
  Node: 'v1',
  Pod: 'v1',
  DaemonSet: 'apps/v1',
  VirtualMachineInstance: 'kubevirt.io/v1',
  KubeVirt: 'kubevirt.io/v1',
};

/** Lets no test reach a real server, and no mock stay unasked. */
export function useNock(): void {
  beforeEach(() => nock.disableNetConnect());
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    nock.enableNetConnect();
    expect(pending).toEqual([]); // a mock nobody asked for is a test that does not test
  });
}

/** Takes nock out of the way: for a test that has a server of its own on loopback. */
export function useRealNetwork(): void {
  beforeAll(() => nock.restore());
}

/** A typed list as the API server sends it: its items have neither kind nor apiVersion. */
export function aList(kind: Kind, items: readonly ClusterObject[], continueToken?: string): object {
  return {
    kind: `${kind}List`,
    apiVersion: API_VERSIONS[kind],
    metadata: {
      resourceVersion: '4711',
      ...(continueToken === undefined ? {} : { continue: continueToken }),
    },
    items: items.map(({ kind: _, ...rest }) => rest),
  };
}

/** A refusal as the API server sends it. */
export function aStatus(code: number): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: 'User "bob" cannot',
    code,
  };
}

/** Answers every list with its objects in one page, but the kinds that the test answers itself. */
export function serveLists(objects: readonly ClusterObject[] = [], but: readonly Kind[] = []): void {
  for (const kind of KINDS.filter((it) => !but.includes(it))) {
    const items = objects.filter((object) => object.kind === kind);
    nock(SERVER).get(PATHS[kind]).query(true).reply(200, aList(kind, items));
  }
}

export function aConnection(server = SERVER): Connection {
  return createConnection({
    contextName: 'lab',
    namespace: undefined,
    cluster: { name: 'lab', server, skipTLSVerify: server.startsWith('http:') },
    user: { name: 'alice', token: 'secret-token' },
  });
}

/** A client of the fake server, as a served function has it; waiting takes no time and is noted in `waits`. */
export function aClient({ retry, ...options }: Partial<ApiClientOptions> = {}, server = SERVER): ApiClient {
  waits.length = 0;
  const wait = async (delay: DurationMs): Promise<void> => void waits.push(delay);
  return new ApiClient(aConnection(server), {
    clock: { now: () => NOW },
    requestTimeoutMs: durationMs(2_000),
    retry: { wait, random: () => 0, ...retry },
    ...options,
  });
}

/** What a reader was made to wait for between tries. */
export const waits: DurationMs[] = [];

export interface ReadParts extends Partial<LiveReaderOptions> {
  readonly connection?: Connection;
}

/** Reads the cluster; waiting takes no time and is noted in `waits`. */
export function read(parts: ReadParts = {}): Promise<ClusterFacts> {
  return aReader(parts).read();
}

/** A reader of the fake server; waiting takes no time and is noted in `waits`. */
export function aReader({ connection = aConnection(), retry, ...options }: ReadParts = {}): ClusterReader {
  waits.length = 0;
  const wait = async (delay: DurationMs): Promise<void> => void waits.push(delay);
  return createLiveReader(connection, {
    clock: { now: () => NOW },
    requestTimeoutMs: durationMs(2_000),
    retry: { wait, random: () => 0, ...retry },
    ...options,
  });
}
