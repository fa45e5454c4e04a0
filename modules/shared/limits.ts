import { ADVANCED_BYTES } from '../../lambda-src/contract/parameters';
import { longestOf } from './measure';
import { sizeOfPolicies } from './policy-size';

type Block = Readonly<Record<string, unknown>>;

/** What Terraform would read: resources by type and address. */
export type Rendered = Readonly<Record<string, unknown>>;

/** Something that AWS would refuse in an apply. */
interface Broken {
  readonly what: string;
  readonly size: number;
  readonly limit: number;
  readonly advice: string;
}

/** Limits of AWS would be broken. The message names each: where, how large, how large it may be, and what to do. */
export class LimitError extends Error {
  override readonly name = 'LimitError';

  constructor(readonly problems: readonly string[]) {
    const count = problems.length === 1 ? 'A limit' : `${problems.length} limits`;
    super(`${count} of AWS would be broken:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

const SPLIT = 'split the installation in two, each with a prefix of its own';

/**
 * Everything in a stack that AWS would refuse for its size. What Terraform does not know yet counts as long as it can become.
 * Sources: the quotas of Lambda, IAM, Systems Manager, Secrets Manager, EventBridge and CloudWatch in their guides.
 */
export function brokenLimits(stack: string, rendered: Rendered): string[] {
  const all = [
    ...each(rendered, 'aws_lambda_function', environment),
    ...each(rendered, 'aws_ssm_parameter', parameter),
    ...each(rendered, 'aws_cloudwatch_event_rule', pattern),
    ...each(rendered, 'aws_cloudwatch_dashboard', dashboard),
    ...Object.entries(NAMES).flatMap(([type, [key, limit]]) =>
      each(rendered, type, (resource) => nameOf(resource, key, limit)),
    ),
    ...tags(rendered),
    ...policies(rendered),
    ...rules(rendered),
  ];
  return all
    .filter(({ size, limit }) => size > limit)
    .map(({ what, size, limit, advice }) => `${stack}: ${what}: up to ${size}, at most ${limit}: ${advice}`);
}

function resources(rendered: Rendered, type: string): [string, Block][] {
  const types = (rendered['resource'] ?? {}) as Record<string, Record<string, Block>>;
  return Object.entries(types[type] ?? {});
}

function each(
  rendered: Rendered,
  type: string,
  measure: (resource: Block) => Omit<Broken, 'what'> & { readonly of: string },
): Broken[] {
  return resources(rendered, type).map(([address, resource]) => {
    const { of, ...rest } = measure(resource);
    return { what: `${of} of ${type}.${address}`, ...rest };
  });
}

function bytes(text: unknown): number {
  return Buffer.byteLength(longestOf(typeof text === 'string' ? text : JSON.stringify(text ?? '')));
}

function environment(lambda: Block) {
  const { variables = {} } = (lambda['environment'] ?? {}) as { variables?: Record<string, unknown> };
  const size = Object.entries(variables).reduce((sum, [key, value]) => sum + bytes(key) + bytes(value), 0);
  const advice = 'shorten database.caBundle, or name fewer readers';
  return { of: 'bytes of environment', size, limit: 4_096, advice };
}

function parameter(resource: Block) {
  const advice = 'register fewer consumers with this credential, or give them shorter names';
  return { of: 'bytes of value', size: bytes(resource['insecure_value']), limit: ADVANCED_BYTES, advice };
}

function pattern(rule: Block) {
  const size = bytes(rule['event_pattern']);
  return {
    of: 'characters of pattern',
    size,
    limit: 2_048,
    advice: 'give cluster and service a shorter name',
  };
}

function dashboard(resource: Block) {
  const { widgets = [] } = JSON.parse(String(resource['dashboard_body'])) as { widgets?: unknown[] };
  const advice = `set alarms.dashboard: false, or ${SPLIT}`;
  return { of: 'widgets', size: widgets.length, limit: 500, advice };
}

/** Characters of names, by the attribute that holds them. */
const NAMES: Readonly<Record<string, readonly [string, number]>> = {
  aws_cloudwatch_event_rule: ['name', 64],
  aws_cloudwatch_log_group: ['name', 512],
  aws_cloudwatch_metric_alarm: ['alarm_name', 255],
  aws_db_instance: ['identifier', 63],
  aws_iam_role: ['name', 64],
  aws_lambda_function: ['function_name', 64],
  aws_rds_cluster: ['cluster_identifier', 63],
  aws_secretsmanager_secret: ['name', 512],
  aws_security_group: ['name', 255],
  aws_sqs_queue: ['name', 80],
};

function nameOf(resource: Block, key: string, limit: number) {
  return { of: `characters of ${key}`, size: bytes(resource[key]), limit, advice: 'shorten prefix' };
}

/** Tags on one resource. */
const MOST_TAGS = 50;

function tags(rendered: Rendered): Broken[] {
  const types = Object.keys(rendered['resource'] ?? {});
  return types.flatMap((type) =>
    each(rendered, type, (resource) => {
      const size = Object.keys(resource['tags'] ?? {}).length;
      return { of: 'tags', size, limit: MOST_TAGS, advice: 'give fewer tags' };
    }),
  );
}

function policies(rendered: Rendered): Broken[] {
  return sizeOfPolicies(rendered).map((broken) => ({ ...broken, advice: SPLIT }));
}

/** Rules on the account's bus, those of others left out; and targets of each. */
function rules(rendered: Rendered): Broken[] {
  const all = resources(rendered, 'aws_cloudwatch_event_rule');
  const targets = new Map<string, number>();
  for (const [, { rule }] of resources(rendered, 'aws_cloudwatch_event_target'))
    targets.set(String(rule), (targets.get(String(rule)) ?? 0) + 1);
  return [
    { what: 'rules on the event bus', size: all.length, limit: 300, advice: SPLIT },
    ...[...targets].map(([rule, size]) => ({ what: `targets of ${rule}`, size, limit: 5, advice: SPLIT })),
  ];
}
