import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  paginateListClusters,
  paginateListServices,
  type Service,
} from '@aws-sdk/client-ecs';
import {
  DescribeDBClustersCommand,
  paginateDescribeDBInstances,
  RDSClient,
  type DBCluster,
  type DBInstance,
} from '@aws-sdk/client-rds';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { loginIn, type AccountFacts, type SecretFacts, type ServerFacts, type ServiceFacts } from './facts';

/** "You may specify up to 10 services to describe in a single operation": DescribeServices, Amazon ECS API Reference. */
const SERVICES_PER_CALL = 10;

interface Looking {
  readonly settings: object;
  /** Hears what is looked at. */
  readonly progress: (line: string) => void;
}

/**
 * Looks at what an account has: database servers, services, and the secrets that services read. Of a value only the
 * user and where it logs in is kept. What may not be looked at is told of, and left out.
 */
export async function lookAtAccount({ settings, progress }: Looking): Promise<AccountFacts> {
  const rds = new RDSClient(settings);
  const ecs = new ECSClient(settings);
  const secrets = new SecretsManagerClient(settings);
  progress('Looking at RDS: instances and clusters of PostgreSQL.');
  const instances = await tolerant(progress, 'DB instances', [], () => instancesOf(rds));
  const clusters = await tolerant(progress, 'Aurora clusters', [], () => clustersOf(rds));
  progress('Looking at ECS: services, and the secrets that their task definitions name.');
  const services = await servicesOf(ecs, progress);
  const arns = [...new Set(services.flatMap(({ secretArns }) => secretArns))];
  progress(
    `Looking at ${arns.length} of Secrets Manager's secrets: whose user they are, and where it logs in.`,
  );
  const read: SecretFacts[] = [];
  for (const arn of arns) read.push(await secretOf(secrets, arn));
  return { servers: serversOf(instances, clusters), services, secrets: read };
}

/** One service that may not be asked must not hide what the others say. */
async function tolerant<T>(
  progress: Looking['progress'],
  what: string,
  otherwise: T,
  ask: () => Promise<T>,
): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof Error && '$metadata' in error)) throw error;
    progress(`${what} could not be looked at (${error.name}: ${error.message}), and are left out.`);
    return otherwise;
  }
}

async function instancesOf(client: RDSClient): Promise<DBInstance[]> {
  const found: DBInstance[] = [];
  for await (const { DBInstances = [] } of paginateDescribeDBInstances({ client }, {}))
    found.push(...DBInstances);
  return found.filter(({ Engine = '' }) => /^(aurora-)?postgres/.test(Engine));
}

async function clustersOf(client: RDSClient): Promise<DBCluster[]> {
  const found: DBCluster[] = [];
  let Marker: string | undefined;
  do {
    const page = await client.send(new DescribeDBClustersCommand({ Marker }));
    found.push(...(page.DBClusters ?? []));
    Marker = page.Marker;
  } while (Marker !== undefined && Marker !== '');
  return found.filter(({ Engine }) => Engine === 'aurora-postgresql');
}

/** Read replicas and members of a cluster are part of the server that they belong to. */
function serversOf(instances: readonly DBInstance[], clusters: readonly DBCluster[]): ServerFacts[] {
  const alone = instances.filter(
    ({ DBClusterIdentifier, ReadReplicaSourceDBInstanceIdentifier }) =>
      (DBClusterIdentifier ?? '') === '' && (ReadReplicaSourceDBInstanceIdentifier ?? '') === '',
  );
  return [
    ...alone.map((instance): ServerFacts => ({
      kind: 'instance',
      identifier: instance.DBInstanceIdentifier ?? '',
      hosts: [instance.Endpoint?.Address ?? ''],
      port: instance.Endpoint?.Port ?? 5432,
      adminSecretArn: instance.MasterUserSecret?.SecretArn ?? null,
      adminUser: instance.MasterUsername ?? '',
      readerIdentifiers: instance.ReadReplicaDBInstanceIdentifiers ?? [],
      ...placeOf(instance),
    })),
    ...clusters.map((cluster): ServerFacts => {
      const members = (cluster.DBClusterMembers ?? []).flatMap(
        ({ DBInstanceIdentifier }) => DBInstanceIdentifier ?? [],
      );
      const one = instances.find(({ DBInstanceIdentifier }) => members.includes(DBInstanceIdentifier ?? ''));
      return {
        kind: 'cluster',
        identifier: cluster.DBClusterIdentifier ?? '',
        hosts: [cluster.Endpoint ?? '', cluster.ReaderEndpoint ?? ''],
        port: cluster.Port ?? 5432,
        adminSecretArn: cluster.MasterUserSecret?.SecretArn ?? null,
        adminUser: cluster.MasterUsername ?? '',
        readerIdentifiers: members,
        ...placeOf({ DBSubnetGroup: one?.DBSubnetGroup, VpcSecurityGroups: cluster.VpcSecurityGroups }),
      };
    }),
  ];
}

