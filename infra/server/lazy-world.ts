import type { World } from './world.ts';

/** A world whose code is loaded when somebody first asks something of it. */
export interface LazyWorld extends World {
  /** Loads it now. @throws what loading throws, such as KubeConfigError */
  load(): Promise<void>;
}

/**
 * Puts off loading the Kubernetes client: it is the largest part of the program, and a function that has just been scaled
 * from zero can accept, and mostly ignore, its first events without it.
 */
export function lazyWorld(loadWorld: () => Promise<World>): LazyWorld {
  let world: Promise<World> | undefined;
  const loaded = (): Promise<World> => {
    world ??= loadWorld();
    return world;
  };
  return {
    close: async () => {
      // What could not be loaded has nothing to close.
      const open = await world?.catch(() => undefined);
      await open?.close();
    },
    load: async () => void (await loaded()),
    incidents: {
      get: async (node) => (await loaded()).incidents.get(node),
      list: async () => (await loaded()).incidents.list(),
      create: async (node) => (await loaded()).incidents.create(node),
      update: async (record) => (await loaded()).incidents.update(record),
      remove: async (record) => (await loaded()).incidents.remove(record),
      recent: async (node) => (await loaded()).incidents.recent(node),
      recordOf: async (node, since) => (await loaded()).incidents.recordOf(node, since),
    },
    nodes: {
      read: async (node) => (await loaded()).nodes.read(node),
      refresh: async (facts, since) => (await (await loaded()).nodes.refresh?.(facts, since)) ?? facts,
    },
    objects: { get: async (kind, namespace, name) => (await loaded()).objects.get(kind, namespace, name) },
    cluster: { read: async () => (await loaded()).cluster.read() },
    events: {
      record: async (event) => (await loaded()).events.record(event),
      repeat: async (event) => (await loaded()).events.repeat(event),
    },
    writer: {
      look: async (change) => (await loaded()).writer.look(change),
      tryOut: async (change) => (await loaded()).writer.tryOut(change),
      write: async (change) => (await loaded()).writer.write(change),
      tryRevert: async (change) => (await loaded()).writer.tryRevert(change),
      revert: async (change) => (await loaded()).writer.revert(change),
    },
    lock: {
      acquire: async (holder, forMs) => (await loaded()).lock.acquire(holder, forMs),
      release: async (holder) => (await loaded()).lock.release(holder),
    },
    interlocks: { read: async (node) => (await loaded()).interlocks.read(node) },
    approver: { approve: async (record, revision) => (await loaded()).approver.approve(record, revision) },
    incidentNamespace: async () => (await loaded()).incidentNamespace(),
    clusterOf: (node) => ({
      read: async () => (await loaded()).clusterOf(node).read(),
      readEvidence: async (request) => (await loaded()).clusterOf(node).readEvidence(request),
    }),
  };
}
