import { RdsCluster, type RdsClusterConfig } from '@cdktf/provider-aws/lib/rds-cluster';
import { RdsClusterInstance } from '@cdktf/provider-aws/lib/rds-cluster-instance';
import { RdsClusterParameterGroup } from '@cdktf/provider-aws/lib/rds-cluster-parameter-group';
import { Construct } from 'constructs';
import { databaseName } from '../shared/naming';
import { skipScan } from '../shared/scan';
import { databaseNames } from './names';
import { CLUSTER_INSTANCE_SKIPS, clusterSkips } from './skips';
import {
  LONGEST_GROUP_NAME,
  majorVersion,
  PARAMETERS,
  securityGroups,
  subnetGroup,
  type DatabaseServerProps,
} from './surroundings';

/** What RDS calls an instance that scales by itself. */
const SERVERLESS = 'db.serverless';

export interface DatabaseClusterProps extends DatabaseServerProps {
  /** Instances, one of them the writer. */
  readonly instances: number;
  /** A class such as db.r7g.large, or the bounds between which each instance scales, in Aurora capacity units. */
  readonly capacity: string | { readonly min: number; readonly max: number };
}

/** An Aurora PostgreSQL cluster whose admin password RDS makes, keeps and rotates. */
export class DatabaseCluster extends Construct {
  /** Security group of those who may connect. */
  readonly clientSecurityGroupId: string;

  constructor(scope: Construct, id: string, props: DatabaseClusterProps) {
    super(scope, id);
    const groups = securityGroups(this, props);
    this.clientSecurityGroupId = groups.clients;
    const { prefix, capacity } = props;
    const cluster = new RdsCluster(this, 'cluster', {
      ...settings(props),
      dbSubnetGroupName: subnetGroup(this, props),
      dbClusterParameterGroupName: this.parameters(props),
      vpcSecurityGroupIds: [groups.server],
    });
    skipScan(cluster, clusterSkips(props));
    for (let number = 1; number <= props.instances; number += 1) {
      const instance = new RdsClusterInstance(this, `instance-${number}`, {
        identifier: databaseNames.clusterInstance(prefix, number),
        clusterIdentifier: cluster.id,
        engine: cluster.engine,
        engineVersion: cluster.engineVersion,
        instanceClass: typeof capacity === 'string' ? capacity : SERVERLESS,
        publiclyAccessible: false,
        copyTagsToSnapshot: true,
        autoMinorVersionUpgrade: true,
      });
      skipScan(instance, CLUSTER_INSTANCE_SKIPS);
    }
  }

  private parameters({ prefix, engineVersion }: DatabaseClusterProps): string {
    const family = `aurora-postgresql${majorVersion(engineVersion)}`;
    return new RdsClusterParameterGroup(this, 'parameters', {
      // The family is part of the name: a group cannot change it, and the next must exist before the last goes.
      name: databaseName(prefix, ['database', family], LONGEST_GROUP_NAME),
      description: `Database of ${prefix}`,
      family,
      parameter: PARAMETERS,
      lifecycle: { createBeforeDestroy: true },
    }).name;
  }
}

function settings(props: DatabaseClusterProps): RdsClusterConfig {
  const { prefix, protect, capacity } = props;
  const identifier = databaseNames.cluster(prefix);
  return {
    clusterIdentifier: identifier,
    engine: 'aurora-postgresql',
    engineVersion: props.engineVersion,
    databaseName: props.name,
    port: props.port,
    masterUsername: props.adminUser,
    // The password never passes through Terraform.
    manageMasterUserPassword: true,
    storageEncrypted: true,
    ...(props.storageKeyArn === undefined ? {} : { kmsKeyId: props.storageKeyArn }),
    backupRetentionPeriod: props.backupRetention,
    copyTagsToSnapshot: true,
    enabledCloudwatchLogsExports: ['postgresql'],
    deletionProtection: protect,
    skipFinalSnapshot: !protect,
    ...(protect ? { finalSnapshotIdentifier: `${identifier}-final` } : {}),
    ...(typeof capacity === 'string'
      ? {}
      : { serverlessv2ScalingConfiguration: { minCapacity: capacity.min, maxCapacity: capacity.max } }),
    lifecycle: { preventDestroy: protect },
  };
}
