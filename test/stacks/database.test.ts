import { parseRotatorEnvironment } from '../../lambda-src/contract/environment';
import type { ConfigurationInput } from '../../stacks/config/schema';
import { environmentOf, variables } from './support/functions';
import { example, synthesize, type Synthesized } from './support/synthesis';

type Existing = NonNullable<ConfigurationInput['database']['existing']>;

const aurora = (settings: ConfigurationInput['database']['aurora']) =>
  synthesize(example((it) => void (it.database = { name: 'shop', aurora: settings })));
const existing = (settings: Omit<Existing, 'clientSecurityGroupIds'>) =>
  synthesize(
    example((it) => {
      it.database = { name: 'shop', existing: { ...settings, clientSecurityGroupIds: ['sg-7'] } };
    }),
  );

/** Where the rotator is told to go, with Terraform's references in it. */
function told(rotation: Synthesized): unknown {
  return JSON.parse(environmentOf(rotation, 'rotator')['TANDEM_DATABASE'] ?? '');
}

function adminGrants(rotation: Synthesized): unknown[] {
  return rotation
    .statements('rotator_function_policy')
    .filter(({ sid }) => String(sid).startsWith('Admin'))
    .map(({ sid, actions, resources, condition }) => [sid, actions, resources, condition]);
}

const forced = [
  { name: 'rds.force_ssl', value: '1' },
  { name: 'password_encryption', value: 'scram-sha-256' },
];

describe('an instance', () => {
  const { database } = synthesize();

  it('takes only TLS and keeps its admin password to itself', () => {
    expect(database.resource('aws_db_instance', 'database_instance')).toMatchObject({
      manage_master_user_password: true,
      storage_encrypted: true,
      publicly_accessible: false,
      parameter_group_name: '${aws_db_parameter_group.database_parameters.name}',
    });
    expect(database.text).not.toContain('"password"');
    expect(database.resource('aws_db_parameter_group', 'database_parameters')['parameter']).toEqual(forced);
  });

  it('lets clients alone connect', () => {
    expect([...database.resources('aws_vpc_security_group_ingress_rule').values()]).toEqual([
      expect.objectContaining({
        from_port: 5432,
        referenced_security_group_id: '${aws_security_group.database_clients.id}',
      }),
    ]);
  });
});

describe('an Aurora cluster', () => {
  it('takes only TLS, is encrypted and backed up, logs, and keeps its admin password to itself', () => {
    const { database } = aurora({
      instanceClass: 'db.r7g.large',
      engineVersion: '16.4',
      backupRetention: 14,
    });
    expect(database.resource('aws_rds_cluster', 'database_cluster')).toMatchObject({
      cluster_identifier: 'tandem-test-database',
      engine: 'aurora-postgresql',
      engine_version: '16.4',
      database_name: 'shop',
      manage_master_user_password: true,
      storage_encrypted: true,
      backup_retention_period: 14,
      enabled_cloudwatch_logs_exports: ['postgresql'],
      deletion_protection: true,
      skip_final_snapshot: false,
      final_snapshot_identifier: 'tandem-test-database-final',
      lifecycle: { prevent_destroy: true },
      db_cluster_parameter_group_name: '${aws_rds_cluster_parameter_group.database_parameters.name}',
      vpc_security_group_ids: ['${aws_security_group.database_server.id}'],
    });
    expect(database.resource('aws_rds_cluster_parameter_group', 'database_parameters')).toMatchObject({
      family: 'aurora-postgresql16',
      parameter: forced,
      lifecycle: { create_before_destroy: true },
    });
    expect(database.text).not.toContain('"master_password"');
  });

  it('of provisioned instances has as many as asked for, none of them public', () => {
    const { database } = aurora({ instanceClass: 'db.r7g.large', instances: 3 });
    const instances = [...database.resources('aws_rds_cluster_instance').values()];
    expect(instances.map(({ identifier }) => identifier)).toEqual([
      'tandem-test-database-1',
      'tandem-test-database-2',
      'tandem-test-database-3',
    ]);
    for (const instance of instances) {
      expect(instance).toMatchObject({ instance_class: 'db.r7g.large', publicly_accessible: false });
    }
    expect(database.resource('aws_rds_cluster', 'database_cluster')).not.toHaveProperty(
      'serverlessv2_scaling_configuration',
    );
  });

  it('of serverless instances scales between the bounds asked for', () => {
    const { database } = aurora({ serverless: { min: 1, max: 16 } });
    expect(
      database.resource('aws_rds_cluster', 'database_cluster')['serverlessv2_scaling_configuration'],
    ).toEqual({ min_capacity: 1, max_capacity: 16 });
    const classes = [...database.resources('aws_rds_cluster_instance').values()].map(
      ({ instance_class: name }) => name,
    );
    expect(classes).toEqual(['db.serverless', 'db.serverless']);
  });

  it('is reached by the rotator at its writer, and at every instance, for sessions are counted on each', () => {
    const { rotation } = aurora({ serverless: {}, port: 6543 });
    expect(told(rotation)).toEqual({
      writer: { host: '${data.aws_rds_cluster.database_cluster.endpoint}', port: 6543 },
      readers: [
        { host: '${data.aws_db_instance.database_reader-1.address}', port: 6543 },
        { host: '${data.aws_db_instance.database_reader-2.address}', port: 6543 },
      ],
      lockDatabase: 'shop',
      adminSecretArn: '${data.aws_rds_cluster.database_cluster.master_user_secret[0].secret_arn}',
    });
    expect(rotation.data('aws_db_instance').get('database_reader-2')).toMatchObject({
      db_instance_identifier: 'tandem-test-database-2',
    });
    expect(parseRotatorEnvironment(variables(rotation, 'rotator')).database.readers).toHaveLength(2);
  });
});

