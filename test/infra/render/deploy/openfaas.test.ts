import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseEventRoutes } from '../../../../shared/config/event-routes.ts';
import { TEXTS, VARIABLES } from '../../../../shared/config/variables.ts';
import { MANIFESTS, objectsIn } from '../../../support/rendered.ts';

interface FunctionSpec {
  readonly name: string;
  readonly image: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
}

const objects = objectsIn('openfaas/program');
const ofKind = (kind: string, name?: string) =>
  objects.filter((it) => it.kind === kind && (name === undefined || it.metadata.name === name));
const functions = ofKind('Function').map(({ spec }) => spec as FunctionSpec);
const [table] = ofKind('ConfigMap').map(({ data }) => (data as Record<string, string>)['routes.yaml'] ?? '');

describe('the table of OpenFaaS', () => {
  it('is one that the event source reads, and sends every function what its manifest names', () => {
    const routes = parseEventRoutes(table ?? '', 'routes.yaml');
    const expected = MANIFESTS.map(({ name, consumes }) => ({ function: name, receives: consumes }));
    expect(routes).toEqual(expected);
  });

  it('starts the event source anew when it is another', () => {
    const [deployment] = ofKind('Deployment', 'event-source');
    const hash = createHash('sha256').update(`${table}`).digest('hex');
    const annotations = { 'kubevirt-orphans.dev/routes': hash };
    expect(deployment).toMatchObject({ spec: { template: { metadata: { annotations } } } });
  });
});

describe('every function of OpenFaaS', () => {
  it('is the one image, told by a variable which function it is', () => {
    expect(new Set(functions.map(({ image }) => image)).size).toBe(1);
    const served = functions.map(({ environment }) => environment[TEXTS.function.name]);
    expect(new Set(served)).toEqual(new Set(MANIFESTS.map(({ name }) => name)));
    const known = VARIABLES.map(({ name }) => name);
    for (const { environment } of functions)
      for (const name of Object.keys(environment)) expect(known).toContain(name);
  });

  it('publishes to the Service of the event source', () => {
    const [service] = ofKind('Service');
    const { name, namespace } = service?.metadata ?? {};
    const sinks = functions.map(({ environment }) => environment[TEXTS.sink.name]);
    expect(new Set(sinks)).toEqual(new Set([`http://${name}.${namespace}.svc.cluster.local`]));
  });

  it('has secrets where its manifest says that it reads files', () => {
    const reading = functions.filter(({ secrets }) => secrets !== undefined).map(({ name }) => name);
    expect(reading).toEqual(MANIFESTS.filter(({ readsFiles }) => readsFiles).map(({ name }) => name));
  });

  it('is called by the cron connector where it asks for an audit, in its time, and nowhere else', () => {
    const called = functions.filter(({ annotations }) => 'topic' in annotations);
    expect(
      called.map(({ name, environment, annotations: { topic, schedule } }) => [
        name,
        topic,
        schedule,
        environment[TEXTS.cronScope.name],
      ]),
    ).toEqual([
      ['audit-tick', 'cron-function', '@every 30s', 'unsettled'],
      ['audit-sweep', 'cron-function', '@every 300s', 'all'],
    ]);
    const asking = functions.filter(({ environment }) => TEXTS.cronScope.name in environment);
    expect(asking).toEqual(called);
  });
});
