import { z } from 'zod';
import type { CredentialRecord } from '../core/record';

const slot = z.enum(['blue', 'green']);
const slotVersion = z.object({ slot, version: z.string() });
const phase = z.enum(['settled', 'rolling', 'reverting']);
const consumer = z.object({
  old: z.array(z.string()),
  intendedAt: z.number().nullable(),
  deployment: z.string().nullable(),
});

/** The record as it is stored. Fields that a later version adds are kept out of the way, not refused. */
const recordSchema: z.ZodType<CredentialRecord> = z.object({
  schema: z.literal(1),
  phase: z.enum([...phase.options, 'halted']),
  haltedFrom: phase.nullable(),
  since: z.number(),
  active: slotVersion,
  previous: slotVersion.nullable(),
  seen: z.object({ blue: z.string().nullable(), green: z.string().nullable() }),
  rejected: z.array(slotVersion),
  flippedAt: z.number().nullable(),
  consumers: z.record(z.string(), consumer),
  handled: z.array(z.object({ id: z.string(), answer: z.string() })),
  paused: z.boolean(),
  reason: z.string().nullable(),
});

/** @returns null where the text is no record: nothing that depends on it may then move */
export function parseRecord(text: string): CredentialRecord | null {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** What a person wants of the orchestrator; only the command line writes it. */
const requestSchema = z.object({
  id: z.string().min(1).max(100),
  kind: z.enum(['revert', 'pause', 'unpause', 'resume', 'rotate']),
  /** The active version that the person meant to leave. */
  leaving: z.string(),
});
export type Request = z.infer<typeof requestSchema>;

/** The value of a request parameter that holds no request: SSM stores no empty text. */
export const NO_REQUEST = '{}';

/** @returns null where there is no request, or none that can be understood */
export function parseRequest(text: string): Request | null {
  try {
    return requestSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** One rotation, as the evidence parameter tells it: its versions are the history. */
export interface Evidence {
  readonly schema: 1;
  readonly credential: string;
  readonly outcome: 'adopted' | 'reverted';
  readonly slot: 'blue' | 'green';
  readonly version: string;
  readonly previous: { readonly slot: 'blue' | 'green'; readonly version: string } | null;
  /** ISO 8601: when the record began to roll, when the flip was read back, when nothing old was left. */
  readonly startedAt: string;
  readonly flippedAt: string;
  readonly settledAt: string;
  readonly consumers: readonly string[];
  readonly reason: string | null;
}

/** The value of the evidence parameter before the first rotation. */
export const NO_EVIDENCE = '{}';
