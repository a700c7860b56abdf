/** An event as we publish it: CloudEvents 1.0 in its JSON form. `defineEvent` makes and checks them. */
export interface ProductEvent<Type extends string = string, Data = unknown> {
  readonly specversion: '1.0';
  /** A pure function of what it tells: a repeat carries the same id. At most 512 characters. */
  readonly id: string;
  /** `/clusters/<cluster>` */
  readonly source: string;
  readonly type: Type;
  /** `nodes/<node>`; `cluster` for what concerns all nodes. */
  readonly subject: string;
  /** RFC 3339: when it became true. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** URI of the JSON Schema of `data`. */
  readonly dataschema: string;
  /** Extensions. `partitionkey` and `node` are the node's name. Absent on events that concern no single node. */
  readonly node?: string | undefined;
  readonly severity?: string | undefined;
  readonly cause?: string | undefined;
  /** Of the truth check of an alert. */
  readonly verdict?: string | undefined;
  readonly partitionkey?: string | undefined;
  /** The revision, padded to ten digits: orders the events of one incident as text. */
  readonly sequence?: string | undefined;
  /** W3C trace context, where there is a trace. */
  readonly traceparent?: string | undefined;
  readonly data: Data;
}
