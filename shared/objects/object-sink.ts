import type { ReadKind, ReadObject } from '../domain/evidence-objects.ts';

/** What a list says about itself once all its items were read; needed to ask the API for the next page. */
export interface ListEnd {
  /** `List`, `PodList`, …; empty when the list does not say. */
  readonly kind: string;
  /** `metadata.continue`: there are more pages. */
  readonly continueToken: string | undefined;
  readonly resourceVersion: string | undefined;
}

/** Receives what a reader finds, in the order of the text; but items that wait for the list's kind come at its end. */
export interface ObjectSink {
  /**
   * One object of a kind we read, cut to the fields of shared/domain/objects.ts, and validated. `where` names it
   * for a problem report: `items[12]`, or `document 3 (line 120), items[4]`.
   */
  object(object: ReadObject, where: string): void;
  /** The text has this kind, even if no object of it is handed over: an empty typed list, or pods that are none of ours. */
  kindSeen(kind: ReadKind): void;
  /** Once per list, when its document ends. */
  listEnd?(list: ListEnd): void;
}

/** Bytes in, objects out to the sink; never asks for more memory than one object and its longest wanted text need. */
export interface ObjectReader {
  /**
   * Takes the next bytes; chunks may end anywhere. The chunk may be reused afterwards.
   *
   * @throws InputMalformedError when the text is broken or an object has wrong types; the reader is then done
   */
  write(chunk: Uint8Array): void;
  /** Says that there is no more. @throws InputMalformedError when the text ends too early */
  end(): void;
}
