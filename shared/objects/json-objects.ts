import { withoutMark } from './byte-order-mark.ts';
import { JsonBuilder } from './json-builder.ts';
import { JsonScanner } from './json-scanner.ts';
import { ObjectCollector } from './object-collector.ts';
import type { ObjectReader, ObjectSink } from './object-sink.ts';

/**
 * Reads Kubernetes objects from JSON: single objects, lists, or several documents one behind the other.
 *
 * Only what shared/domain/objects.ts names is decoded; all else is skipped, but its syntax is checked. Memory
 * does not grow with the text, except for items without a kind in a list whose kind comes last: these wait for it.
 *
 * @param source - file name or URL, for error messages
 */
export function createJsonObjectReader(source: string, sink: ObjectSink): ObjectReader {
  const scanner = new JsonScanner(source, new JsonBuilder(new ObjectCollector(source, sink)));
  const input = withoutMark(source, (bytes, from) => scanner.scan(bytes, from));
  return {
    write: input.write,
    end() {
      input.end();
      scanner.end();
    },
  };
}
