import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  InvalidParameterException,
  InvalidRequestException,
  ListSecretVersionIdsCommand,
  PutSecretValueCommand,
  ResourceExistsException,
  ResourceNotFoundException,
  RotateSecretCommand,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import { Sensitive } from '../../core/sensitive';
import {
  LabelMovedError,
  SecretMissingError,
  versionWith,
  type SecretDescription,
  type SecretStore,
} from '../../ports/secrets';

/** The secret store over AWS Secrets Manager. Values are revealed here and nowhere before. */
export class SecretsManagerStore implements SecretStore {
  constructor(private readonly client: SecretsManagerClient) {}

  async describe(secretArn: string): Promise<SecretDescription> {
    try {
      const answer = await this.client.send(new DescribeSecretCommand({ SecretId: secretArn }));
      return { versions: answer.VersionIdsToStages ?? {}, rotationEnabled: answer.RotationEnabled ?? false };
    } catch (error) {
      if (error instanceof ResourceNotFoundException) {
        throw new SecretMissingError(
          `The secret ${secretArn} does not exist: apply the installation again.`,
          { cause: error },
        );
      }
      throw error;
    }
  }

  async read(
    secretArn: string,
    at?: { readonly version: string; readonly label?: string; readonly without?: string },
  ): Promise<Sensitive | null> {
    try {
      const answer = await this.client.send(
        new GetSecretValueCommand({
          SecretId: secretArn,
          ...(at === undefined ? {} : { VersionId: at.version }),
          ...(at?.label === undefined ? {} : { VersionStage: at.label }),
        }),
      );
      if (at?.without !== undefined && answer.VersionStages?.includes(at.without) === true) return null;
      return answer.SecretString === undefined ? null : new Sensitive(answer.SecretString);
    } catch (error) {
      // A version that is deprecated, or whose label is elsewhere, is answered with either of these.
      if (error instanceof ResourceNotFoundException) return null;
      if (error instanceof InvalidRequestException && at?.label !== undefined) return null;
      throw error;
    }
  }

  async put(secretArn: string, token: string, value: Sensitive, label: string): Promise<'stored' | 'exists'> {
    try {
      await this.client.send(
        new PutSecretValueCommand({
          SecretId: secretArn,
          ClientRequestToken: token,
          SecretString: value.reveal(),
          VersionStages: [label],
        }),
      );
      return 'stored';
    } catch (error) {
      if (error instanceof ResourceExistsException) return 'exists';
      throw error;
    }
  }

  async moveLabel(
    secretArn: string,
    label: string,
    { from, to }: { readonly from: string | null; readonly to: string | null },
  ): Promise<void> {
    try {
      await this.client.send(
        new UpdateSecretVersionStageCommand({
          SecretId: secretArn,
          VersionStage: label,
          ...(from === null ? {} : { RemoveFromVersionId: from }),
          ...(to === null ? {} : { MoveToVersionId: to }),
        }),
      );
    } catch (error) {
      if (!(error instanceof InvalidParameterException)) throw error;
      // A call that was answered with an error although it was carried out is repeated by the SDK, and refused then.
      if (versionWith(await this.describe(secretArn), label) === to) return;
      throw new LabelMovedError(`${label} of ${secretArn} was moved by somebody else meanwhile.`, {
        cause: error,
      });
    }
  }

  async createdAt(secretArn: string, version: string): Promise<number | null> {
    let token: string | undefined;
    do {
      const page = await this.client.send(
        new ListSecretVersionIdsCommand({ SecretId: secretArn, IncludeDeprecated: true, NextToken: token }),
      );
      const found = page.Versions?.find((candidate) => candidate.VersionId === version);
      if (found !== undefined) return found.CreatedDate?.getTime() ?? null;
      token = page.NextToken;
    } while (token !== undefined);
    return null;
  }

  async rotate(secretArn: string, token: string): Promise<void> {
    await this.client.send(
      new RotateSecretCommand({ SecretId: secretArn, ClientRequestToken: token, RotateImmediately: true }),
    );
  }
}
