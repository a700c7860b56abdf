import { objectsIn } from './rendered.ts';

/** A container as it is rendered, as much of it as starts a program. */
export interface RenderedContainer {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[];
}

/** The container of an object in a folder of infra/deploy; its command is what the image starts unless it says otherwise. */
export function containerOf(folder: string, kind: string, name: string): RenderedContainer {
  const object = objectsIn(folder).find((it) => it.kind === kind && it.metadata.name === name);
  const { template } = (object?.['spec'] ?? {}) as {
    template?: { spec: { containers: RenderedContainer[] } };
  };
  const [container] = template?.spec.containers ?? [];
  if (container === undefined) throw new Error(`${folder} has no ${kind} ${name}`);
  return { ...container, command: container.command ?? ['node', '/app/serve.mjs'] };
}

/** The variables that it says itself. */
export function variablesOf({ env = [] }: RenderedContainer): Readonly<Record<string, string>> {
  return Object.fromEntries(env.map(({ name, value }) => [name, value]));
}
