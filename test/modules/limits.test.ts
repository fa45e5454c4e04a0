import { brokenLimits } from '../../modules/shared/limits';
import { longestOf } from '../../modules/shared/measure';

type Blocks = Record<string, Record<string, Record<string, unknown>>>;

const x = (count: number) => 'x'.repeat(count);
const policies = (type: string, field: string, characters: number) => ({
  resource: { [type]: { it: { [field]: 'owner', policy: '${data.aws_iam_policy_document.it.json}' } } },
  data: { aws_iam_policy_document: { it: { statement: [{ resources: [x(characters)] }] } } },
});
const resource = (type: string, block: Record<string, unknown>): { resource: Blocks } => ({
  resource: { [type]: { it: block } },
});
const many = (type: string, count: number, block: Record<string, unknown>): { resource: Blocks } => ({
  resource: { [type]: Object.fromEntries(Array.from({ length: count }, (_, index) => [`r${index}`, block])) },
});

/** One stack for each limit, just past it, and the words that must tell of it. */
const PAST: readonly (readonly [string, Record<string, unknown>, RegExp])[] = [
  [
    'a function’s environment',
    resource('aws_lambda_function', { environment: { variables: { A: x(4_096) } } }),
    /^s: bytes of environment of aws_lambda_function\.it: up to 4097, at most 4096: shorten database\.caBundle/,
  ],
  [
    'a parameter’s value',
    resource('aws_ssm_parameter', { insecure_value: x(8_193) }),
    /bytes of value of aws_ssm_parameter\.it: up to 8193, at most 8192: register fewer consumers/,
  ],
  [
    'a rule’s pattern',
    resource('aws_cloudwatch_event_rule', { event_pattern: x(2_049) }),
    /characters of pattern of aws_cloudwatch_event_rule\.it: up to 2049, at most 2048/,
  ],
  [
    'the rules of a bus',
    many('aws_cloudwatch_event_rule', 301, {}),
    /rules on the event bus: up to 301, at most 300: split/,
  ],
  [
    'the targets of a rule',
    many('aws_cloudwatch_event_target', 6, { rule: 'r' }),
    /targets of r: up to 6, at most 5/,
  ],
  [
    'the policies of a role',
    policies('aws_iam_role_policy', 'role', 10_240),
    /policy on owner .*, at most 10240: split/,
  ],
  [
    'the policy of a secret',
    policies('aws_secretsmanager_secret_policy', 'secret_arn', 20_480),
    /policy on owner .*, at most 20480/,
  ],
  [
    'the policy of a key',
    policies('aws_kms_key', 'description', 32_768),
    /policy on owner .*, at most 32768/,
  ],
  [
    'the widgets of a dashboard',
    resource('aws_cloudwatch_dashboard', {
      dashboard_body: JSON.stringify({ widgets: Array(501).fill({}) }),
    }),
    /widgets of aws_cloudwatch_dashboard\.it: up to 501, at most 500: set alarms\.dashboard: false/,
  ],
  [
    'a role’s name',
    resource('aws_iam_role', { name: x(65) }),
    /characters of name .*up to 65, at most 64: shorten/,
  ],
  [
    'the tags of anything',
    resource('aws_sqs_queue', {
      tags: Object.fromEntries(Array.from({ length: 51 }, (_, index) => [index, ''])),
    }),
    /tags of aws_sqs_queue\.it: up to 51, at most 50/,
  ],
];

describe('limits of AWS', () => {
  it.each(PAST)(
    'past that on %s, one is told where, how large, the limit and what to do',
    (_, stack, message) => {
      expect(brokenLimits('s', stack)).toEqual([expect.stringMatching(message)]);
    },
  );

  it('are all told at once', () => {
    const stack = { resource: Object.assign({}, ...PAST.map(([, { resource: some }]) => some)) as Blocks };
    expect(brokenLimits('s', stack).length).toBeGreaterThan(5);
  });

  it('of a role hold for its policies together', () => {
    const policy = { role: 'owner', policy: x(6_000) };
    expect(brokenLimits('s', { resource: { aws_iam_role_policy: { a: policy } } })).toEqual([]);
    expect(brokenLimits('s', { resource: { aws_iam_role_policy: { a: policy, b: policy } } })).toHaveLength(
      1,
    );
  });

  it('are measured by what references become, not by what they are called', () => {
    const arn =
      'arn:${data.aws_partition.p.partition}:ecs:${data.aws_region.r.name}:${data.aws_caller_identity.c.account_id}:x';
    expect(longestOf(arn)).toBe('arn:aws-us-gov:ecs:ap-northeast-100:111122223333:x');
    expect(longestOf('${aws_secretsmanager_secret.a.arn}')).toHaveLength(170);
    expect(longestOf('${data.aws_db_instance.d.master_user_secret[0].secret_arn}')).toHaveLength(170);
    expect(longestOf('$${a} %%{b}')).toBe('${a} ${b}');
  });
});
