import type { Position } from './malformed.ts';

/** Receives the values of the text that it wants. Containers that it declines are skipped, but still checked. */
export interface JsonVisitor {
  /** Whether the next scalar is wanted: not decoded otherwise. */
  readonly wanted: boolean;
  /** A container begins. @returns whether its content is wanted; if not, neither content nor end are reported */
  open(isArray: boolean, position: Position): boolean;
  /** A key; `undefined` for one that is too long to be wanted. */
  key(name: string | undefined): void;
  scalar(value: string | number | boolean | null): void;
  close(): void;
  /** Where in the document the visitor is, such as `items[3].status.message`, for an error. */
  path(): string;
}
