import { escapeXml } from '../endpoint/answers';
import type { Place } from '../endpoint/seams';
import type { Instance } from './instance';

/** Where the database really is. */
export interface Address {
  /** The name that the server's certificate has. */
  readonly host: string;
  readonly port: number;
  /** For instance `17.10`. */
  readonly version: string;
}

/** Elements that are not remembered under the name that DescribeDBInstances gives them. */
const RENAMED: Readonly<Record<string, string>> = { EnablePerformanceInsights: 'PerformanceInsightsEnabled' };
const NESTED = new Set(['DBParameterGroupName', 'DBSubnetGroupName', 'AvailabilityZone']);

export function arnOf({ partition, region, accountId }: Place, identifier: string): string {
  return `arn:${partition}:rds:${region}:${accountId}:db:${identifier}`;
}

/** A DB instance as RDS describes it, in XML. Source: Amazon RDS API Reference, data type DBInstance. */
export function instanceXml(instance: Instance, address: Address, place: Place): string {
  const { identifier, settings, username } = instance;
  const { scalars, tags } = settings;
  const remembered = [...scalars]
    .filter(([name]) => !NESTED.has(name))
    .map(([name, value]) => element(RENAMED[name] ?? name, value));
  return [
    element('DBInstanceIdentifier', identifier),
    element('DbiResourceId', instance.resourceId),
    element('DBInstanceArn', arnOf(place, identifier)),
    element('DBInstanceStatus', 'available'),
    element('InstanceCreateTime', new Date(instance.createdAt).toISOString()),
    element('MasterUsername', username),
    element('EngineVersion', address.version),
    element('AvailabilityZone', scalars.get('AvailabilityZone') ?? `${place.region}a`),
    element('IAMDatabaseAuthenticationEnabled', 'false'),
    ...remembered,
    nested('Endpoint', [
      element('Address', address.host),
      element('Port', String(address.port)),
      element('HostedZoneId', 'ZLOCAL'),
    ]),
    adminSecret(instance, place),
    ...lists(instance, address),
    tagList(tags),
  ].join('');
}

function adminSecret({ adminSecretArn }: Instance, { partition, region, accountId }: Place): string {
  return nested('MasterUserSecret', [
    element('SecretArn', adminSecretArn),
    element('SecretStatus', 'active'),
    element('KmsKeyId', `arn:${partition}:kms:${region}:${accountId}:alias/aws/secretsmanager`),
  ]);
}

function lists({ settings }: Instance, { version }: Address): string[] {
  const { scalars, securityGroups, logExports } = settings;
  const major = version.split('.')[0] ?? version;
  const groups = securityGroups.map((id) =>
    nested('VpcSecurityGroupMembership', [element('VpcSecurityGroupId', id), element('Status', 'active')]),
  );
  const parameterGroup = nested('DBParameterGroup', [
    element('DBParameterGroupName', scalars.get('DBParameterGroupName') ?? `default.postgres${major}`),
    element('ParameterApplyStatus', 'in-sync'),
  ]);
  const subnetGroup = element('DBSubnetGroupName', scalars.get('DBSubnetGroupName') ?? 'default');
  return [
    nested('VpcSecurityGroups', groups),
    nested(
      'EnabledCloudwatchLogsExports',
      logExports.map((type) => element('member', type)),
    ),
    nested('DBParameterGroups', [parameterGroup]),
    nested('DBSubnetGroup', [subnetGroup]),
  ];
}

export function tagList(tags: ReadonlyMap<string, string>): string {
  return nested(
    'TagList',
    [...tags].map(([key, value]) => nested('Tag', [element('Key', key), element('Value', value)])),
  );
}

export function element(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`;
}

export function nested(name: string, content: readonly string[]): string {
  return `<${name}>${content.join('')}</${name}>`;
}
