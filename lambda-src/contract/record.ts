import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CredentialRecord } from '../core/record';
import { ADVANCED_BYTES } from './parameters';

const slot = z.enum(['blue', 'green']);
const slotVersion = z.object({ slot, version: z.string() });
const phase = z.enum(['settled', 'rolling', 'reverting']);
const entry = {
  old: z.array(z.string()),
  intendedAt: z.number().nullable(),
  deployment: z.string().nullable(),
  newSince: z.number().nullable(),
};

/** As it is stored: `[old, intendedAt, deployment, newSince]`; fifty of them must fit. A person may write the names out. */
const consumer = z.union([
  z
    .tuple([entry.old, entry.intendedAt, entry.deployment, entry.newSince])
    .transform(([old, intendedAt, deployment, newSince]) => ({ old, intendedAt, deployment, newSince })),
  z.object(entry),
]);

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
  canaryMovedAt: z.number().nullable().default(null),
  consumers: z.record(z.string(), consumer),
  handled: z.array(z.object({ id: z.string(), answer: z.string() })),
  paused: z.boolean(),
  compromised: slotVersion
    .extend({ reportedAt: z.number(), ended: z.boolean(), attempts: z.int() })
    .nullable()
    .default(null),
  retired: z.object({ slot, done: z.boolean() }).nullable().default(null),
  reason: z.string().nullable(),
});

/**
 * @param names of the configuration's consumers, for a record whose names were too long for its parameter
 * @returns null where the text is no record: nothing that depends on it may then move
 */
export function parseRecord(text: string, names: readonly string[] = []): CredentialRecord | null {
  try {
    const record = recordSchema.parse(JSON.parse(text));
    const byDigest = new Map(names.map((name) => [digestOf(name), name]));
    return renamed(record, (key) => byDigest.get(key) ?? key);
  } catch {
    return null;
  }
}

/** Characters that reason and answers may have, the most that fits first: they name every consumer that failed. */
const SHORTEST_TEXT = 80;
const TEXT_LIMITS = [1_000, 300, SHORTEST_TEXT] as const;

/**
 * The record as it is stored: if need be its texts are cut, and where that is not enough consumers are named by digests,
 * which the configuration document tells apart. Nothing that decides is left out.
 */
export function recordText(record: CredentialRecord): string {
  for (const limit of TEXT_LIMITS) {
    const text = stored(withTexts(record, limit));
    if (Buffer.byteLength(text) <= ADVANCED_BYTES) return text;
  }
  return stored(renamed(withTexts(record, SHORTEST_TEXT), digestOf));
}

function stored(record: CredentialRecord): string {
  const consumers = Object.entries(record.consumers).map(
    ([name, { old, intendedAt, deployment, newSince }]) =>
      [name, [old, intendedAt, deployment, newSince]] as const,
  );
  return JSON.stringify({ ...record, consumers: Object.fromEntries(consumers) });
}

function withTexts(record: CredentialRecord, limit: number): CredentialRecord {
  return {
    ...record,
    reason: record.reason === null ? null : cut(record.reason, limit),
    handled: record.handled.map(({ id, answer }) => ({ id, answer: cut(answer, limit) })),
  };
}

/** @param limit characters */
function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit - 1)}…`;
}

function renamed(record: CredentialRecord, name: (key: string) => string): CredentialRecord {
  const consumers = Object.entries(record.consumers).map(([key, entry]) => [name(key), entry] as const);
  return { ...record, consumers: Object.fromEntries(consumers) };
}

/** No name of a consumer begins with this sign. */
function digestOf(name: string): string {
  return `#${createHash('sha256').update(name).digest('hex').slice(0, 12)}`;
}

/** What a person wants of the orchestrator; only the command line writes it. */
const requestSchema = z.object({
  id: z.string().min(1).max(100),
  kind: z.enum(['revert', 'pause', 'unpause', 'resume', 'rotate', 'compromised']),
  /** The active version that the person meant to leave; of `compromised`, the one whose password leaked. */
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

const instant = z.iso.datetime();

const evidenceSchema = z.object({
  schema: z.literal(1),
  credential: z.string(),
  /** `replaced`: a leaked password was taken out of use, and logs in nowhere. */
  outcome: z.enum(['adopted', 'reverted', 'replaced']),
  /** What became active; of `replaced`, what leaked. */
  slot,
  version: z.string(),
  previous: slotVersion.nullable(),
  /** When the record began to roll; of `replaced`, when the leak was reported. */
  startedAt: instant,
  /** When the flip was read back; null of `replaced`, whose rollout has evidence of its own. */
  flippedAt: instant.nullable(),
  /** When nothing old was left. */
  settledAt: instant,
  /** Who was moved. */
  consumers: z.array(z.string()).readonly(),
  /** Services that read the credential and that nobody registered; null where nobody could look. */
  unregistered: z.array(z.string()).readonly().nullable().default(null),
  reason: z.string().nullable(),
});
/**
 * One rotation, or the end of one leak, as the evidence parameter tells it: its versions are the history. Times are
 * ISO 8601.
 */
export type Evidence = Readonly<z.infer<typeof evidenceSchema>>;

/** The value of the evidence parameter before the first rotation. */
export const NO_EVIDENCE = '{}';

/**
 * The evidence as it is stored: of names, as many as its parameter has room for, and how many more there are. A rollout that
 * is over must not wait for a shorter list.
 */
export function evidenceText(evidence: Evidence): string {
  const { consumers, unregistered, reason } = evidence;
  const [longest] = TEXT_LIMITS;
  let most = Math.max(consumers.length, unregistered?.length ?? 0);
  for (;;) {
    const text = JSON.stringify({
      ...evidence,
      consumers: firstOf(consumers, most),
      unregistered: unregistered === null ? null : firstOf(unregistered, most),
      reason: reason === null ? null : cut(reason, longest),
    });
    if (Buffer.byteLength(text) <= ADVANCED_BYTES || most === 0) return text;
    most -= Math.ceil(most / 50);
  }
}

function firstOf(names: readonly string[], most: number): readonly string[] {
  return names.length <= most ? names : [...names.slice(0, most), `… and ${names.length - most} more`];
}

/** @returns null where the text tells of no rotation */
export function parseEvidence(text: string): Evidence | null {
  try {
    return evidenceSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
