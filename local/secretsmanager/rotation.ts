import { z } from 'zod';
import { operation, type Operation } from '../endpoint/input';
import { AwsError } from '../endpoint/seams';
import type { Context } from './context';
import { SecretId, Token } from './inputs';
import { attachLabels, CURRENT, PENDING } from './labels';
import type { Rotation, Secret } from './model';
import { scheduleNext } from './next-rotation';
import type { RotationRunner } from './runner';
import { faultOf, type RotationRules } from './schedule';

const CODE = 'InvalidParameterException';
const PREVIOUS_ROTATION = "A previous rotation isn't complete. That rotation will be reattempted.";

const RotateSecretInput = z.object({
  SecretId,
  ClientRequestToken: Token,
  RotationLambdaARN: z.string().max(2048).optional(),
  RotationRules: z
    .object({
      AutomaticallyAfterDays: z.int().optional(),
      Duration: z.string().optional(),
      ScheduleExpression: z.string().min(1).max(256).optional(),
    })
    .optional(),
  RotateImmediately: z.boolean().default(true),
});

/** The version that a rotation in progress, or one that failed, is to make current. */
export function pendingRotation(secret: Secret): string | undefined {
  const pending = secret.labels.get(PENDING);
  return pending === secret.labels.get(CURRENT) ? undefined : pending;
}

/** RotateSecret and CancelRotateSecret. */
export function rotationOperations(
  context: Context,
  runner: RotationRunner,
  rescheduled: () => void,
): Record<string, Operation> {
  return {
    RotateSecret: operation(RotateSecretInput, CODE, (input) => {
      const secret = context.secrets.open(input.SecretId);
      const configured = configurationOf(context, secret, input);
      // "If the AWSPENDING staging label is present but not attached to the same version as AWSCURRENT, then any
      // later invocation of RotateSecret assumes that a previous rotation request is still in progress and
      // returns an error" (Secrets Manager API, "RotateSecret").
      if (pendingRotation(secret) !== undefined)
        throw new AwsError('InvalidRequestException', PREVIOUS_ROTATION);
      secret.rotation = configured;
      secret.changedAt = context.clock.now();
      scheduleNext(secret, context.clock.now(), configured.lastRotatedAt ?? context.clock.now());
      rescheduled();
      const token = input.ClientRequestToken;
      const temporary = stage(context, secret, token);
      if (!input.RotateImmediately) {
        runner.test(secret, token, temporary);
        return { ARN: secret.arn, Name: secret.name };
      }
      runner.rotate(secret, token);
      return { ARN: secret.arn, Name: secret.name, VersionId: token };
    }),
    CancelRotateSecret: operation(z.object({ SecretId }), CODE, (input) => {
      const secret = context.secrets.open(input.SecretId);
      runner.cancel(secret);
      if (secret.rotation !== undefined) {
        secret.rotation.enabled = false;
        delete secret.rotation.nextWindow;
      }
      secret.changedAt = context.clock.now();
      rescheduled();
      const versionId = pendingRotation(secret);
      return {
        ARN: secret.arn,
        Name: secret.name,
        ...(versionId === undefined ? {} : { VersionId: versionId }),
      };
    }),
  };
}

/**
 * Makes the AWSPENDING version of a rotation, without a value. A token that names a version already is given no
 * label: what AWS does then is not documented, and a rotation function refuses a token that is not AWSPENDING.
 * @returns whether there is a version now that was not there before
 */
function stage(context: Context, secret: Secret, token: string): boolean {
  if (secret.versions.has(token)) return false;
  secret.versions.set(token, { id: token, createdAt: context.clock.now() });
  attachLabels(context, secret, [PENDING], token);
  return true;
}

function configurationOf(
  context: Context,
  secret: Secret,
  input: z.output<typeof RotateSecretInput>,
): Rotation {
  const before = secret.rotation;
  const functionArn =
    input.RotationLambdaARN === '' ? before?.functionArn : (input.RotationLambdaARN ?? before?.functionArn);
  if (functionArn === undefined) {
    throw new AwsError(
      'InvalidRequestException',
      'No Lambda rotation function ARN is associated with this secret.',
    );
  }
  const rules =
    input.RotationRules === undefined ? before?.rules : rulesOf(input.RotationRules, context.clock.now());
  if (!context.functions.mayInvoke(functionArn, 'secretsmanager.amazonaws.com', secret.arn)) {
    throw new AwsError(
      'AccessDeniedException',
      'Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access ' +
        'to the principal secretsmanager.amazonaws.com.',
    );
  }
  return {
    enabled: true,
    functionArn,
    ...(rules === undefined ? {} : { rules }),
    ...(before?.lastRotatedAt === undefined ? {} : { lastRotatedAt: before.lastRotatedAt }),
  };
}

function rulesOf(
  given: NonNullable<z.output<typeof RotateSecretInput>['RotationRules']>,
  now: number,
): RotationRules {
  const { AutomaticallyAfterDays, Duration, ScheduleExpression } = given;
  const rules: RotationRules = {
    ...(AutomaticallyAfterDays === undefined ? {} : { AutomaticallyAfterDays }),
    ...(Duration === undefined ? {} : { Duration }),
    ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
  };
  const fault = faultOf(rules, now);
  if (fault !== undefined) throw new AwsError(CODE, fault);
  return rules;
}
