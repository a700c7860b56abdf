import type { ReadKind, ReadObject } from '../../../shared/domain/evidence-objects.ts';
import { createJsonObjectReader } from '../../../shared/objects/json-objects.ts';
import type { ListEnd, ObjectReader, ObjectSink } from '../../../shared/objects/object-sink.ts';
import { createYamlObjectReader } from '../../../shared/objects/yaml-objects.ts';

/** Everything a reader told its sink. */
export interface Told {
  readonly objects: ReadObject[];
  readonly where: string[];
  readonly kinds: ReadKind[];
  readonly lists: ListEnd[];
}

type Create = (source: string, sink: ObjectSink) => ObjectReader;

function readAll(create: Create, input: string | Uint8Array, chunks: readonly number[]): Told {
  const told: Told = { objects: [], where: [], kinds: [], lists: [] };
  const reader = create('dump', {
    object(object, where) {
      told.objects.push(object);
      told.where.push(where);
    },
    kindSeen: (kind) => told.kinds.push(kind),
    listEnd: (list) => told.lists.push(list),
  });
  const bytes = typeof input === 'string' ? Buffer.from(input) : input;
  // Every chunk is overwritten after use: readers may keep nothing of it.
  let at = 0;
  for (let i = 0; at < bytes.length; i += 1) {
    const size = chunks[i % chunks.length] ?? bytes.length;
    const chunk = Uint8Array.from(bytes.subarray(at, at + size));
    at += size;
    reader.write(chunk);
    chunk.fill(0x7e);
  }
  reader.end();
  return told;
}

/** Reads JSON in chunks of these sizes, again from the first when they are used up; as one chunk without sizes. */
export const readJson = (input: string | Uint8Array, ...chunks: readonly number[]): Told =>
  readAll(createJsonObjectReader, input, chunks);
/** The same for YAML. */
export const readYaml = (input: string | Uint8Array, ...chunks: readonly number[]): Told =>
  readAll(createYamlObjectReader, input, chunks);

/** The message of the error that reading ends with; fails when it does not. */
export function messageOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof Error && error.name === 'InputMalformedError') return error.message;
    throw error;
  }
  throw new RangeError('nothing was thrown');
}

/** A node and a launcher with the least they need. */
export const aNode = (name: string) => ({ apiVersion: 'v1', kind: 'Node', metadata: { name } });
export const aLauncher = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'tenant-a', labels: { 'kubevirt.io': 'virt-launcher' } },
  ...more,
});
