import { nameOfSecret, SECRETS } from '../lambda-src/contract/names';
import type { Configuration } from './config/schema';
import type { OUTPUTS } from './outputs';

/** Something that exists and becomes a resource of a stack. */
export interface Imported {
  /** Address in the stack. */
  readonly to: string;
  /** What the provider knows it by. */
  readonly id: string;
  /** What it is called. @default what the configuration calls it; it must be called so already */
  readonly name?: string;
  /** Attributes that stay as they are, whatever the configuration says. */
  readonly keep: readonly string[] | 'all';
}

/** What a secret's description says does not matter; the others the provider cannot read. */
const OF_A_SECRET = ['description', 'recovery_window_in_days', 'force_overwrite_replica_secret'];

/** A shorter retention would delete what is there, and without its key it could not be read. */
const OF_A_LOG_GROUP = ['retention_in_days', 'kms_key_id', 'skip_destroy'];

/** What the provider cannot read. */
const OF_A_SERVICE = ['wait_for_steady_state', 'force_new_deployment', 'force_delete'];

/** What of this configuration is imported into one stack. */
export function importsInto(stack: keyof typeof OUTPUTS, configuration: Configuration): Imported[] {
  switch (stack) {
    case 'database':
      return groups(configuration, { database: 'database_server', databaseClients: 'database_clients' });
    case 'rotation':
      return [
        ...secrets(configuration),
        ...groups(configuration, {
          rotator: 'rotator_security-group',
          endpoints: 'endpoints_security-group',
        }),
      ];
    case 'service':
      return services(configuration);
  }
}

function secrets({ import: { secrets } }: Configuration): Imported[] {
  return Object.entries(secrets).flatMap(([credential, arns]) =>
    SECRETS.flatMap((kind) => {
      const id = arns[kind];
      const to = `aws_secretsmanager_secret.${credential}_${kind}`;
      return id === undefined ? [] : [{ to, id, name: nameOfSecret(id), keep: OF_A_SECRET }];
    }),
  );
}

type Group = keyof Configuration['import']['securityGroups'];

function groups(
  { import: { securityGroups } }: Configuration,
  addresses: Readonly<Partial<Record<Group, string>>>,
): Imported[] {
  return Object.entries(addresses).flatMap(([group, address]) => {
    const id = securityGroups[group as Group];
    return id === undefined ? [] : [securityGroup(address, id)];
  });
}

/** Its name and its description cannot change: another would replace it. */
function securityGroup(address: string, id: string): Imported {
  return { to: `aws_security_group.${address}`, id, keep: 'all' };
}

function services({ import: { services, cluster } }: Configuration): Imported[] {
  const ofServices = Object.entries(services).flatMap(([name, it]): (Imported | null)[] => [
    it.service === undefined
      ? null
      : {
          to: `aws_ecs_service.${name}_service`,
          id: it.service,
          name: lastOf(it.service),
          keep: it.takeOver ? OF_A_SERVICE : 'all',
        },
    it.log === undefined
      ? null
      : { to: `aws_cloudwatch_log_group.${name}_log`, id: it.log, name: it.log, keep: OF_A_LOG_GROUP },
    it.securityGroup === undefined ? null : securityGroup(`${name}_security-group`, it.securityGroup),
    role(`${name}_execution-role`, it.executionRole),
    role(`${name}_task-role`, it.taskRole),
  ]);
  return [
    ...(cluster === undefined
      ? []
      : [{ to: 'aws_ecs_cluster.cluster', id: cluster, name: cluster, keep: 'all' } as const]),
    ...ofServices.filter((one) => one !== null),
  ];
}

function role(address: string, arn: string | undefined): Imported | null {
  if (arn === undefined) return null;
  return { to: `aws_iam_role.${address}`, id: lastOf(arn), name: lastOf(arn), keep: 'all' };
}

function lastOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
