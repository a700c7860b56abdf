import { withoutMark } from './byte-order-mark.ts';
import { ObjectCollector } from './object-collector.ts';
import type { ObjectReader, ObjectSink } from './object-sink.ts';
import { MAX_BLOCK_BYTES } from './yaml-block.ts';
import { YamlDocuments } from './yaml-documents.ts';
import { YamlLines } from './yaml-lines.ts';

/**
 * Reads Kubernetes objects from YAML: single objects, lists, or several documents.
 *
 * Items of a block-style list are cut out and read one by one; of each, only the wanted lines go to js-yaml. So
 * memory depends on the largest object (at most 16 MiB), not on the text.
 *
 * @param source - file name or URL, for error messages
 */
export function createYamlObjectReader(source: string, sink: ObjectSink): ObjectReader {
  const documents = new YamlDocuments(source, new ObjectCollector(source, sink));
  const lines = new YamlLines(documents, MAX_BLOCK_BYTES);
  const input = withoutMark(source, (bytes, from) => lines.write(bytes, from));
  return {
    write: input.write,
    end() {
      input.end();
      lines.end();
      documents.end();
    },
  };
}
