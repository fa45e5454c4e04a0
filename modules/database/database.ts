import { DbInstance } from '@cdktf/provider-aws/lib/db-instance';
import { DbParameterGroup } from '@cdktf/provider-aws/lib/db-parameter-group';
import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { Network } from '../network/network';
import { databaseName, resourceName } from '../shared/naming';
import { databaseNames } from './names';

export interface DatabaseProps {
  readonly prefix: string;
  readonly network: Network;
  /** Name of the database in the server. */
  readonly name: string;
  /** PostgreSQL version, for instance `17` or `17.5`. */
  readonly engineVersion: string;
  readonly instanceClass: string;
  /** GiB. */
  readonly storage: number;
  readonly multiAz: boolean;
  /** Days. */
  readonly backupRetention: number;
  readonly adminUser: string;
  /** Where it listens. */
  readonly port: number;
  readonly protect: boolean;
}

/** An RDS PostgreSQL instance whose admin password RDS makes, keeps and rotates. */
export class Database extends Construct {
  constructor(scope: Construct, id: string, props: DatabaseProps) {
    super(scope, id);
    const { prefix, protect } = props;
    const subnets = new DbSubnetGroup(this, 'subnets', {
      name: databaseName(prefix, ['database']),
      description: `Database of ${prefix}`,
      subnetIds: props.network.subnetIds,
    });
    const parameters = this.parameters(prefix, props.engineVersion);
    const identifier = databaseNames.instance(prefix);
    new DbInstance(this, 'instance', {
      identifier,
      engine: 'postgres',
      engineVersion: props.engineVersion,
      instanceClass: props.instanceClass,
      allocatedStorage: props.storage,
      maxAllocatedStorage: 10 * props.storage,
      storageType: 'gp3',
      storageEncrypted: true,
      dbName: props.name,
      port: props.port,
      username: props.adminUser,
      // The password never passes through Terraform.
      manageMasterUserPassword: true,
      dbSubnetGroupName: subnets.name,
      parameterGroupName: parameters.name,
      vpcSecurityGroupIds: [this.securityGroups(props)],
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
  }

  private parameters(prefix: string, engineVersion: string): DbParameterGroup {
    const major = engineVersion.split('.')[0] ?? engineVersion;
    return new DbParameterGroup(this, 'parameters', {
      // The family is part of the name: a group cannot change it, and the next must exist before the last goes.
      name: databaseName(prefix, ['database', `postgres${major}`]),
      description: `Database of ${prefix}`,
      family: `postgres${major}`,
      parameter: [
        { name: 'rds.force_ssl', value: '1' },
        { name: 'password_encryption', value: 'scram-sha-256' },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  /** @returns the id of the database's own group */
  private securityGroups({ prefix, network, port }: DatabaseProps): string {
    const server = new SecurityGroup(this, 'server', {
      name: resourceName(prefix, ['database']),
      description: 'The database',
      vpcId: network.vpcId,
    });
    const clients = new SecurityGroup(this, 'clients', {
      name: databaseNames.clients(prefix),
      description: 'Who may connect to the database',
      vpcId: network.vpcId,
    });
    const connection = { ipProtocol: 'tcp', fromPort: port, toPort: port };
    new VpcSecurityGroupIngressRule(this, 'from-clients', {
      ...connection,
      securityGroupId: server.id,
      description: 'Clients of the database',
      referencedSecurityGroupId: clients.id,
    });
    new VpcSecurityGroupEgressRule(this, 'to-server', {
      ...connection,
      securityGroupId: clients.id,
      description: 'The database',
      referencedSecurityGroupId: server.id,
    });
    return server.id;
  }
}
