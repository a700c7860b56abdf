import { createWriteStream } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type ClusterOptions, generateCluster } from './cluster-generator.ts';
import { type TemplateName, templates } from './templates.ts';
import { compileTemplate, type TextTemplate } from './text-template.ts';

const CHUNK_CHARS = 1 << 20;
/** Free space that is left to others. */
const SPARE_BYTES = 1_000_000_000;
/** With the usual share of orphans, the generator repeats itself after so many nodes. */
const SAMPLE_NODES = 200;

/**
 * Writes the cluster as `kubectl get … -o json` prints it: one List, indented by four spaces.
 *
 * @returns its size in bytes
 * @throws Error when the disk has no room for it
 */
export async function writeDump(path: string, options: ClusterOptions): Promise<number> {
  const [needed, free] = [dumpBytes(options), await freeBytes(dirname(path))];
  if (needed + SPARE_BYTES > free) {
    throw new Error(`${path} would have ${gigabytes(needed)}, and only ${gigabytes(free)} are free`);
  }
  let bytes = 0;
  const counted = function* () {
    for (const chunk of dumpChunks(options)) {
      bytes += chunk.length; // all of it is ASCII
      yield chunk;
    }
  };
  await pipeline(Readable.from(counted()), createWriteStream(path));
  return bytes;
}

/** The size that a dump of that cluster will have, from a smaller one of the same kind. */
export function dumpBytes(options: ClusterOptions): number {
  const sample = { ...options, nodes: Math.min(options.nodes, SAMPLE_NODES) };
  let bytes = 0;
  for (const chunk of dumpChunks(sample)) bytes += chunk.length;
  return Math.round((bytes / Math.max(1, sample.nodes)) * options.nodes);
}

function* dumpChunks(options: ClusterOptions): Generator<string> {
  const compiled = new Map<TemplateName, TextTemplate>();
  const compile = (name: TemplateName) => {
    const template = compiled.get(name) ?? compileTemplate(templates[name], 'item');
    compiled.set(name, template);
    return template;
  };
  let chunk = '{\n    "apiVersion": "v1",\n    "items": [';
  let separator = '\n        ';
  for (const { template, values } of generateCluster(options)) {
    chunk += separator + compile(template).render(values);
    separator = ',\n        ';
    if (chunk.length < CHUNK_CHARS) continue;
    yield chunk;
    chunk = '';
  }
  yield `${chunk}\n    ],\n    "kind": "List",\n    "metadata": {\n        "resourceVersion": ""\n    }\n}\n`;
}

async function freeBytes(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
