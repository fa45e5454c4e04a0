import { OUTPUTS } from '../../stacks/outputs';
import { example, synthesize, type Synthesized } from './support/synthesis';

const each = (stacks: Record<string, Synthesized>) => Object.entries(stacks);
const boundary = 'arn:aws:iam::111122223333:policy/bound';

/** Resources that the provider can tag, as far as they are used here. */
const TAGGED = [
  'aws_cloudwatch_event_rule',
  'aws_cloudwatch_log_group',
  'aws_cloudwatch_metric_alarm',
  'aws_db_instance',
  'aws_ecs_cluster',
  'aws_ecs_service',
  'aws_ecs_task_definition',
  'aws_iam_role',
  'aws_kms_key',
  'aws_lambda_event_source_mapping',
  'aws_lambda_function',
  'aws_secretsmanager_secret',
  'aws_security_group',
  'aws_sns_topic',
  'aws_sqs_queue',
  'aws_ssm_parameter',
  'aws_vpc_endpoint',
];

describe('every stack', () => {
  const stacks = synthesize(
    example((it) => {
      it.tags = { team: 'shop' };
      it.permissionsBoundaryArn = boundary;
    }),
  );

  it.each(each(stacks))(
    '%s asks for a range of providers and a floor of Terraform, no exact version',
    (_, stack) => {
      expect(stack.json['terraform']).toMatchObject({
        required_version: '>= 1.11.0',
        required_providers: { aws: { source: 'hashicorp/aws', version: '>= 5.100.0, < 7.0.0' } },
      });
    },
  );

  it.each(each(stacks))('%s is the same text at every synthesis, from any directory', (name) => {
    const again = synthesize(example((it) => void (it.tags = { team: 'shop' })));
    const first = synthesize(example((it) => void (it.tags = { team: 'shop' })));
    expect(again[name as 'service'].text).toBe(first[name as 'service'].text);
  });

  it.each(each(stacks))('%s has no path of a machine and no fixed partition', (_, stack) => {
    expect(stack.text).not.toMatch(/"\/(home|root|tmp|work|Users|private)\//);
    expect(stack.text.replaceAll(boundary, '')).not.toMatch(/arn:aws/);
  });

  it.each(each(stacks))('%s reads no other stack’s state', (_, stack) => {
    expect(stack.data('terraform_remote_state').size).toBe(0);
  });

  it.each(each(stacks))('%s gives out what the documentation says, names and ARNs only', (name, stack) => {
    const outputs = stack.json['output'] as Record<string, { value: unknown }>;
    expect(Object.keys(outputs).sort()).toEqual(Object.keys(OUTPUTS[name as keyof typeof OUTPUTS]).sort());
    for (const { value } of Object.values(outputs)) {
      for (const text of typeof value === 'object' && value !== null ? Object.values(value) : [value]) {
        expect(text).toMatch(/\.(id|arn|target_key_arn|function_name)\}$|:cluster\//);
      }
    }
  });

  it.each(each(stacks))('%s has the tags on everything that can have them', (_, stack) => {
    for (const type of TAGGED) {
      for (const [address, { tags }] of stack.resources(type)) {
        expect([address, tags]).toMatchObject([
          address,
          { team: 'shop', 'tandem:installation': 'tandem/test' },
        ]);
      }
    }
  });

  it.each(each(stacks))('%s looks nothing up by the tags', (_, stack) => {
    expect(JSON.stringify(stack.json['data'])).not.toContain('tandem:installation');
  });

  it('has the permissions boundary on every role', () => {
    const roles = each(stacks).flatMap(([, stack]) => [...stack.resources('aws_iam_role').values()]);
    expect(roles.map((role) => role['permissions_boundary'])).toEqual([
      boundary,
      boundary,
      boundary,
      boundary,
    ]);
  });

  it('starts its names with the prefix', () => {
    for (const [, stack] of each(stacks)) {
      for (const type of [...TAGGED, 'aws_db_parameter_group', 'aws_db_subnet_group']) {
        for (const resource of stack.resources(type).values()) {
          const keys = ['name', 'function_name', 'family', 'identifier'];
          const name = keys.map((key) => resource[key]).find((value) => value !== undefined);
          if (typeof name !== 'string' || name.startsWith('${')) continue;
          expect(name).toMatch(/^(\/aws\/lambda\/|\/ecs\/|\/)?tandem[-/]test/);
        }
      }
    }
  });
});

describe('protection', () => {
  const lifecycles = (stack: Synthesized, type: string) =>
    [...stack.resources(type).values()].map(({ lifecycle }) => lifecycle);

  it('keeps database, secrets and the parameters of bootstrap from being destroyed, unless told not to', () => {
    const { database, rotation } = synthesize();
    expect(database.resource('aws_db_instance', 'database_instance')).toMatchObject({
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: 'tandem-test-database-final',
      lifecycle: { prevent_destroy: true },
    });
    expect(lifecycles(rotation, 'aws_secretsmanager_secret')).toEqual(
      Array(3).fill({ prevent_destroy: true }),
    );
    expect(lifecycles(rotation, 'aws_lambda_invocation')).toEqual([{ prevent_destroy: true }]);
    expect(rotation.resource('aws_kms_key', 'secrets-key_key')).toMatchObject({
      deletion_window_in_days: 30,
      enable_key_rotation: true,
      lifecycle: { prevent_destroy: true },
    });
    for (const secret of rotation.resources('aws_secretsmanager_secret').values()) {
      expect(secret['recovery_window_in_days']).toBe(30);
    }
  });

  it('lets a throw-away installation go at once', () => {
    const { database, rotation } = synthesize(example((it) => void (it.protect = false)));
    expect(database.resource('aws_db_instance', 'database_instance')).toMatchObject({
      deletion_protection: false,
      skip_final_snapshot: true,
    });
    for (const secret of rotation.resources('aws_secretsmanager_secret').values()) {
      expect(secret).toMatchObject({ recovery_window_in_days: 0, lifecycle: { prevent_destroy: false } });
    }
  });
});

describe('the state', () => {
  const backend = (change: Parameters<typeof example>[0]) =>
    synthesize(example(change)).rotation.json['terraform'] as Record<string, unknown>;

  it('lies beside the configuration by default, named relative to the stack', () => {
    expect(backend(() => undefined)['backend']).toEqual({
      local: { path: '../../../terraform.rotation.tfstate' },
    });
  });

  it('lies in S3, encrypted and locked, where configured', () => {
    expect(
      backend((it) => void (it.backend = { s3: { bucket: 'states', region: 'eu-west-1' } }))['backend'],
    ).toEqual({
      s3: {
        bucket: 'states',
        region: 'eu-west-1',
        key: 'tandem/test/rotation.tfstate',
        encrypt: true,
        use_lockfile: true,
      },
    });
  });

  it('lies in a workspace per stack where Terraform Cloud is configured', () => {
    expect(backend((it) => void (it.backend = { cloud: { organization: 'shop' } }))['cloud']).toEqual({
      organization: 'shop',
      workspaces: { name: 'tandem-test-rotation' },
    });
  });
});
