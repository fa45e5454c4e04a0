import type { Construct } from 'constructs';
import { clientSecurityGroup, DatabaseLookup, type DatabaseLookupProps } from '../modules/database/access';
import { databaseNames } from '../modules/database/names';
import type { AdminSource } from '../modules/rotator/admin';
import type { DatabaseAccess } from '../modules/rotator/rotator';
import type { Configuration } from './config/schema';

type Existing = NonNullable<Configuration['database']['existing']>;

/** Where the rotator finds the database: looked up in AWS, or as the configuration says. */
export function databaseAccess(
  scope: Construct,
  id: string,
  { prefix, database, import: { securityGroups } }: Configuration,
  vpcId: string,
): DatabaseAccess {
  const lookup = lookupProps(prefix, database);
  const lockDatabase = database.name;
  if (lookup === null) {
    const { writer, readers, clientSecurityGroupIds } = database.existing ?? {};
    if (database.existing === undefined || writer === undefined || readers === undefined)
      throw new Error('The schema lets a database be made, looked up or named by its endpoint.');
    const admin = given(database.existing);
    if (admin === null) throw new Error('The schema asks for the admin of a database that is not looked up.');
    return { writer, readers, lockDatabase, admin, clientSecurityGroupIds: clientSecurityGroupIds ?? [] };
  }
  const found = new DatabaseLookup(scope, id, lookup);
  return {
    writer: found.writer,
    readers: found.readers,
    lockDatabase,
    admin: (database.existing === undefined ? null : given(database.existing)) ?? {
      secretArn: found.managedAdminSecretArn,
      ...(database.existing?.adminKeyArn === undefined ? {} : { keyArn: database.existing.adminKeyArn }),
    },
    clientSecurityGroupIds: database.existing?.clientSecurityGroupIds ?? [
      securityGroups.databaseClients ?? clientSecurityGroup(scope, `${id}-clients`, { prefix, vpcId }),
    ],
  };
}

function given({ adminSecretArn, adminParameterName, adminKeyArn }: Existing): AdminSource | null {
  const key = adminKeyArn === undefined ? {} : { keyArn: adminKeyArn };
  if (adminSecretArn !== undefined) return { secretArn: adminSecretArn, ...key };
  return adminParameterName === undefined ? null : { parameterName: adminParameterName, ...key };
}

/** @returns null for a database that is named by its endpoint */
function lookupProps(
  prefix: string,
  { create, aurora, existing }: Configuration['database'],
): DatabaseLookupProps | null {
  if (create !== undefined) {
    const identifier = databaseNames.instance(prefix);
    return { kind: 'instance', identifier, readerIdentifiers: [], port: create.port };
  }
  if (aurora !== undefined) {
    const numbers = Array.from({ length: aurora.instances }, (_, index) => index + 1);
    return {
      kind: 'cluster',
      identifier: databaseNames.cluster(prefix),
      readerIdentifiers: numbers.map((number) => databaseNames.clusterInstance(prefix, number)),
      port: aurora.port,
    };
  }
  if (existing === undefined) return null;
  const { instanceIdentifier, clusterIdentifier, readerIdentifiers, port } = existing;
  if (instanceIdentifier !== undefined)
    return { kind: 'instance', identifier: instanceIdentifier, readerIdentifiers, port };
  return clusterIdentifier === undefined
    ? null
    : { kind: 'cluster', identifier: clusterIdentifier, readerIdentifiers, port };
}
