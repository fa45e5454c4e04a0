import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, GetParameterHistoryCommand } from '@aws-sdk/client-ssm';
import { parameterName, secretName } from '../../lambda-src/contract/names';
import { CREDENTIAL, PREFIX, USERS } from '../../local/drill/installation/model';
import { arnOfSecret, describeVariant, preflightSays } from './variant';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(600_000);

const Name = parameterName(PREFIX, CREDENTIAL, 'active');

describeVariant(
  'a parameter that applications read, applied with the real AWS provider',
  {
    strategy: 'dual-user',
    credential: { delivery: 'parameter' },
    secrets: async (clients) => ({
      blue: await arnOfSecret(clients, 'blue'),
      green: await arnOfSecret(clients, 'green'),
      active: Name,
    }),
  },
  {
    before: (applied) => {
      it('makes no active secret, and a parameter that is encrypted with the key of the installation', async () => {
        const { clients } = applied().stage;
        await expect(
          clients.secrets.send(
            new DescribeSecretCommand({ SecretId: secretName(PREFIX, CREDENTIAL, 'active') }),
          ),
        ).rejects.toThrow(/can't find/);
        const { Parameters = [] } = await clients.ssm.send(new GetParameterHistoryCommand({ Name }));
        const [first] = Parameters;
        expect(first).toMatchObject({
          Type: 'SecureString',
          KeyId: expect.stringMatching(/^arn:aws:kms:/) as string,
        });
      });
    },
    after: (applied) => {
      it('carries what is active after the rotations', async () => {
        const { Parameter } = await applied().stage.clients.ssm.send(
          new GetParameterCommand({ Name, WithDecryption: true }),
        );
        expect(new URL(Parameter?.Value ?? '').username).toBe(USERS.green);
      });

      it('preflight finds nothing wrong with it, nor with the task definition that reads it', async () => {
        const said = await preflightSays(applied().stage);
        expect(said).toContain('parameter active: carries green');
        expect(said).toContainEqual(
          expect.stringMatching(/^consumer .*: steady, and reads the active parameter$/),
        );
      });
    },
  },
);
