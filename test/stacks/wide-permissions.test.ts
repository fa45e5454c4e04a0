import { example, simplified, synthesize } from './support/synthesis';

/** Consumers in a cluster that exists already, with names as long as ECS has them. */
const old = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    cluster: 'old',
    service: `${'s'.repeat(100)}-${index + 1}`,
  }));

function servicesOf(count: number): unknown {
  const input = example(
    (it) => void (it.credentials['app'] = { consumers: ['web', ...old(count)], readerRoleArns: [] }),
  );
  const statements = synthesize(input).rotation.statements('orchestrator_function_policy');
  return statements.find(({ sid }) => sid === 'Services')?.['resources'];
}

describe('what many credentials share', () => {
  it('the orchestrator may redeploy services each by name, and where they are too many for a policy, by prefix and cluster', () => {
    const named = old(2).map(({ service }) => `ecs:service/old/${service}`);
    expect(servicesOf(2)).toEqual(['ecs:service/tandem-test/tandem-test-web', ...named]);
    expect(servicesOf(49)).toEqual(['ecs:service/tandem-test/tandem-test-*', 'ecs:service/old/*']);
  });

  it('Secrets Manager may invoke the rotator for secrets of this account below the prefix', () => {
    const { rotation } = synthesize();
    const permission = rotation.resource('aws_lambda_permission', 'rotator_permission');
    expect(simplified(String(permission['source_arn']))).toBe('secretsmanager:secret:tandem/test/*');
    expect(permission).toMatchObject({
      action: 'lambda:InvokeFunction',
      principal: 'secretsmanager.amazonaws.com',
      source_account: '${data.aws_caller_identity.account_caller.account_id}',
    });
    expect(rotation.resources('aws_lambda_permission').size).toBe(1);
  });
});
