import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { dump } from 'js-yaml';
import { pack } from 'tar-stream';
import { onTestFinished } from 'vitest';
import type { ClusterFacts } from '../../shared/domain/cluster-facts.ts';
import type { ClusterObject, Kind } from '../../shared/domain/objects.ts';
import { createDumpReader } from '../../shared/dump/dump-reader.ts';

/** Objects as the files that people hand over, in temporary directories that go when the test ends. */

const API_VERSIONS: Readonly<Record<Kind, string>> = {
  Node: 'v1',
  Pod: 'v1',
  DaemonSet: 'apps/v1',
  VirtualMachineInstance: 'kubevirt.io/v1',
  KubeVirt: 'kubevirt.io/v1',
};

/** File contents by path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

/** The object as the API server sends it: with an apiVersion, and with fields that nobody reads. */
export function asSent(object: ClusterObject): object {
  const selfLink = `/a/${object.metadata.name}`;
  return {
    apiVersion: API_VERSIONS[object.kind],
    ...object,
    metadata: { ...object.metadata, selfLink },
  };
}

/** What `kubectl get … -A -o json` prints. */
export function jsonList(objects: readonly ClusterObject[]): string {
  const list = {
    apiVersion: 'v1',
    items: objects.map(asSent),
    kind: 'List',
    metadata: { resourceVersion: '' },
  };
  return `${JSON.stringify(list, null, 4)}\n`;
}

/** What `kubectl get … -A -o yaml` prints. */
export function yamlList(objects: readonly ClusterObject[]): string {
  const list = {
    apiVersion: 'v1',
    items: objects.map(asSent),
    kind: 'List',
    metadata: { resourceVersion: '' },
  };
  return dump(list, { skipInvalid: true, noRefs: true, noArrayIndent: true });
}

/** One object as YAML. */
export function yamlOf(object: ClusterObject): string {
  return dump(asSent(object), { skipInvalid: true, noRefs: true });
}

/** Writes files below a new directory. @returns the directory */
export function directoryWith(files: Files): string {
  const directory = mkdtempSync(join(tmpdir(), 'dump-test-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  return directory;
}

/** Writes one file into a new directory. @returns its path */
export function fileWith(content: string | Uint8Array, name = 'dump'): string {
  return join(directoryWith({ [name]: content }), name);
}

/** A tar archive of files. */
export async function tarOf(files: Files): Promise<Buffer> {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name }, Buffer.from(content));
  archive.finalize();
  return await buffer(archive as AsyncIterable<Buffer>);
}

/** Reads dumps as the command line does. */
export async function readDump(
  paths: readonly string[],
  stdin: string | Uint8Array | Readable = '',
): Promise<ClusterFacts> {
  const stream = stdin instanceof Readable ? stdin : Readable.from(stdin === '' ? [] : [Buffer.from(stdin)]);
  return await createDumpReader(paths, { stdin: stream }).read();
}
