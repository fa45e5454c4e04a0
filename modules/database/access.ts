import { DataAwsDbInstance } from '@cdktf/provider-aws/lib/data-aws-db-instance';
import { DataAwsRdsCluster } from '@cdktf/provider-aws/lib/data-aws-rds-cluster';
import { DataAwsSecurityGroup } from '@cdktf/provider-aws/lib/data-aws-security-group';
import { Construct } from 'constructs';
import { databaseNames } from './names';

export interface DatabaseLookupProps {
  /** Whether the identifier is an Aurora cluster's or an instance's. */
  readonly kind: 'instance' | 'cluster';
  readonly identifier: string;
  /**
   * Identifiers of the instances to ask besides the writer. Sessions are counted on each instance, and an endpoint that
   * balances would show those of one: so a cluster's instances are all listed, the writer's among them, for it may move.
   */
  readonly readerIdentifiers: readonly string[];
  /** Where it listens. */
  readonly port: number;
}

interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** A database server found by its identifier. */
export class DatabaseLookup extends Construct {
  readonly writer: Endpoint;
  readonly readers: Endpoint[];
  /** ARN of the admin secret that RDS manages. Only where RDS does is it an ARN. */
  readonly managedAdminSecretArn: string;

  constructor(scope: Construct, id: string, props: DatabaseLookupProps) {
    super(scope, id);
    const { kind, identifier, readerIdentifiers, port } = props;
    if (kind === 'cluster') {
      const cluster = new DataAwsRdsCluster(this, 'cluster', { clusterIdentifier: identifier });
      this.writer = { host: cluster.endpoint, port };
      this.managedAdminSecretArn = cluster.masterUserSecret.get(0).secretArn;
    } else {
      const instance = new DataAwsDbInstance(this, 'instance', { dbInstanceIdentifier: identifier });
      this.writer = { host: instance.address, port };
      this.managedAdminSecretArn = instance.masterUserSecret.get(0).secretArn;
    }
    this.readers = readerIdentifiers.map((dbInstanceIdentifier, index) => ({
      host: new DataAwsDbInstance(this, `reader-${index + 1}`, { dbInstanceIdentifier }).address,
      port,
    }));
  }
}

/** @returns the id of the group whose members may connect */
export function clientSecurityGroup(
  scope: Construct,
  id: string,
  props: { readonly prefix: string; readonly vpcId: string },
): string {
  return new DataAwsSecurityGroup(scope, id, {
    name: databaseNames.clients(props.prefix),
    vpcId: props.vpcId,
  }).id;
}
