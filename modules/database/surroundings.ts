import { DbSubnetGroup } from '@cdktf/provider-aws/lib/db-subnet-group';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import type { Construct } from 'constructs';
import type { Network } from '../network/network';
import { databaseName, resourceName } from '../shared/naming';
import { skipScan } from '../shared/scan';
import { databaseNames } from './names';
import { CLIENTS_SKIPS } from './skips';

/** What an instance and a cluster have in common. */
export interface DatabaseServerProps {
  readonly prefix: string;
  readonly network: Network;
  /** Name of the database in the server. */
  readonly name: string;
  /** PostgreSQL version, for instance `17` or `17.5`. */
  readonly engineVersion: string;
  /** Days. */
  readonly backupRetention: number;
  readonly adminUser: string;
  /** Where it listens. */
  readonly port: number;
  readonly protect: boolean;
  /** Key of the storage, for good. @default the one that AWS manages */
  readonly storageKeyArn?: string | undefined;
}

/** Parameters of every server: no connection without TLS, no verifier weaker than SCRAM. */
export const PARAMETERS = [
  { name: 'rds.force_ssl', value: '1' },
  { name: 'password_encryption', value: 'scram-sha-256' },
];

/** Characters that RDS allows in the name of a parameter or subnet group. */
export const LONGEST_GROUP_NAME = 255;

/** @returns the major version: `17` of `17.5` */
export function majorVersion(engineVersion: string): string {
  return engineVersion.split('.')[0] ?? engineVersion;
}

/** Name of the subnet group. */
export function subnetGroup(scope: Construct, { prefix, network }: DatabaseServerProps): string {
  return new DbSubnetGroup(scope, 'subnets', {
    name: databaseName(prefix, ['database'], LONGEST_GROUP_NAME),
    description: `Database of ${prefix}`,
    subnetIds: network.subnetIds,
  }).name;
}

/** Ids of the server's group, and of the group of those who may connect. */
export function securityGroups(
  scope: Construct,
  { prefix, network, port }: DatabaseServerProps,
): { readonly server: string; readonly clients: string } {
  const server = new SecurityGroup(scope, 'server', {
    name: resourceName(prefix, ['database']),
    description: 'The database',
    vpcId: network.vpcId,
  });
  const clients = new SecurityGroup(scope, 'clients', {
    name: databaseNames.clients(prefix),
    description: 'Who may connect to the database',
    vpcId: network.vpcId,
  });
  skipScan(clients, CLIENTS_SKIPS);
  const connection = { ipProtocol: 'tcp', fromPort: port, toPort: port };
  new VpcSecurityGroupIngressRule(scope, 'from-clients', {
    ...connection,
    securityGroupId: server.id,
    description: 'Clients of the database',
    referencedSecurityGroupId: clients.id,
  });
  new VpcSecurityGroupEgressRule(scope, 'to-server', {
    ...connection,
    securityGroupId: clients.id,
    description: 'The database',
    referencedSecurityGroupId: server.id,
  });
  return { server: server.id, clients: clients.id };
}
