import {
  orchestratorVariables,
  parseOrchestratorEnvironment,
  parseRotatorEnvironment,
  rotatorVariables,
} from '../../../lambda-src/contract/environment';

const database = {
  writer: { host: 'db.example', port: 5432 },
  lockDatabase: 'postgres',
  adminSecretArn: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:admin-AbCdEf',
};
const caBundle = '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n';

describe('the environment', () => {
  it('what infrastructure sets on the rotator, the rotator reads', () => {
    const defaults = { readers: [], timeouts: { connectMs: 5_000, statementMs: 10_000, lockMs: 10_000 } };
    const variables = rotatorVariables({ prefix: 'tandem/prod', database });
    expect(parseRotatorEnvironment({ ...variables, AWS_REGION: 'eu-west-1' })).toEqual({
      prefix: 'tandem/prod',
      database: { ...database, ...defaults },
      caBundle: undefined,
      importedSecrets: {},
    });
    const withBundle = rotatorVariables({ prefix: 'tandem/prod', database, caBundle });
    expect(parseRotatorEnvironment(withBundle).caBundle).toBe(caBundle);
    const importedSecrets = { [database.adminSecretArn]: 'app/blue' };
    const withImports = rotatorVariables({ prefix: 'tandem/prod', database, importedSecrets });
    expect(parseRotatorEnvironment(withImports).importedSecrets).toEqual(importedSecrets);
  });

  it('what infrastructure sets on the orchestrator, the orchestrator reads', () => {
    const environment = { prefix: 'tandem', rotator: 'tandem-rotator' };
    expect(parseOrchestratorEnvironment(orchestratorVariables(environment))).toEqual(environment);
  });

  const good = rotatorVariables({ prefix: 'tandem', database });
  it.each([
    ['TANDEM_PREFIX', { TANDEM_PREFIX: '/hunter2/' }],
    ['TANDEM_PREFIX', { TANDEM_PREFIX: undefined }],
    ['TANDEM_DATABASE: is not JSON', { TANDEM_DATABASE: '{hunter2' }],
    [
      'TANDEM_DATABASE.writer.port',
      { TANDEM_DATABASE: JSON.stringify({ ...database, writer: { host: 'hunter2', port: 0 } }) },
    ],
    [
      'TANDEM_DATABASE.adminSecretArn',
      { TANDEM_DATABASE: JSON.stringify({ ...database, adminSecretArn: 'hunter2' }) },
    ],
    [
      'TANDEM_DATABASE.adminSecretArn',
      { TANDEM_DATABASE: JSON.stringify({ ...database, adminParameter: '/hunter2' }) },
    ],
    [
      'TANDEM_DATABASE.adminSecretArn',
      { TANDEM_DATABASE: JSON.stringify({ ...database, adminSecretArn: undefined }) },
    ],
    [
      'TANDEM_DATABASE.timeouts.lockMs',
      { TANDEM_DATABASE: JSON.stringify({ ...database, timeouts: { lockMs: 1 } }) },
    ],
    ['TANDEM_CA_BUNDLE', { TANDEM_CA_BUNDLE: 'hunter2' }],
  ])('I5: names %s where it is bad (%#), never its value', (place, change) => {
    const parse = () => parseRotatorEnvironment({ ...good, ...change });
    expect(parse).toThrow(place);
    expect(parse).not.toThrow(/hunter2/);
  });

  it('names the orchestrator’s bad variables all at once', () => {
    expect(() => parseOrchestratorEnvironment({})).toThrow(/TANDEM_PREFIX: .*TANDEM_ROTATOR: /);
  });
});
