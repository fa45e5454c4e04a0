import { textsIn, listIn, type Form } from './form';

/** A DB instance as it was asked for; everything else that RDS tells is derived from it. */
export interface Instance {
  readonly identifier: string;
  /** `db-` and 26 capitals or digits; never changes. */
  readonly resourceId: string;
  readonly createdAt: number;
  readonly username: string;
  readonly adminSecretArn: string;
  /** What CreateDBInstance said, with what ModifyDBInstance changed. */
  readonly settings: Settings;
}

/** Fields of a request that an instance remembers, and answers with. */
export interface Settings {
  /** By name, as DescribeDBInstances spells it too. */
  readonly scalars: ReadonlyMap<string, string>;
  readonly securityGroups: readonly string[];
  readonly logExports: readonly string[];
  readonly tags: ReadonlyMap<string, string>;
}

/** Scalars that are remembered as they came, with what RDS answers where they are left out. */
const SCALARS: Readonly<Record<string, string | undefined>> = {
  AllocatedStorage: '20',
  AutoMinorVersionUpgrade: 'true',
  AvailabilityZone: undefined,
  BackupRetentionPeriod: '1',
  BackupTarget: 'region',
  CACertificateIdentifier: 'rds-ca-rsa2048-g1',
  CopyTagsToSnapshot: 'false',
  DBInstanceClass: 'db.t4g.micro',
  DBName: undefined,
  DatabaseInsightsMode: 'standard',
  DedicatedLogVolume: 'false',
  DeletionProtection: 'false',
  EnablePerformanceInsights: 'false',
  Engine: 'postgres',
  EngineLifecycleSupport: 'open-source-rds-extended-support',
  Iops: undefined,
  KmsKeyId: undefined,
  LicenseModel: 'postgresql-license',
  MaxAllocatedStorage: undefined,
  MonitoringInterval: '0',
  MonitoringRoleArn: undefined,
  MultiAZ: 'false',
  NetworkType: 'IPV4',
  PerformanceInsightsKMSKeyId: undefined,
  PerformanceInsightsRetentionPeriod: undefined,
  PreferredBackupWindow: '07:00-07:30',
  PreferredMaintenanceWindow: 'sun:08:00-sun:08:30',
  PubliclyAccessible: 'false',
  StorageEncrypted: 'false',
  StorageThroughput: undefined,
  StorageType: 'gp2',
  DBParameterGroupName: undefined,
  DBSubnetGroupName: undefined,
};

export function settingsOf(form: Form): Settings {
  const defaults = Object.entries(SCALARS).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  const nothing: Settings = {
    scalars: new Map(defaults),
    securityGroups: [],
    logExports: textsIn(form, 'EnableCloudwatchLogsExports'),
    tags: tagsIn(form),
  };
  return changed(nothing, form);
}

/** The settings with what a request names in place of what they were. */
export function changed(settings: Settings, form: Form): Settings {
  const said = [...form].filter(([name]) => Object.hasOwn(SCALARS, name));
  const groups = textsIn(form, 'VpcSecurityGroupIds');
  const enabled = textsIn(form, 'CloudwatchLogsExportConfiguration.EnableLogTypes');
  const disabled = new Set(textsIn(form, 'CloudwatchLogsExportConfiguration.DisableLogTypes'));
  return {
    scalars: new Map([...settings.scalars, ...said]),
    securityGroups: groups.length > 0 ? groups : settings.securityGroups,
    logExports: [...new Set([...settings.logExports, ...enabled])].filter((type) => !disabled.has(type)),
    tags: settings.tags,
  };
}

export function tagsIn(form: Form): Map<string, string> {
  return new Map(listIn(form, 'Tags').map((tag) => [tag.get('Key') ?? '', tag.get('Value') ?? '']));
}
