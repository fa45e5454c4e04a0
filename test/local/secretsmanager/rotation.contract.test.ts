import {
  CancelRotateSecretCommand,
  CreateSecretCommand,
  GetSecretValueCommand,
  ListSecretVersionIdsCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTION_ARN, startTarget, token, until, type Target } from '../endpoint/target';
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