describe('a database that exists', () => {
  it('is looked up by the identifier of an instance, and makes no stack', () => {
    const { rotation, database } = existing({
      instanceIdentifier: 'old',
      readerIdentifiers: ['old-replica'],
    });
    expect(told(rotation)).toEqual({
      writer: { host: '${data.aws_db_instance.database_instance.address}', port: 5432 },
      readers: [{ host: '${data.aws_db_instance.database_reader-1.address}', port: 5432 }],
      lockDatabase: 'shop',
      adminSecretArn: '${data.aws_db_instance.database_instance.master_user_secret[0].secret_arn}',
    });
    expect(rotation.data('aws_security_group').size).toBe(0);
    expect(database.json).toEqual({});
  });

  it('is looked up by the identifier of a cluster, with an admin secret of its own and the key of that', () => {
    const secret = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:admin-AbCdEf';
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/2';
    const { rotation } = existing({
      clusterIdentifier: 'old',
      readerIdentifiers: ['old-1'],
      adminSecretArn: secret,
      adminKeyArn: key,
    });
    expect(told(rotation)).toMatchObject({
      writer: { host: '${data.aws_rds_cluster.database_cluster.endpoint}' },
      adminSecretArn: secret,
    });
    expect(adminGrants(rotation)).toEqual([
      ['AdminSecret', ['secretsmanager:GetSecretValue'], [secret], undefined],
      [
        'AdminKey',
        ['kms:Decrypt'],
        [key],
        [
          expect.objectContaining({ variable: 'kms:ViaService' }),
          { test: 'StringEquals', variable: 'kms:EncryptionContext:SecretARN', values: [secret] },
        ],
      ],
    ]);
  });

  it('may have its admin in a SecureString, which the rotator reads and nothing else does', () => {
    const key = 'arn:aws:kms:eu-central-1:111122223333:key/2';
    const { rotation } = existing({
      writer: { host: 'w' },
      adminParameterName: '/db/admin',
      adminKeyArn: key,
    });
    expect(parseRotatorEnvironment(variables(rotation, 'rotator')).database).toMatchObject({
      adminParameter: '/db/admin',
    });
    expect(adminGrants(rotation)).toEqual([
      ['AdminParameter', ['ssm:GetParameters'], ['ssm:parameter/db/admin'], undefined],
      [
        'AdminKey',
        ['kms:Decrypt'],
        [key],
        [
          expect.objectContaining({
            variable: 'kms:ViaService',
            values: [expect.stringMatching(/^ssm\.\$/)],
          }),
          {
            test: 'StringEquals',
            variable: 'kms:EncryptionContext:PARAMETER_ARN',
            values: ['ssm:parameter/db/admin'],
          },
        ],
      ],
    ]);
    expect(JSON.stringify(rotation.statements('orchestrator_function_policy'))).not.toContain('/db/admin');
  });
});
