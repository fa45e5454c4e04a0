import { z } from 'zod';
import { CREDENTIAL_PATTERN } from './names';
import { DELIVERIES } from '../core/delivery';
import { hasOneSecret, STRATEGIES } from '../core/strategy';
import type { SlotVersion } from '../core/slot';
import { ContractError, parsedJson } from './parse';
import { mirrorVersion } from './tokens';

/** The default set of characters that generated passwords leave out: none of the rest needs escaping in a URL or a shell. */
export const DEFAULT_EXCLUDED_CHARACTERS = ' !"#$%&\'()*+,/:;<=>?@[\\]^`{|}';

const name = z
  .string()
  .regex(
    CREDENTIAL_PATTERN,
    'must start with a letter, then letters, digits, _ and -, at most 40 characters',
  );
const utf8 = new TextEncoder();
/** A name that PostgreSQL keeps as it is, and that a URL can carry. */
const identifier = z
  .string()
  .min(1)
  .refine((text) => utf8.encode(text).length <= 63, 'must be at most 63 bytes: PostgreSQL cuts longer names')
  .refine((text) => !text.includes('\u0000'), 'must not contain NUL')
  .refine(
    (text) => !/\p{Surrogate}/u.test(text),
    'must be whole characters: half of a surrogate pair has no UTF-8',
  );
const role = identifier.refine(
  (text) => !/^pg_/i.test(text),
  'must not start with pg_: PostgreSQL reserves these names',
);
const arn = z.string().startsWith('arn:', 'must be an ARN');
const seconds = (least: number, most: number) => z.int().min(least).max(most);

const slot = z.strictObject({
  user: role,
  secretArn: arn,
});

/** Source: CreateApplication and CreateDeploymentGroup, CodeDeploy API Reference: 1 to 100 characters. */
export const codeDeployGroupSchema = z.strictObject({
  application: z.string().min(1).max(100).describe('Name of the CodeDeploy application.'),
  deploymentGroup: z.string().min(1).max(100).describe('Name of its deployment group for this service.'),
});

const consumer = z.strictObject({
  cluster: z.string().min(1).max(255).describe('Cluster name.'),
  service: z.string().min(1).max(255).describe('Service name.'),
  codeDeploy: codeDeployGroupSchema.optional().describe('What deploys it, under the controller CODE_DEPLOY.'),
});

