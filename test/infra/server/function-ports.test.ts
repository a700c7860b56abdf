import { expect, it } from 'vitest';
import { FUNCTION_NAMES, loadFunction } from '../../../infra/server/catalog.ts';
import { createFunctionPorts } from '../../../infra/server/function-ports.ts';
import type { World } from '../../../infra/server/world.ts';
import { durationMs } from '../../../shared/domain/units.ts';
import { shareIncidents } from '../../../shared/kubernetes/shared-incidents.ts';
import { settlePorts } from '../../support/runtime-ports.ts';

const unasked = (): never => {
  throw new Error('nothing is to be asked');
};

function ports() {
  const { incidents, sink, clock, log, metrics } = settlePorts();
  const world: World = {
    incidents: shareIncidents(incidents, { clock }),
    nodes: { read: unasked },
    objects: { get: unasked },
    cluster: { read: unasked },
    clusterOf: unasked,
    events: { record: unasked, repeat: unasked },
    writer: { look: unasked, tryOut: unasked, write: unasked, tryRevert: unasked, revert: unasked },
    lock: { acquire: unasked, release: unasked },
    interlocks: { read: unasked },
    approver: { approve: unasked },
    incidentNamespace: unasked,
    close: unasked,
  };
  return createFunctionPorts(
    { world, sink, clock, log, metrics },
    { clusterName: 'prod', graceMs: durationMs(7_000) },
  );
}

it('gives all functions of a process the same judge, policy and name of the cluster', () => {
  expect(ports()).toMatchObject({ clusterName: 'prod', policy: { graceMs: 7_000 } });
  expect(ports().judge).toBeDefined();
});

it('is all that each function of the catalog needs to be made', async () => {
  const made = await Promise.all(FUNCTION_NAMES.map(async (name) => (await loadFunction(name))(ports())));
  expect(made.map(({ manifest }) => manifest.name)).toEqual(FUNCTION_NAMES);
});
