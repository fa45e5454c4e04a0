import { CreateSecretCommand, PutSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { createValueResolver } from '../../../local/endpoint/value-resolver';
import type { ValueResolver } from '../../../local/endpoint/seams';
import { startTarget, token, type Target } from './target';

let target: Target;
let resolver: ValueResolver;
let arn: string;
beforeEach(async () => {
  target = await startTarget();
  const { secretsManager, ssm } = target.services;
  resolver = createValueResolver({ secrets: secretsManager, parameters: ssm });
  const value = JSON.stringify({ url: 'one', port: 5432 });
  const created = await target.secrets.send(
    new CreateSecretCommand({ Name: 'db', SecretString: value, ClientRequestToken: token('first') }),
  );
  arn = created.ARN ?? '';
  await target.secrets.send(new PutSecretValueCommand({ SecretId: 'db', SecretString: '{"url":"two"}' }));
});
afterEach(() => target.close());

describe('valueFrom of a task definition (AWS: Pass Secrets Manager secrets through environment variables, ECS Developer Guide)', () => {
  it('resolves a secret whole, by JSON key, by stage and by version', () => {
    expect(resolver.resolve(arn)).toBe('{"url":"two"}');
    expect(resolver.resolve(`${arn}:url::`)).toBe('two');
    expect(resolver.resolve(`${arn}:url:AWSPREVIOUS:`)).toBe('one');
    expect(resolver.resolve(`${arn}:port::${token('first')}`)).toBe('5432');
  });

  it('resolves a parameter by name and by ARN, decrypted', async () => {
    await target.ssm.send(new PutParameterCommand({ Name: '/a/b', Value: 'p', Type: 'SecureString' }));
    expect(resolver.resolve('/a/b')).toBe('p');
    expect(resolver.resolve('arn:aws:ssm:eu-central-1:123456789012:parameter/a/b')).toBe('p');
  });

  it('fails where something is missing, in words that do not tell the value', () => {
    const message = (valueFrom: string) => {
      try {
        return resolver.resolve(valueFrom);
      } catch (error) {
        return String(error);
      }
    };
    expect(message(`${arn}:none::`)).toMatch(/did not contain json key none/);
    expect(message(`${arn}:constructor::`)).toMatch(/did not contain json key constructor/);
    expect(message(`${arn}::AWSPENDING:`)).toMatch(/staging label: AWSPENDING/);
    expect(message('arn:aws:secretsmanager:eu-central-1:123456789012:secret:none')).toMatch(/can't find/);
    expect(message('/none')).toMatch(/not found/);
  });
});