function placeOf({
  DBSubnetGroup,
  VpcSecurityGroups = [],
}: {
  readonly DBSubnetGroup?: DBInstance['DBSubnetGroup'] | undefined;
  readonly VpcSecurityGroups?: DBInstance['VpcSecurityGroups'] | undefined;
}): Pick<ServerFacts, 'vpcId' | 'subnetIds' | 'securityGroupIds'> {
  return {
    vpcId: DBSubnetGroup?.VpcId ?? null,
    subnetIds: (DBSubnetGroup?.Subnets ?? []).flatMap(({ SubnetIdentifier }) => SubnetIdentifier ?? []),
    securityGroupIds: VpcSecurityGroups.flatMap(({ VpcSecurityGroupId }) => VpcSecurityGroupId ?? []),
  };
}

async function servicesOf(client: ECSClient, progress: Looking['progress']): Promise<ServiceFacts[]> {
  const clusters = await tolerant<string[]>(progress, 'ECS clusters', [], async () => {
    const arns: string[] = [];
    for await (const { clusterArns = [] } of paginateListClusters({ client }, {})) arns.push(...clusterArns);
    return arns;
  });
  const facts: ServiceFacts[] = [];
  for (const cluster of clusters) {
    const services = await tolerant(progress, `services of ${nameIn(cluster)}`, [], () =>
      describeAll(client, cluster),
    );
    for (const service of services) {
      const found = await tolerant(
        progress,
        `the task definition of ${service.serviceName ?? ''}`,
        null,
        () => serviceFacts(client, cluster, service),
      );
      if (found !== null) facts.push(found);
    }
  }
  return facts;
}

async function describeAll(client: ECSClient, cluster: string): Promise<Service[]> {
  const arns: string[] = [];
  for await (const { serviceArns = [] } of paginateListServices({ client }, { cluster }))
    arns.push(...serviceArns);
  const services: Service[] = [];
  for (let from = 0; from < arns.length; from += SERVICES_PER_CALL) {
    const asked = { cluster, services: arns.slice(from, from + SERVICES_PER_CALL) };
    services.push(...((await client.send(new DescribeServicesCommand(asked))).services ?? []));
  }
  return services.filter(({ status }) => status === 'ACTIVE');
}

async function serviceFacts(client: ECSClient, cluster: string, service: Service): Promise<ServiceFacts> {
  const { taskDefinition } = await client.send(
    new DescribeTaskDefinitionCommand({ taskDefinition: service.taskDefinition }),
  );
  const named = (taskDefinition?.containerDefinitions ?? []).flatMap(({ secrets = [] }) => secrets);
  return {
    cluster: nameIn(cluster),
    service: service.serviceName ?? '',
    controller: service.deploymentController?.type ?? 'ECS',
    executionRoleArn: taskDefinition?.executionRoleArn ?? null,
    securityGroupIds: service.networkConfiguration?.awsvpcConfiguration?.securityGroups ?? [],
    secretArns: [...new Set(named.flatMap(({ valueFrom }) => secretArnIn(valueFrom ?? '') ?? []))],
  };
}

/** A valueFrom may go on with key, stage and version after the ARN, and may be a parameter's. */
function secretArnIn(valueFrom: string): string | undefined {
  return /^arn:aws[a-z-]*:secretsmanager:[^:]*:\d*:secret:[^:]+/.exec(valueFrom)?.[0];
}

const nameIn = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);

async function secretOf(client: SecretsManagerClient, arn: string): Promise<SecretFacts> {
  try {
    const { KmsKeyId, RotationEnabled } = await client.send(new DescribeSecretCommand({ SecretId: arn }));
    const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: arn }));
    // The key of AWS's own needs no permission.
    const keyArn =
      KmsKeyId?.startsWith('arn:') === true && !KmsKeyId.includes(':alias/aws/') ? KmsKeyId : null;
    return { arn, keyArn, rotated: RotationEnabled === true, login: loginIn(SecretString) };
  } catch (error) {
    if (!(error instanceof Error && '$metadata' in error)) throw error;
    return { arn, keyArn: null, rotated: false, login: `could not be read (${error.name})` };
  }
}
