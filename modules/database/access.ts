import { DataAwsDbInstance } from '@cdktf/provider-aws/lib/data-aws-db-instance';
import { DataAwsSecurityGroup } from '@cdktf/provider-aws/lib/data-aws-security-group';
import { Construct } from 'constructs';
import type { DatabaseAccess } from '../rotator/rotator';
import { databaseNames } from './names';

export interface DatabaseLookupProps {
  readonly prefix: string;
  /** Name of the database in the server. */
  readonly name: string;
  readonly vpcId: string;
  /** Where it listens. */
  readonly port: number;
}

/** The database of this installation, found by its name from another state. */
export class DatabaseLookup extends Construct {
  readonly access: DatabaseAccess;

  constructor(scope: Construct, id: string, props: DatabaseLookupProps) {
    super(scope, id);
    const instance = new DataAwsDbInstance(this, 'instance', {
      dbInstanceIdentifier: databaseNames.instance(props.prefix),
    });
    this.access = {
      writer: { host: instance.address, port: props.port },
      readers: [],
      lockDatabase: props.name,
      adminSecretArn: instance.masterUserSecret.get(0).secretArn,
      clientSecurityGroupIds: [clientSecurityGroup(this, 'clients', props)],
    };
  }
}

/** @returns the id of the group whose members may connect */
export function clientSecurityGroup(
  scope: Construct,
  id: string,
  props: Pick<DatabaseLookupProps, 'prefix' | 'vpcId'>,
): string {
  return new DataAwsSecurityGroup(scope, id, {
    name: databaseNames.clients(props.prefix),
    vpcId: props.vpcId,
  }).id;
}
