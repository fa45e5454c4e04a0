import { z } from 'zod';
import { CREDENTIAL_PATTERN } from './names';
import { parsed } from './parse';

const credential = z.string().regex(CREDENTIAL_PATTERN);
const slot = z.enum(['blue', 'green']);
/** Secrets Manager's bounds on a ClientRequestToken. */
const version = z.string().min(32).max(64);

export const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
export type Step = (typeof STEPS)[number];

/** What Secrets Manager sends; it may carry more (RotationToken). */
const rotationEventSchema = z.object({
  SecretId: z.string().min(1),
  ClientRequestToken: version,
  Step: z.enum(STEPS),
});
export type RotationEvent = z.infer<typeof rotationEventSchema>;

/** Terraform's aws_lambda_invocation with lifecycle_scope CRUD adds `tf`. */
const terraform = z.object({ action: z.enum(['create', 'update', 'delete']) });

const directEventSchema = z.discriminatedUnion('action', [
  z.object({
    action: z.literal('bootstrap'),
    credential,
    /** Takes over the user and the secret that were there before. Asked for by a person, never by an apply. */
    adopt: z.boolean().optional(),
    /** Answers what it would do, and changes nothing. */
    dryRun: z.boolean().optional(),
    tf: terraform.optional(),
  }),
  z.object({ action: z.literal('verify'), credential, slot, version }),
  z.object({ action: z.literal('reassert'), credential, slot, version }),
  /** NOLOGIN for the former user, where the record says so. */
  z.object({ action: z.literal('retire'), credential, slot, version }),
  z.object({ action: z.literal('restore'), credential, slot }),
  /** Ends the sessions of a user whose password leaked and that is locked out already. */
  z.object({ action: z.literal('terminate'), credential, slot, version }),
  z.object({ action: z.literal('sessions'), credential, slot: slot.optional() }),
  z.object({ action: z.literal('preflight'), credential }),
]);
/** A direct invocation of the rotator. */
export type DirectEvent = z.infer<typeof directEventSchema>;

export type RotatorEvent = RotationEvent | DirectEvent;

export function isRotation(event: RotatorEvent): event is RotationEvent {
  return 'Step' in event;
}

/** @throws ContractError */
export function parseRotatorEvent(event: unknown): RotatorEvent {
  const direct = typeof event === 'object' && event !== null && 'action' in event;
  return parsed('event', direct ? directEventSchema : rotationEventSchema, event);
}

/** Name of the error with which `retire` and `terminate` refuse: Lambda answers it as errorType. */
export const RETIREMENT_REFUSED = 'RetirementRefusedError';

/** The answer to `verify`. */
export const verdictSchema = z.object({
  result: z.enum(['accepted', 'refused', 'unusable', 'outage']),
  /** What the server said, without any secret. */
  detail: z.string(),
});
export type Verdict = z.infer<typeof verdictSchema>;

/**
 * The body of a wake-up message: it names the credential to look at and nothing else that is trusted.
 * `id` is the event's own, so that content-based deduplication never swallows a second wake-up.
 */
const wakeSchema = z.object({
  credential,
  cause: z.enum(['event', 'sweep', 'request']),
  id: z.string().min(1).max(200),
});
export type Wake = z.infer<typeof wakeSchema>;

/** @throws ContractError */
export function parseWake(body: string): Wake {
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch {
    input = null;
  }
  return parsed('wake-up message', wakeSchema, input);
}

/**
 * The input transformer that makes a wake-up message of any event. EventBridge quotes a bare variable by
 * itself; the event's id has no reserved variable, so it comes by an input path.
 */
export const WAKE_INPUT_PATHS = { id: '$.id' } as const;

export function wakeTemplate(name: string, cause: Wake['cause']): string {
  return `{"credential":"${name}","cause":"${cause}","id":<id>}`;
}
