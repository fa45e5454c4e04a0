import { Token } from 'cdktf';
import { importSchema } from '../config/import';
import type { Configuration } from '../config/schema';

/** A number that only Terraform knows. */
const number = (reference: string): number => Token.asNumber(`\${${reference}}`);

/** All elements of a list that only Terraform knows: as one element, which `generalize` spreads. */
const all = (list: string): string[] => [`\${${list}[*]}`];

/** Lists of mappings: what one element is called, and of which list it stands for every element. */
export const ELEMENTS = { consumer: 'var.consumers', reader: 'var.database_readers' } as const;

/** Name of the module's one credential. */
export const NAME = '${var.name}';

const credential: Configuration['credentials'][string] = {
  strategy: 'dual-user',
  delivery: 'secret',
  // Written over by `generalize`: there is no reference that TypeScript takes for a boolean.
  ownDatabase: false,
  ownerRole: '${local.owner_role}',
  users: { blue: '${local.users.blue}', green: '${local.users.green}' },
  schedule: {
    blue: { cron: '${var.schedule.blue.cron}', windowHours: number('var.schedule.blue.window_hours') },
    green: { cron: '${var.schedule.green.cron}', windowHours: number('var.schedule.green.window_hours') },
    // The module knows dual-user alone, which has no use for it.
    secret: { expression: '', windowHours: 1 },
  },
  urlOptions: '${var.url_options}',
  password: { length: number('var.password.length'), exclude: '${var.password.exclude}' },
  rollout: {
    deadlineSeconds: number('var.rollout.deadline_seconds'),
    drainAlarmSeconds: number('var.rollout.drain_alarm_seconds'),
    skewSeconds: number('var.rollout.skew_seconds'),
    visibilitySeconds: number('var.rollout.visibility_seconds'),
  },
  consumers: [{ cluster: '${consumer.cluster}', service: '${consumer.service}' }],
  readerRoleArns: all('var.reader_role_arns'),
};

const database: Configuration['database'] = {
  name: '${var.database_name}',
  caBundle: '${var.ca_bundle}',
  existing: {
    writer: { host: '${var.database_writer.host}', port: number('var.database_writer.port') },
    readers: [{ host: '${reader.host}', port: number('reader.port') }],
    readerIdentifiers: [],
    port: 5432,
    adminSecretArn: '${var.admin_secret_arn}',
    adminKeyArn: '${var.admin_key_arn}',
    clientSecurityGroupIds: all('var.client_security_group_ids'),
  },
};

/**
 * An installation of one credential whose every value is a reference to a variable of the module. What the stacks make
 * of it is the module, once `generalize` has told lists, documents and parts that may be left out.
 */
export const SPECIMEN: Configuration = {
  prefix: '${var.prefix}',
  // Of the provider, which a module does not configure.
  region: 'us-east-1',
  tags: {},
  permissionsBoundaryArn: '${var.permissions_boundary_arn}',
  operatorRoleArns: all('var.operator_role_arns'),
  protect: true,
  logRetentionDays: number('var.log_retention_days'),
  sweepMinutes: 5,
  network: { vpcId: '${var.vpc_id}', subnetIds: all('var.subnet_ids'), endpoints: false },
  alarms: { emails: [], dashboard: true },
  database,
  credentials: { [NAME]: credential },
  services: {},
  import: importSchema.parse({}),
};
