import { z } from 'zod';
import { ALERT_VERDICTS } from '../domain/alerts/alert.ts';
import { CAUSE_CODES } from '../domain/causes/cause.ts';
import { SEVERITIES } from '../domain/incidents/incident.ts';

/** W3C Trace Context, version 00: neither version ff nor ids of zeros. Source: w3.org/TR/trace-context, section 3.2. */
const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** How many digits a `sequence` has: up to 9,999,999,999 revisions sort as text as they do as numbers. */
const SEQUENCE_DIGITS = 10;

/** Longest `id`. Foreign ids become part of some of ours, and theirs have no bound. */
export const MAX_ID_LENGTH = 512;

const TEXT = z.string().min(1);

/** The attributes that are said when an event is made: none is empty, none is unknown. */
export const initAttributes = z.strictObject({
  id: TEXT.max(MAX_ID_LENGTH).meta({
    description:
      'A pure function of what the event tells: a repeat carries the same id, so drop ids you have seen',
  }),
  source: TEXT.meta({ description: '`/clusters/<cluster>`, the name percent-encoded' }),
  subject: TEXT.meta({ description: '`nodes/<node>`; `cluster` where all nodes are concerned' }),
  time: z.iso.datetime().meta({ description: 'RFC 3339, UTC: when it was found to be true' }),
  node: TEXT.optional().meta({ description: 'The name of the node, for filters' }),
  severity: z.enum(SEVERITIES).optional().meta({ description: 'Severity of the incident' }),
  cause: z
    .enum(CAUSE_CODES)
    .optional()
    .meta({ description: 'Code of the primary cause: of the diagnosis, else of the judgement' }),
  verdict: z
    .enum(ALERT_VERDICTS)
    .optional()
    .meta({ description: 'Of the truth check of an alert, for filters: only on `alert.verified`' }),
  partitionkey: TEXT.optional().meta({
    description: 'The name of the node: a broker that orders by it keeps the order of events of one node',
  }),
  sequence: z
    .string()
    .regex(new RegExp(`^\\d{${SEQUENCE_DIGITS}}$`))
    .optional()
    .meta({
      description: 'The revision of the incident in ten digits: orders the events of one incident, as text',
    }),
  // What came with somebody else's event and is no trace context is not carried on: it is no reason to fail.
  traceparent: z
    .string()
    .regex(TRACEPARENT)
    .optional()
    .catch(undefined)
    .meta({ description: 'W3C Trace Context, where there is a trace' }),
});

/** What is said when an event is made. */
export type InitAttributes = z.input<typeof initAttributes>;

/** The `sequence` of a revision. */
export function sequenceOf(revision: number): string {
  return String(revision).padStart(SEQUENCE_DIGITS, '0');
}

/**
 * A whole event in the JSON form of CloudEvents 1.0. Other extensions are allowed: brokers, and `K_CE_OVERRIDES`, add
 * their own.
 */
export const eventEnvelope = z.looseObject({
  specversion: z.literal('1.0').meta({ description: 'Version of CloudEvents' }),
  type: z
    .string()
    .regex(/^dev\.kubevirt-orphans\.[a-z-]+\.[a-z-]+\.v[1-9]\d*$/)
    .meta({ description: 'What happened, with the version of its data' }),
  ...initAttributes.shape,
  traceparent: z
    .string()
    .regex(TRACEPARENT)
    .optional()
    .meta({ description: 'W3C Trace Context, where there is a trace' }),
  datacontenttype: z.literal('application/json').meta({ description: 'Media type of `data`' }),
  dataschema: z.url().meta({ description: 'URI of the JSON Schema of `data`, which is its `$id`' }),
  data: z
    .record(z.string(), z.unknown())
    .meta({ description: 'What the type says: see the schema that `dataschema` names' }),
});
