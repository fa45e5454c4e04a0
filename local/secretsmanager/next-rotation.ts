import type { Secret } from './model';
import { intervalDays, nextWindow } from './schedule';

/** Works out the next rotation window of a secret whose rotation is on. */
export function scheduleNext(secret: Secret, now: number, base: number): void {
  const { rotation } = secret;
  if (rotation === undefined) return;
  const window =
    rotation.enabled && rotation.rules !== undefined ? nextWindow(rotation.rules, now, base) : undefined;
  if (window === undefined) delete rotation.nextWindow;
  else rotation.nextWindow = window;
}

/**
 * "Manually updating the secret value by calling PutSecretValue or UpdateSecret is considered a valid rotation"
 * where the schedule is AutomaticallyAfterDays (Secrets Manager API, "RotationRulesType").
 */
export function afterManualChange(secret: Secret, now: number): void {
  const rules = secret.rotation?.rules;
  if (rules?.AutomaticallyAfterDays === undefined || rules.ScheduleExpression !== undefined) return;
  scheduleNext(secret, now, now);
}

/**
 * Notes a successful rotation. "In DescribeSecret and ListSecrets, [AutomaticallyAfterDays] is calculated from
 * the rotation schedule after every successful rotation" (Secrets Manager API, "RotationRulesType").
 */
export function afterRotation(secret: Secret, now: number): void {
  const { rotation } = secret;
  if (rotation === undefined) return;
  rotation.lastRotatedAt = now;
  secret.changedAt = now;
  if (rotation.rules?.ScheduleExpression !== undefined) {
    const { ScheduleExpression, Duration } = rotation.rules;
    const days = intervalDays(rotation.rules, now);
    rotation.rules = {
      ScheduleExpression,
      ...(Duration === undefined ? {} : { Duration }),
      ...(days === undefined ? {} : { AutomaticallyAfterDays: days }),
    };
  }
  scheduleNext(secret, now, now);
}
