import { InputUnreadableError } from '../errors/errors.ts';
import { createJsonObjectReader } from '../objects/json-objects.ts';
import type { ObjectReader } from '../objects/object-sink.ts';
import { createYamlObjectReader } from '../objects/yaml-objects.ts';
import { type Bytes, gunzipped, peek } from './byte-sources.ts';
import { type Format, formatOf, HEAD_BYTES } from './content-format.ts';
import type { DumpCollector } from './dump-collector.ts';
import { asFoundFile, DUMP_COMMAND, shown } from './input-errors.ts';
import { readTar } from './tar-members.ts';

/** Something to read: a file, a stream, or a member of an archive. */
export interface Content {
  /** What it is called in messages. */
  readonly name: string;
  readonly bytes: Bytes;
  /** Found in a directory or archive rather than named: it may be empty. */
  readonly found: boolean;
}

/** A .tar.gz holds .json.gz: more layers than that are no dump, and there is a gzip file that holds itself. */
const MAX_GZIP_LAYERS = 2;

/**
 * Reads a content to its end, whatever its format, and collects its objects.
 *
 * @throws InputUnreadableError when it is of no format we read, or is named and empty
 * @throws InputMalformedError when it is broken
 */
export async function readContent(content: Content, collector: DumpCollector): Promise<void> {
  await readLayer(content, collector, 0);
}

async function readLayer(content: Content, collector: DumpCollector, layer: number): Promise<void> {
  const { name } = content;
  const { head, all, close } = await peek(content.bytes, HEAD_BYTES);
  const format = formatOf(head);
  const refusal = refusalOf(content, format, layer);
  if (refusal !== undefined) {
    await close();
    throw refusal;
  }
  switch (format.type) {
    case 'gzip':
      return readLayer({ ...content, bytes: gunzipped(all, name) }, collector, layer + 1);
    case 'tar':
      return readTar(all, name, (member, bytes) =>
        readContent({ name: `${name}/${shown(member)}`, bytes, found: true }, collector),
      );
    case 'json':
    case 'yaml':
      return readObjects({ ...content, bytes: all }, openReader(format.type, name, collector));
    case 'blank':
    case 'foreign':
  }
}

/** Why a content is not read although its bytes could be. */
function refusalOf({ name, found }: Content, format: Format, layer: number): Error | undefined {
  if (format.type === 'blank') {
    const remedy = `Check that the command that wrote it worked: ${DUMP_COMMAND}`;
    return found ? undefined : new InputUnreadableError(`${name} is empty`, remedy);
  }
  const reason = foreignness(format, found, layer);
  if (reason === undefined) return undefined;
  const foundRemedy = 'Remove or rename that file, or name the good ones with -f.';
  return new InputUnreadableError(`${name} is ${reason.is}`, found ? foundRemedy : reason.remedy);
}

function foreignness(
  format: Format,
  found: boolean,
  layer: number,
): { is: string; remedy: string } | undefined {
  if (format.type === 'foreign') return format;
  if (format.type === 'gzip' && layer === MAX_GZIP_LAYERS) {
    return { is: 'gzip inside gzip inside gzip', remedy: 'Unpack it first (gzip -d).' };
  }
  if (format.type === 'tar' && found) {
    return { is: 'an archive inside an archive or directory', remedy: 'Name it with -f.' };
  }
  return undefined;
}

function openReader(type: 'json' | 'yaml', name: string, collector: DumpCollector): ObjectReader {
  const sink = collector.sinkFor(name);
  return type === 'json' ? createJsonObjectReader(name, sink) : createYamlObjectReader(name, sink);
}

async function readObjects({ bytes, found }: Content, reader: ObjectReader): Promise<void> {
  for await (const chunk of bytes) take(found, () => reader.write(chunk));
  take(found, () => reader.end());
}

/** Runs the reader alone, so that a broken archive around a file is not taken for a broken file. */
function take(found: boolean, step: () => void): void {
  try {
    step();
  } catch (error) {
    throw found ? asFoundFile(error) : error;
  }
}
