import {
  CreateSecretCommand,
  PutSecretValueCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { startTarget, token, until, type Target } from '../endpoint/target';
import { callsOn } from './calls';

let target: Target;
beforeEach(async () => {
  target = await startTarget();
  await target.secrets.send(
    new CreateSecretCommand({ Name: 'db', SecretString: 'one', ClientRequestToken: token('first') }),
  );
});
afterEach(() => target.close());
const { rotate, describeSecret, cloudTrail, stepNames, rotateProperly } = callsOn(() => target);

describe('retries ("Secrets Manager retries the entire rotation process multiple times", API, DescribeSecret)', () => {
  beforeEach(async () => {
    await target.close();
    target = await startTarget({ retries: 2 });
    await target.secrets.send(
      new CreateSecretCommand({ Name: 'db', SecretString: 'one', ClientRequestToken: token('first') }),
    );
  });

  it('tries a failed rotation again as a whole, with the same token, as often as it is set to', async () => {
    target.functions.onStep = ({ Step }) => Promise.resolve(Step === 'setSecret' ? 'refused' : undefined);
    await rotate();
    for (const failures of [1, 2]) {
      const failed = () => cloudTrail().filter((name) => name === 'RotationFailed').length === failures;
      await until(`${failures} failures and a timer`, () => failed() && target.time.waiting === 1);
      target.time.advance(1000);
    }
    await until('the last failure', () => cloudTrail().length === 6);
    expect(stepNames()).toEqual([
      'createSecret',
      'setSecret',
      'createSecret',
      'setSecret',
      'createSecret',
      'setSecret',
    ]);
    expect(new Set(target.functions.steps.map(({ ClientRequestToken }) => ClientRequestToken))).toEqual(
      new Set([token('r')]),
    );
  });

  it('abandons a rotation whose AWSPENDING was taken off', async () => {
    target.functions.onStep = () => Promise.resolve('refused');
    await rotate();
    await until('a timer', () => target.time.waiting === 1);
    await target.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'db',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: token('r'),
      }),
    );
    target.time.advance(1000);
    await until('the end', () => cloudTrail().includes('RotationAbandoned'));
    expect(stepNames()).toEqual(['createSecret']);
  });
});

describe('schedules (AWS: Schedule expressions, Secrets Manager User Guide)', () => {
  it('rotates when the window opens, as the caller secretsmanager, and plans the next', async () => {
    target.functions.onStep = rotateProperly;
    const rules = { ScheduleExpression: 'cron(0 6 15 * ? *)', Duration: '3h' };
    await rotate({ RotateImmediately: false, RotationRules: rules });
    await until('the test succeeded', () => cloudTrail().includes('TestRotationSucceeded'));
    target.time.advance(Date.UTC(2026, 0, 15, 5, 59) - target.time.now());
    expect(stepNames()).toEqual(['testSecret']);
    target.time.advance(60_000);
    await until('the rotation succeeded', () => cloudTrail().includes('RotationSucceeded'));
    expect(target.endpoint.callLog.count({ operation: 'RotateSecret', accessKeyId: 'secretsmanager' })).toBe(
      1,
    );
    const described = await describeSecret();
    expect(described.NextRotationDate?.toISOString()).toBe('2026-02-15T09:00:00.000Z');
    expect(described.LastRotatedDate?.toISOString()).toBe('2026-01-15T06:00:00.000Z');
  });

  it('reattempts a rotation that did not end, with the version it has', async () => {
    target.functions.onStep = () => Promise.resolve('refused');
    await rotate({ RotationRules: { ScheduleExpression: 'cron(0 6 15 * ? *)' } });
    await until('the rotation failed', () => cloudTrail().includes('RotationFailed'));
    target.functions.onStep = rotateProperly;
    target.time.advance(Date.UTC(2026, 0, 15, 6) - target.time.now());
    await until('the rotation succeeded', () => cloudTrail().includes('RotationSucceeded'));
    expect((await describeSecret()).VersionIdsToStages?.[token('r')]).toContain('AWSCURRENT');
  });

  it.each([
    ['both ways to say it', { AutomaticallyAfterDays: 30, ScheduleExpression: 'rate(30 days)' }],
    ['more often than every 4 hours', { ScheduleExpression: 'rate(3 hours)' }],
    ['a window off the hour', { ScheduleExpression: 'cron(30 6 1 * ? *)' }],
    ['less often than every 999 days', { ScheduleExpression: 'cron(0 6 29 2 ? *)' }],
    ['a window into the next day', { ScheduleExpression: 'cron(0 23 1 * ? *)', Duration: '2h' }],
  ])('refuses %s', async (_what, RotationRules) => {
    await expect(rotate({ RotationRules })).rejects.toMatchObject({ name: 'InvalidParameterException' });
    expect((await describeSecret()).RotationEnabled).toBeUndefined();
  });

  it('counts a value put by hand as a rotation for AutomaticallyAfterDays', async () => {
    await rotate({ RotateImmediately: false, RotationRules: { AutomaticallyAfterDays: 10 } });
    expect((await describeSecret()).NextRotationDate?.toISOString()).toBe('2026-01-20T23:59:59.000Z');
    await until('the test ended', () => cloudTrail().length === 2);
    target.time.advance(5 * 86_400_000);
    await target.secrets.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: 'by hand' }));
    expect((await describeSecret()).NextRotationDate?.toISOString()).toBe('2026-01-25T23:59:59.000Z');
  });
});
