import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { Construct } from 'constructs';
import { databaseName } from '../shared/naming';
import { skipScan } from '../shared/scan';
import { databaseNames } from './names';
import { instanceSkips } from './skips';
import {
  LONGEST_GROUP_NAME,
  majorVersion,
  PARAMETERS,
  securityGroups,
  subnetGroup,
  type DatabaseServerProps,
} from './surroundings';

export interface DatabaseProps extends DatabaseServerProps {
  readonly instanceClass: string;
  /** GiB. */
  readonly storage: number;
  readonly multiAz: boolean;
}

/** An RDS PostgreSQL instance whose admin password RDS makes, keeps and rotates. */
export class Database extends Construct {
  /** Security group of those who may connect. */
  readonly clientSecurityGroupId: string;

  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const groups = securityGroups(this, props);
    this.clientSecurityGroupId = groups.clients;
    const { prefix, protect } = props;
    const parameters = this.parameters(prefix, props.engineVersion);
    const identifier = databaseNames.instance(prefix);
    const instance = new DbInstance(this, 'instance', {
      identifier,
      engine: 'postgres',
      engineVersion: props.engineVersion,
      instanceClass: props.instanceClass,
      allocatedStorage: props.storage,
      maxAllocatedStorage: 10 * props.storage,
      storageType: 'gp3',
      storageEncrypted: true,
      ...(props.storageKeyArn === undefined ? {} : { kmsKeyId: props.storageKeyArn }),
      dbName: props.name,
      port: props.port,
      username: props.adminUser,
      // The password never passes through Terraform.
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnetGroup(this, props),
      parameterGroupName: parameters.name,
      vpcSecurityGroupIds: [groups.server],
      publiclyAccessible: false,
      multiAz: props.multiAz,
      backupRetentionPeriod: props.backupRetention,
      copyTagsToSnapshot: true,
      autoMinorVersionUpgrade: true,
      enabledCloudwatchLogsExports: ['postgresql', 'upgrade'],
      deletionProtection: protect,
      skipFinalSnapshot: !protect,
      ...(protect ? { finalSnapshotIdentifier: `${identifier}-final` } : {}),
      lifecycle: { preventDestroy: protect },
    });
    skipScan(instance, instanceSkips(props));
  }

  private parameters(prefix: string, engineVersion: string): DbParameterGroup {
    const major = majorVersion(engineVersion);
    return new DbParameterGroup(this, 'parameters', {
      // The family is part of the name: a group cannot change it, and the next must exist before the last goes.
      name: databaseName(prefix, ['database', `postgres${major}`], LONGEST_GROUP_NAME),
      description: `Database of ${prefix}`,
      family: `postgres${major}`,
      parameter: PARAMETERS,
      lifecycle: { createBeforeDestroy: true },
    });
  }
}
