import { example, simplified, synthesize } from './support/synthesis';

const deployed = (service: string) => ({
  cluster: 'old',
  service,
  controller: 'CODE_DEPLOY' as const,
  codeDeploy: { application: 'shop', deploymentGroup: service },
});

function synthesized(services: readonly string[]) {
  const input = example(
    (it) =>
      void (it.credentials['app'] = { consumers: ['web', ...services.map(deployed)], readerRoleArns: [] }),
  );
  return synthesize(input).rotation;
}

/** Actions and resources of a statement of the orchestrator. */
function statement(services: readonly string[], sid: string): unknown {
  const found = synthesized(services)
    .statements('orchestrator_function_policy')
    .find((one) => one['sid'] === sid);
  return found && [found['actions'], found['resources']];
}

describe('a consumer that CodeDeploy deploys', () => {
  it('is deployed by its group, and not by UpdateService', () => {
    expect(statement(['till'], 'Services')).toEqual([
      ['ecs:UpdateService'],
      ['ecs:service/tandem-test/tandem-test-web'],
    ]);
    expect(statement(['till'], 'Deployments')).toEqual([
      ['codedeploy:CreateDeployment', 'codedeploy:GetDeployment', 'codedeploy:GetDeploymentGroup'],
      ['codedeploy:deploymentgroup:shop/till'],
    ]);
    expect(statement(['till'], 'DeploymentRevisions')).toEqual([
      ['codedeploy:RegisterApplicationRevision'],
      ['codedeploy:application:shop'],
    ]);
    expect(statement(['till'], 'DeploymentConfigurations')).toEqual([
      ['codedeploy:GetDeploymentConfig'],
      ['codedeploy:deploymentconfig:*'],
    ]);
  });

  it('costs nothing where there is none', () => {
    expect(statement([], 'Deployments')).toBeUndefined();
    const [pattern] = patterns([]);
    expect(pattern).not.toContain('codedeploy');
  });

  it('may be one of too many for a policy: then the groups are not named', () => {
    const many = Array.from({ length: 24 }, (_, index) => `${'s'.repeat(60)}-${index + 1}`);
    expect(statement(many, 'Deployments')).toEqual([expect.any(Array), ['codedeploy:deploymentgroup:*']]);
    expect(statement(many, 'DeploymentRevisions')).toEqual([expect.any(Array), ['codedeploy:application:*']]);
  });

  it('is looked at when its deployments change', () => {
    const [pattern = ''] = patterns(['till']);
    const { source, resources, ...rest } = JSON.parse(pattern) as Record<string, string[]>;
    expect(source).toContain('aws.codedeploy');
    expect(rest['detail-type']).toContain('CodeDeploy Deployment State-change Notification');
    expect(resources?.map(simplified)).toContain('codedeploy:deploymentgroup:shop/till');
  });

  it('is in the configuration document with its group', () => {
    const parameter = synthesized(['till']).resource('aws_ssm_parameter', 'app_config');
    const document = JSON.parse(String(parameter['insecure_value'])) as { readonly consumers: unknown };
    expect(document.consumers).toEqual([
      { cluster: 'tandem-test', service: 'tandem-test-web' },
      { cluster: 'old', service: 'till', codeDeploy: { application: 'shop', deploymentGroup: 'till' } },
    ]);
  });
});

function patterns(services: readonly string[]): string[] {
  const rules = synthesized(services).resources('aws_cloudwatch_event_rule');
  return [...rules.values()]
    .map((rule) => String(rule['event_pattern']))
    .filter((json) => json.includes('Secret Label Updated'));
}
