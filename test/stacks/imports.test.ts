import { example, synthesize, type Synthesized } from './support/synthesis';
import { environmentOf } from './support/functions';

const secret = (name: string) => `arn:aws:secretsmanager:eu-central-1:111122223333:secret:${name}-AbCdEf`;
const role = (name: string) => `arn:aws:iam::111122223333:role/${name}`;

const EVERYTHING = example((it) => {
  it.kmsKeyArn = 'arn:aws:kms:eu-central-1:111122223333:key/1';
  it.import = {
    secrets: {
      app: { blue: secret('shop/db-a'), green: secret('shop/db-b'), active: secret('shop/db') },
    },
    services: {
      web: {
        service: 'prod/shop-web',
        log: '/ecs/shop',
        securityGroup: 'sg-1',
        executionRole: role('teams/shop-execution'),
        taskRole: role('shop-task'),
      },
    },
    cluster: 'prod',
    securityGroups: { rotator: 'sg-2', endpoints: 'sg-3', database: 'sg-4', databaseClients: 'sg-5' },
  };
});

describe('imports', () => {
  const stacks = synthesize(EVERYTHING);
  const imports = Object.values(stacks).flatMap((stack) =>
    blocksOf(stack).map((block) => ({ stack, ...block })),
  );

  it('go to resources that their stacks have, each by the id that the provider knows it by', () => {
    for (const { stack, to } of imports) {
      const [type = '', address = ''] = to.split('.');
      expect(() => stack.resource(type, address)).not.toThrow();
    }
    expect(Object.fromEntries(imports.map(({ to, id }) => [to, id]))).toEqual({
      'aws_security_group.database_server': 'sg-4',
      'aws_security_group.database_clients': 'sg-5',
      'aws_secretsmanager_secret.app_blue': secret('shop/db-a'),
      'aws_secretsmanager_secret.app_green': secret('shop/db-b'),
      'aws_secretsmanager_secret.app_active': secret('shop/db'),
      'aws_security_group.rotator_security-group': 'sg-2',
      'aws_security_group.endpoints_security-group': 'sg-3',
      'aws_ecs_cluster.cluster': 'prod',
      'aws_ecs_service.web_service': 'prod/shop-web',
      'aws_cloudwatch_log_group.web_log': '/ecs/shop',
      'aws_security_group.web_security-group': 'sg-1',
      'aws_iam_role.web_execution-role': 'shop-execution',
      'aws_iam_role.web_task-role': 'shop-task',
    });
  });

  it('are none without a configuration of them', () => {
    for (const stack of Object.values(synthesize())) expect(stack.json['import']).toBeUndefined();
  });

  it('keep the names of what is imported, so that nothing is replaced', () => {
    const { rotation, service } = stacks;
    expect(rotation.resource('aws_secretsmanager_secret', 'app_blue')['name']).toBe('shop/db-a');
    expect(service.resource('aws_ecs_service', 'web_service')['name']).toBe('shop-web');
    expect(service.resource('aws_ecs_cluster', 'cluster')['name']).toBe('prod');
    expect(service.resource('aws_cloudwatch_log_group', 'web_log')['name']).toBe('/ecs/shop');
    expect(service.resource('aws_iam_role', 'web_execution-role')['name']).toBe('shop-execution');
  });

  it('leave a service, a role and a group as they are, and of a secret what nobody configures', () => {
    const { rotation, service } = stacks;
    const kept = (stack: Synthesized, type: string, address: string) =>
      (stack.resource(type, address)['lifecycle'] as { ignore_changes: unknown }).ignore_changes;
    expect(kept(service, 'aws_ecs_service', 'web_service')).toBe('all');
    expect(kept(service, 'aws_iam_role', 'web_task-role')).toBe('all');
    expect(kept(rotation, 'aws_security_group', 'rotator_security-group')).toBe('all');
    expect(kept(rotation, 'aws_secretsmanager_secret', 'app_blue')).toContain('description');
    expect(kept(rotation, 'aws_secretsmanager_secret', 'app_blue')).not.toContain('kms_key_id');
    expect(rotation.resource('aws_secretsmanager_secret', 'app_blue')['lifecycle']).toMatchObject({
      prevent_destroy: true,
    });
  });

  it('are told of wherever others go by a name', () => {
    const { rotation, service } = stacks;
    expect(service.data('aws_secretsmanager_secret').get('app-active')).toMatchObject({ name: 'shop/db' });
    expect(service.data('aws_security_group').size).toBe(0);
    expect(rotation.data('aws_security_group').size).toBe(0);
    const document = JSON.parse(
      String(rotation.resource('aws_ssm_parameter', 'app_config')['insecure_value']),
    ) as { consumers: unknown };
    expect(document.consumers).toEqual([{ cluster: 'prod', service: 'shop-web' }]);
    expect(JSON.stringify(rotation.statements('app-policies_active-policy'))).toContain(
      role('teams/shop-execution'),
    );
  });

  it('tell the rotator whose the secrets are that it could not tell by their names', () => {
    expect(JSON.parse(environmentOf(stacks.rotation, 'rotator')['TANDEM_IMPORTED_SECRETS'] ?? '')).toEqual({
      [secret('shop/db-a')]: 'app/blue',
      [secret('shop/db-b')]: 'app/green',
      [secret('shop/db')]: 'app/active',
    });
    expect(environmentOf(synthesize().rotation, 'rotator')).not.toHaveProperty('TANDEM_IMPORTED_SECRETS');
  });

  it('let the functions at the secrets that lie outside of the prefix, and no further', () => {
    const policies = (address: string) => JSON.stringify(stacks.rotation.statements(address));
    for (const name of ['shop/db-a', 'shop/db-b', 'shop/db']) {
      expect(policies('rotator_function_policy')).toContain(secret(name));
      expect(policies('orchestrator_function_policy')).toContain(secret(name));
    }
    const [active] = stacks.rotation
      .statements('orchestrator_function_policy')
      .filter(({ sid }) => sid === 'Active');
    expect(active?.['resources']).toEqual([expect.stringContaining('/active-??????'), secret('shop/db')]);
  });

  it('let Secrets Manager call the rotator for the slots that lie outside of the prefix', () => {
    const sources = [...stacks.rotation.resources('aws_lambda_permission').values()]
      .filter(({ principal }) => principal === 'secretsmanager.amazonaws.com')
      .map(({ source_arn }) => source_arn);
    expect(sources).toEqual([
      expect.stringContaining(':secret:tandem/test/*'),
      secret('shop/db-a'),
      secret('shop/db-b'),
    ]);
  });

  it('hand a service over to the configuration where that is asked for', () => {
    const input = structuredClone(EVERYTHING);
    const web = input.import?.services?.['web'];
    if (web !== undefined) web.takeOver = true;
    const { lifecycle } = synthesize(input).service.resource('aws_ecs_service', 'web_service') as {
      lifecycle: { ignore_changes: string[] };
    };
    expect(lifecycle.ignore_changes).not.toContain('task_definition');
  });
});

function blocksOf(stack: Synthesized): { to: string; id: string }[] {
  return (stack.json['import'] ?? []) as { to: string; id: string }[];
}
