import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  RotateSecretCommand,
  UpdateSecretVersionStageCommand,
  type RotateSecretCommandInput,
} from '@aws-sdk/client-secrets-manager';
import { FUNCTION_ARN, token, type StepPayload, type Target } from '../endpoint/target';

/** Short forms of the calls that the suites make, all on the secret `db`. */
export function callsOn(target: () => Target) {
  const create = (SecretString?: string, name = 'db') =>
    target().secrets.send(
      new CreateSecretCommand({
        Name: name,
        ...(SecretString === undefined ? {} : { SecretString, ClientRequestToken: token('first') }),
      }),
    );
  const put = (value: string, id: string, VersionStages?: string[]) =>
    target().secrets.send(
      new PutSecretValueCommand({
        SecretId: 'db',
        SecretString: value,
        ClientRequestToken: token(id),
        ...(VersionStages && { VersionStages }),
      }),
    );
  const get = (selector: { VersionId?: string; VersionStage?: string } = {}) =>
    target().secrets.send(new GetSecretValueCommand({ SecretId: 'db', ...selector }));
  const stages = async () =>
    (await target().secrets.send(new DescribeSecretCommand({ SecretId: 'db' }))).VersionIdsToStages;
  const move = (VersionStage: string, MoveToVersionId?: string, RemoveFromVersionId?: string) =>
    target().secrets.send(
      new UpdateSecretVersionStageCommand({
        SecretId: 'db',
        VersionStage,
        ...(MoveToVersionId && { MoveToVersionId }),
        ...(RemoveFromVersionId && { RemoveFromVersionId }),
      }),
    );

  const rotate = (input: Partial<RotateSecretCommandInput> = {}) =>
    target().secrets.send(
      new RotateSecretCommand({
        SecretId: 'db',
        RotationLambdaARN: FUNCTION_ARN,
        ClientRequestToken: token('r'),
        ...input,
      }),
    );
  const describeSecret = () => target().secrets.send(new DescribeSecretCommand({ SecretId: 'db' }));
  const cloudTrail = () =>
    target()
      .events.filter(({ detailType }) => detailType === 'AWS Service Event via CloudTrail')
      .map(({ detail }) => detail['eventName']);
  const stepNames = () => target().functions.steps.map(({ Step }) => Step);

  /** What a rotation function does to the secret, without a database. */
  async function rotateProperly({ SecretId, ClientRequestToken, Step }: StepPayload): Promise<undefined> {
    if (Step === 'createSecret') {
      await target().secrets.send(
        new PutSecretValueCommand({
          SecretId,
          ClientRequestToken,
          SecretString: 'two',
          VersionStages: ['AWSPENDING'],
        }),
      );
    }
    if (Step === 'finishSecret') {
      const { VersionIdsToStages = {} } = await target().secrets.send(
        new DescribeSecretCommand({ SecretId }),
      );
      const current = Object.keys(VersionIdsToStages).find((id) =>
        VersionIdsToStages[id]?.includes('AWSCURRENT'),
      );
      await target().secrets.send(
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

  return { create, put, get, stages, move, rotate, describeSecret, cloudTrail, stepNames, rotateProperly };
}
