import { example, synthesize } from './support/synthesis';

type Container = Readonly<Record<string, unknown>>;

function container(task: Readonly<Record<string, unknown>>): Container {
  const [only] = JSON.parse(String(task['container_definitions'])) as Container[];
  return only ?? {};
}

describe('the service stack', () => {
  const { service } = synthesize();

  it('starts containers with the url of the active secret in one variable', () => {
    expect(container(service.resource('aws_ecs_task_definition', 'web_task'))['secrets']).toEqual([
      { name: 'DATABASE_URL', valueFrom: '${data.aws_secretsmanager_secret.app-active.arn}:url::' },
    ]);
    expect(service.data('aws_secretsmanager_secret').get('app-active')).toMatchObject({
      name: 'tandem/test/app/active',
    });
  });

  it('gives a service of two credentials a variable for each', () => {
    const input = example((it) => {
      it.credentials['reports'] = { consumers: [{ service: 'web', variable: 'REPORTS_URL' }] };
    });
    expect(
      container(synthesize(input).service.resource('aws_ecs_task_definition', 'web_task'))['secrets'],
    ).toEqual([
      { name: 'DATABASE_URL', valueFrom: '${data.aws_secretsmanager_secret.app-active.arn}:url::' },
      { name: 'REPORTS_URL', valueFrom: '${data.aws_secretsmanager_secret.reports-active.arn}:url::' },
    ]);
  });

  it('names the service as the configuration document does', () => {
    expect(service.resource('aws_ecs_service', 'web_service')['name']).toBe('tandem-test-web');
    expect(service.resource('aws_ecs_cluster', 'cluster')['name']).toBe('tandem-test');
  });

  it('rolls back a failed deployment, and starts nothing before its role may read the credential', () => {
    expect(service.resource('aws_ecs_service', 'web_service')).toMatchObject({
      deployment_circuit_breaker: { enable: true, rollback: true },
      deployment_minimum_healthy_percent: 100,
      platform_version: '1.4.0',
      depends_on: ['aws_iam_role_policy.web_execution-permissions'],
    });
  });

  it('uses a given cluster and makes none', () => {
    const { service: given } = synthesize(example((it) => void (it.cluster = 'shared')));
    expect(given.resources('aws_ecs_cluster').size).toBe(0);
    expect(given.resource('aws_ecs_service', 'web_service')['cluster']).toMatch(/:cluster\/shared$/);
  });

  it('hands a shell’s ${…} in a command to the container instead of to Terraform', () => {
    const input = example((it) => {
      it.services = { web: { image: 'x', command: ['sh', '-c', 'echo ${HOME} 100%{'] } };
    });
    const task = synthesize(input).service.resource('aws_ecs_task_definition', 'web_task');
    expect(container(task)['command']).toEqual(['sh', '-c', 'echo $${HOME} 100%%{']);
  });

  it('keeps tasks from public addresses in a given network, as they need them only in the default VPC', () => {
    const publicIn = (input = example()) =>
      synthesize(input).service.resource('aws_ecs_service', 'web_service')['network_configuration'];
    expect(publicIn()).toMatchObject({ assign_public_ip: true });
    const given = example(
      (it) => void (it.network = { vpcId: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] }),
    );
    expect(publicIn(given)).toMatchObject({ assign_public_ip: false, subnets: ['subnet-1', 'subnet-2'] });
  });

  it('registers its tasks in a target group, at the container’s port, with time to become healthy', () => {
    const targetGroupArn = 'arn:aws:elasticloadbalancing:eu-central-1:111122223333:targetgroup/web/1';
    const input = example(
      (it) =>
        void (it.services = { web: { image: 'x', port: 8080, targetGroupArn, healthCheckGraceSeconds: 90 } }),
    );
    const balanced = synthesize(input).service;
    expect(balanced.resource('aws_ecs_service', 'web_service')).toMatchObject({
      load_balancer: [{ target_group_arn: targetGroupArn, container_name: 'web', container_port: 8080 }],
      health_check_grace_period_seconds: 90,
    });
    expect(balanced.resource('aws_vpc_security_group_ingress_rule', 'web_ingress')).toMatchObject({
      from_port: 8080,
      to_port: 8080,
    });
    expect(service.resource('aws_ecs_service', 'web_service')).not.toHaveProperty('load_balancer');
    expect(service.resource('aws_ecs_service', 'web_service')).not.toHaveProperty(
      'health_check_grace_period_seconds',
    );
  });
});
