/**
 * An event that came in, in the JSON form of CloudEvents: the required attributes are there and are text; extensions and
 * `data` are as they were sent, and each reader checks what it needs. Whatever else somebody adds is tolerated.
 */
export interface IncomingEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject?: string | undefined;
  readonly time?: string | undefined;
  /** W3C trace context: carried on into the events that follow from this one. */
  readonly traceparent?: string | undefined;
  readonly data?: unknown;
  /** Extensions. An empty header, such as `ce-namespace` of a cluster-scoped object, is an empty text. */
  readonly [extension: string]: unknown;
}
