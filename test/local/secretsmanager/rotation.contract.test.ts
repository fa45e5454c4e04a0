import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
  type RotateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTION_ARN, startTarget, token, until, type StepPayload, type Target } from '../endpoint/target';

let target: Target;
beforeEach(async () => {
  target = await startTarget();
  await target.secrets.send(
    new CreateSecretCommand({ Name: 'db', SecretString: 'one', ClientRequestToken: token('first') }),
  );
});
afterEach(() => target.close());

const rotate = (input: Partial<RotateSecretCommandInput> = {}) =>
  target.secrets.send(
    new RotateSecretCommand({
      SecretId: 'db',
      RotationLambdaARN: FUNCTION_ARN,
      ClientRequestToken: token('r'),
      ...input,
    }),
  );
const describeSecret = () => target.secrets.send(new DescribeSecretCommand({ SecretId: 'db' }));
const cloudTrail = () =>
  target.events
    .filter(({ detailType }) => detailType === 'AWS Service Event via CloudTrail')
    .map(({ detail }) => detail['eventName']);
const stepNames = () => target.functions.steps.map(({ Step }) => Step);

/** What a rotation function does to the secret, without a database. */
async function rotateProperly({ SecretId, ClientRequestToken, Step }: StepPayload): Promise<undefined> {
  if (Step === 'createSecret') {
    await target.secrets.send(
      new PutSecretValueCommand({
        SecretId,
        ClientRequestToken,
        SecretString: 'two',
        VersionStages: ['AWSPENDING'],
      }),
    );
  }
  if (Step === 'finishSecret') {
    const { VersionIdsToStages = {} } = await target.secrets.send(new DescribeSecretCommand({ SecretId }));
    const current = Object.keys(VersionIdsToStages).find((id) =>
      VersionIdsToStages[id]?.includes('AWSCURRENT'),
    );
    await target.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: ClientRequestToken,
        ...(current && { RemoveFromVersionId: current }),
      }),
    );
  }
  return undefined;
}