/** What Terraform tells the functions about one credential; they read it afresh at every step and look. */
export const credentialDocumentSchema = z
  .strictObject({
    schema: z.literal(1),
    credential: name,
    strategy: z.enum(STRATEGIES),
    delivery: z.enum(DELIVERIES),
    database: identifier
      .refine((text) => text !== '.' && text !== '..', 'must not be . or ..: no URL can carry it')
      .describe('Name of the database that the application connects to.'),
    ownDatabase: z.boolean().default(false).describe('Whether the database is to belong to the owner role.'),
    ownerRole: role,
    slots: z
      .strictObject({ blue: slot, green: slot })
      .describe(
        'The two users, each with its secret. Of one secret: both name it; of one user: both are the same.',
      ),
    activeSecretArn: arn.optional().describe('What applications read; of the delivery secret only.'),
    activeParameterKeyArn: arn
      .optional()
      .describe(
        'Key of the parameter that applications read; of the delivery parameter only. Default: the one of AWS',
      ),
    adopt: z
      .strictObject({ slot: z.enum(['blue', 'green']).describe('Whose user was there before.') })
      .optional()
      .describe('Whether user and active secret were there before this installation.'),
    urlOptions: z
      .string()
      .max(500)
      .default('sslmode=require')
      .describe(
        `Query string of the url key, without the question mark: how the application's driver is to use TLS.`,
      ),
    password: z
      .strictObject({
        length: z.int().min(16).max(128).default(40).describe('Characters.'),
        exclude: z
          .string()
          .max(95)
          .default(DEFAULT_EXCLUDED_CHARACTERS)
          .describe('Characters that generated passwords leave out.'),
      })
      .prefault({}),
    consumers: z.array(consumer).max(50),
    groupWith: z
      .array(name)
      .max(49)
      .default([])
      .describe(
        'Credentials that share a consumer: at most one of them rolls at a time. The credential itself is not listed.',
      ),
    rollout: z
      .strictObject({
        deadlineSeconds: seconds(10, 86_400)
          .default(3_600)
          .describe(
            'From the flip until every consumer must be on a completed new deployment; then it reverts.',
          ),
        drainAlarmSeconds: seconds(10, 604_800)
          .default(86_400)
          .describe('From the flip until old tasks raise an alarm.'),
        skewSeconds: z
          .number()
          .min(0)
          .max(300)
          .default(5)
          .describe(
            'How far clocks of ECS and the functions may be apart: deployments created this soon after a flip count as old.',
          ),
        visibilitySeconds: z
          .number()
          .min(0)
          .max(600)
          .default(30)
          .describe('How long ECS may answer as before a change; no rollout is over sooner.'),
        canaryBakeSeconds: seconds(0, 86_400)
          .optional()
          .describe(
            'Makes the first consumer the canary: the others are redeployed so long after it has moved. A revert waits for nothing. Default: all at once',
          ),
      })
      .prefault({}),
    maxAgeDays: z
      .int()
      .min(1)
      .max(999)
      .optional()
      .describe('Days after which the sweep rotates the standby, where the active password has not changed.'),
    readers: z
      .strictObject({
        lagSeconds: seconds(1, 86_400).describe(
          'How long they may go on with a value that they have read: a rollout is not over before.',
        ),
      })
      .optional()
      .describe(
        'Others who read the active secret in code, through a cache, and are not redeployed. Default: nobody does',
      ),
    retire: z
      .strictObject({
        soakSeconds: seconds(0, 2_592_000)
          .default(86_400)
          .describe('From the end of a rollout until the former user may not log in any more (NOLOGIN).'),
      })
      .optional()
      .describe(
        'Locks the former user out once nothing uses it; before a revert, and with its next rotation, it is let in again. Default: it may go on logging in',
      ),
    rotatorTimeoutSeconds: seconds(1, 900)
      .default(60)
      .describe('The longest a rotator invocation can run: an AWSPENDING older than this is stale.'),
  })
  .refine(({ strategy, slots: { blue, green } }) => strategy === 'single' || blue.user !== green.user, {
    path: ['slots', 'green', 'user'],
    message: 'must differ from slots.blue.user: one user cannot be both',
  })
  .refine(({ strategy, slots: { blue, green } }) => strategy !== 'single' || blue.user === green.user, {
    path: ['slots', 'green', 'user'],
    message: 'must be slots.blue.user: the strategy single has one user',
  })
  .refine(
    ({ strategy, slots: { blue, green }, activeSecretArn }) =>
      !hasOneSecret(strategy) || new Set([blue.secretArn, green.secretArn, activeSecretArn]).size === 1,
    { path: ['activeSecretArn'], message: 'must be the secret of both slots: this strategy has one secret' },
  )
  .refine(({ delivery, activeSecretArn }) => (delivery === 'secret') === (activeSecretArn !== undefined), {
    path: ['activeSecretArn'],
    message: 'goes with the delivery secret, and with no other: what applications read is named by it',
  })
  .refine(
    ({ delivery, activeParameterKeyArn }) => delivery === 'parameter' || activeParameterKeyArn === undefined,
    { path: ['activeParameterKeyArn'], message: 'goes with the delivery parameter only' },
  )
  .refine(({ strategy, delivery }) => delivery === 'secret' || !hasOneSecret(strategy), {
    path: ['delivery'],
    message: 'must be secret: this strategy has one secret, which applications read',
  })
  .refine(({ delivery, readers }) => delivery !== 'entrypoint' || readers === undefined, {
    path: ['readers'],
    message: 'does not go with the delivery entrypoint: there is no one value that a reader could fetch',
  })
  .refine(({ delivery, adopt }) => delivery === 'secret' || adopt === undefined, {
    path: ['adopt'],
    message: 'goes with the delivery secret only: it is a secret that is taken over',
  })
  .superRefine(
    ({ strategy, adopt, maxAgeDays, readers, retire, rollout: { canaryBakeSeconds } }, context) => {
      if (!hasOneSecret(strategy)) return;
      for (const [place, value] of Object.entries({
        adopt,
        maxAgeDays,
        readers,
        retire,
        canaryBakeSeconds,
      })) {
        const path = place === 'canaryBakeSeconds' ? ['rollout', place] : [place];
        const message = 'goes with the strategy dual-user only';
        if (value !== undefined) context.addIssue({ code: 'custom', path, message });
      }
    },
  )
  .refine((document) => ![document.slots.blue.user, document.slots.green.user].includes(document.ownerRole), {
    path: ['ownerRole'],
    message: 'must differ from both users: the owner role never logs in',
  });

export { hasOneSecret, STRATEGIES } from '../core/strategy';
export type { Strategy } from '../core/strategy';

export type CredentialDocument = z.infer<typeof credentialDocumentSchema>;
/** Seconds that moving every consumer may take: with a canary, twice the deadline and its time on top. */
export function longestRollout({
  deadlineSeconds,
  canaryBakeSeconds,
}: CredentialDocument['rollout']): number {
  return canaryBakeSeconds === undefined ? deadlineSeconds : 2 * deadlineSeconds + canaryBakeSeconds;
}

/** What to write: defaults may be left out. */
export type CredentialDocumentInput = z.input<typeof credentialDocumentSchema>;

/**
 * The secret that applications read.
 * @throws ContractError where they read something else
 */
export function activeSecretOf({
  credential,
  delivery,
  activeSecretArn,
}: Pick<CredentialDocument, 'credential' | 'delivery' | 'activeSecretArn'>): string {
  if (activeSecretArn === undefined)
    throw new ContractError(`${credential} has no active secret: its delivery is ${delivery}.`);
  return activeSecretArn;
}

/** The version of the active secret that carries a slot's version: a copy of it; where there is one secret, itself. */
export function publishedVersion(
  { strategy, slots }: Pick<CredentialDocument, 'strategy' | 'slots'>,
  { slot: name, version }: SlotVersion,
): string {
  return hasOneSecret(strategy) ? version : mirrorVersion(slots[name].secretArn, version);
}

/**
 * @param parameter the parameter's name, for the message
 * @throws ContractError naming every bad field
 */
export function parseCredentialDocument(parameter: string, text: string): CredentialDocument {
  return parsedJson(`configuration document ${parameter}`, credentialDocumentSchema, text);
}
