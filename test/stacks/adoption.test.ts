import { problemsOf } from '../../stacks/config/problems';
import { example, synthesize } from './support/synthesis';

const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:shop/database-AbCdEf';
const key = 'arn:aws:kms:eu-central-1:111122223333:key/1234';
const users = { blue: 'app', green: 'app_green' };
const adopting = (adopt: Partial<{ secret: string; keyArn: string; ownPolicy: boolean }> = {}) =>
  example((it) => {
    it.credentials['app'] = { consumers: ['web'], users, adopt: { secret, ...adopt } };
  });

const { rotation, service } = synthesize(adopting({ keyArn: key }));

describe('a credential that is adopted', () => {
  it('has the secret that is there as its active one: none is made, and its policy is left alone', () => {
    expect(
      [...rotation.resources('aws_secretsmanager_secret').keys()].filter((it) => it.endsWith('_active')),
    ).toEqual([]);
    expect(
      [...rotation.resources('aws_secretsmanager_secret_policy').keys()].filter((it) =>
        it.endsWith('_active'),
      ),
    ).toEqual([]);
    const documents = [...rotation.resources('aws_ssm_parameter').values()].map(
      (one) => one['insecure_value'],
    );
    const [document = '{}'] = documents.filter((text): text is string => typeof text === 'string');
    expect(JSON.parse(document)).toMatchObject({ activeSecretArn: secret, adopt: { slot: 'blue' } });
  });

  it.each(['rotator', 'orchestrator'])('may be published by the %s, under the key of the secret', (name) => {
    const statements = rotation.statements(`${name}_function_policy`);
    expect(statements.find(({ sid }) => sid === 'Adopted')).toMatchObject({ resources: [secret] });
    expect(statements.find(({ sid }) => sid === 'AdoptedKey1')).toMatchObject({ resources: [key] });
  });

  it('is read by services of this installation, under the key of the secret', () => {
    const statements = service.statements('web_execution-policy');
    expect(statements.find(({ sid }) => sid === 'Credential')).toMatchObject({ resources: [secret] });
    expect(statements.find(({ sid }) => sid === 'AdoptedKey1')).toMatchObject({ resources: [key] });
  });

  it('is looked up where it is given by name', () => {
    const named = synthesize(adopting({ secret: 'shop/database' }));
    const found = [...named.rotation.data('aws_secretsmanager_secret').values()];
    expect(found).toEqual([expect.objectContaining({ name: 'shop/database' })]);
  });

  it('gets a policy where that is asked for', () => {
    const own = synthesize(adopting({ ownPolicy: true }));
    const policies = [...own.rotation.resources('aws_secretsmanager_secret_policy').values()];
    expect(policies.map((one) => one['secret_arn'])).toContain(secret);
  });

  it('must have its users named', () => {
    const input = example((it) => {
      it.credentials['app'] = { consumers: ['web'], adopt: { secret } };
    });
    expect(problemsOf(input)).toEqual([
      expect.objectContaining({
        path: 'credentials.app.users',
        fix: expect.stringContaining('as blue') as string,
      }),
    ]);
  });
});
