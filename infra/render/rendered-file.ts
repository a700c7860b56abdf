/** A file of the repository that is written from code. */
export interface RenderedFile {
  /** From the repository's root. */
  readonly path: string;
  readonly text: string;
}