describe('rotation (AWS: How rotation works, Secrets Manager User Guide; RotateSecret, API)', () => {
  it('answers at once with the token as version id, then calls the four steps in order', async () => {
    target.functions.onStep = rotateProperly;
    const { VersionId, ARN } = await rotate();
    expect(VersionId).toBe(token('r'));
    await until('the rotation succeeded', () => cloudTrail().includes('RotationSucceeded'));
    expect(stepNames()).toEqual(['createSecret', 'setSecret', 'testSecret', 'finishSecret']);
    const [first, ...rest] = target.functions.steps;
    expect(first).toMatchObject({ SecretId: ARN, ClientRequestToken: token('r') });
    expect(rest.every((step) => step.RotationToken === first?.RotationToken)).toBe(true);
    expect(cloudTrail()).toEqual(['RotationStarted', 'RotationSucceeded']);
    const described = await describeSecret();
    expect(described.LastRotatedDate?.getTime()).toBe(target.time.now());
    expect(described.VersionIdsToStages).toEqual({
      [token('first')]: ['AWSPREVIOUS'],
      [token('r')]: ['AWSPENDING', 'AWSCURRENT'],
    });
  });

  it('starts AWSPENDING without a value', async () => {
    await rotate();
    const pending = new GetSecretValueCommand({ SecretId: 'db', VersionStage: 'AWSPENDING' });
    await expect(target.secrets.send(pending)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });

  it('stops at the step that fails, leaves AWSPENDING, and refuses the next rotation', async () => {
    target.functions.onStep = ({ Step }) => Promise.resolve(Step === 'setSecret' ? 'refused' : undefined);
    await rotate();
    await until('the rotation failed', () => cloudTrail().includes('RotationFailed'));
    expect(stepNames()).toEqual(['createSecret', 'setSecret']);
    expect((await describeSecret()).VersionIdsToStages?.[token('r')]).toEqual(['AWSPENDING']);
    await expect(rotate({ ClientRequestToken: token('next') })).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: "A previous rotation isn't complete. That rotation will be reattempted.",
    });
  });

  it('rotates again while AWSPENDING is on the version that is AWSCURRENT: that is normal after a success', async () => {
    target.functions.onStep = rotateProperly;
    await rotate();
    await until('the rotation succeeded', () => cloudTrail().includes('RotationSucceeded'));
    await expect(rotate({ ClientRequestToken: token('next') })).resolves.toMatchObject({
      VersionId: token('next'),
    });
  });

  it('rotates again after a stuck AWSPENDING has been taken off', async () => {
    target.functions.onStep = () => Promise.resolve('refused');
    await rotate();
    await until('the rotation failed', () => cloudTrail().includes('RotationFailed'));
    await target.secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'db',
        VersionStage: 'AWSPENDING',
        RemoveFromVersionId: token('r'),
      }),
    );
    await expect(rotate({ ClientRequestToken: token('next') })).resolves.toMatchObject({
      VersionId: token('next'),
    });
  });

  it('does not take success for a rotation when the version did not become AWSCURRENT', async () => {
    await rotate();
    await until('the rotation failed', () => cloudTrail().includes('RotationFailed'));
    expect((await describeSecret()).LastRotatedDate).toBeUndefined();
  });

  it('needs a function', async () => {
    const input = { SecretId: 'db', ClientRequestToken: token('r') };
    await expect(target.secrets.send(new RotateSecretCommand(input))).rejects.toMatchObject({
      name: 'InvalidRequestException',
      message: 'No Lambda rotation function ARN is associated with this secret.',
    });
  });

  it('needs permission to invoke the function', async () => {
    target.functions.permitted = false;
    await expect(rotate()).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('secretsmanager.amazonaws.com') as string,
    });
    expect((await describeSecret()).RotationEnabled).toBeUndefined();
  });

  it('turns the schedule off with CancelRotateSecret, and on again with any RotateSecret', async () => {
    target.functions.onStep = rotateProperly;
    await rotate({ RotationRules: { ScheduleExpression: 'cron(0 6 1 * ? *)', Duration: '2h' } });
    await until('the rotation succeeded', () => cloudTrail().includes('RotationSucceeded'));
    await target.secrets.send(new CancelRotateSecretCommand({ SecretId: 'db' }));
    const off = await describeSecret();
    expect(off).toMatchObject({ RotationEnabled: false, RotationLambdaARN: FUNCTION_ARN });
    expect(off.RotationRules?.ScheduleExpression).toBe('cron(0 6 1 * ? *)');
    expect(off.NextRotationDate).toBeUndefined();
    await target.secrets.send(
      new RotateSecretCommand({ SecretId: 'db', ClientRequestToken: token('again') }),
    );
    const on = await describeSecret();
    expect(on.RotationEnabled).toBe(true);
    expect(on.NextRotationDate?.toISOString()).toBe('2026-02-01T08:00:00.000Z');
  });

  it('runs testSecret alone for RotateImmediately=false, against an AWSPENDING that is gone afterwards', async () => {
    let during: Record<string, string[]> | undefined;
    target.functions.onStep = async () => {
      during = (await describeSecret()).VersionIdsToStages;
      return undefined;
    };
    await rotate({ RotateImmediately: false, RotationRules: { AutomaticallyAfterDays: 30 } });
    await until('the test succeeded', () => cloudTrail().includes('TestRotationSucceeded'));
    expect(stepNames()).toEqual(['testSecret']);
    expect(during).toEqual({ [token('first')]: ['AWSCURRENT'], [token('r')]: ['AWSPENDING'] });
    const listed = await target.secrets.send(
      new ListSecretVersionIdsCommand({ SecretId: 'db', IncludeDeprecated: true }),
    );
    expect(listed.Versions?.map(({ VersionId }) => VersionId)).toEqual([token('first')]);
    expect(await describeSecret()).toMatchObject({
      RotationEnabled: true,
      RotationRules: { AutomaticallyAfterDays: 30 },
    });
  });
});

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
