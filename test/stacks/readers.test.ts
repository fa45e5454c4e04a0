import { parsePattern } from '../../local/events/pattern';
import { inputOf } from '../../local/events/transform';
import { problemsOf } from '../../stacks/config/problems';
import type { ConfigurationInput } from '../../stacks/config/schema';
import { example, synthesize, type Synthesized } from './support/synthesis';

const ACCOUNT = '111122223333';
const operator = `arn:aws:iam::${ACCOUNT}:role/aws-reserved/sso.amazonaws.com/on-call`;
const reader = `arn:aws:iam::${ACCOUNT}:role/batch-execution`;
const role = (name: string) => `arn:aws:iam::${ACCOUNT}:role/${name}`;

const watching = (change: (input: ConfigurationInput) => void = () => undefined) =>
  example((it) => {
    it.alarms = { readers: {} };
    it.operatorRoleArns = [operator];
    it.credentials['app'] = { consumers: ['web'], readerRoleArns: [reader] };
    change(it);
  });
const { rotation } = synthesize(watching());
const rules = (stack: Synthesized) =>
  [...stack.resources('aws_cloudwatch_event_rule')].filter(([address]) => address.startsWith('readers_'));

/** A pattern as EventBridge gets it once Terraform has put in what it knows by then. */
function applied(pattern: unknown): string {
  return String(pattern)
    .replace(/\$\{aws_iam_role\.(rotator|orchestrator)_[^}]*\.arn\}/g, (_, name: string) =>
      role(`tandem-test-${name}`),
    )
    .replace(/\$\{data\.aws_partition[^}]*\}/g, 'aws')
    .replace(/\$\{data\.aws_region[^}]*\}/g, 'eu-central-1')
    .replace(/\$\{data\.aws_caller_identity[^}]*\}/g, ACCOUNT);
}

const session = (arn: string) => ({
  type: 'AssumedRole',
  arn: `${arn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/a-session`,
  sessionContext: { sessionIssuer: { type: 'Role', arn } },
});

/** What CloudTrail tells of one read. Source: AWS CloudTrail User Guide, "CloudTrail record contents". */
function read(secretId: string, userIdentity: object, eventName = 'GetSecretValue') {
  return {
    version: '0',
    id: 'event-1',
    'detail-type': 'AWS API Call via CloudTrail',
    source: 'aws.secretsmanager',
    account: ACCOUNT,
    time: '2026-11-21T03:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail: {
      eventVersion: '1.11',
      userIdentity,
      eventTime: '2026-11-21T02:59:00Z',
      eventSource: 'secretsmanager.amazonaws.com',
      eventName,
      sourceIPAddress: '203.0.113.7',
      requestParameters: { secretId },
      eventID: '0a1b2c3d',
      readOnly: true,
      managementEvent: true,
    },
  };
}

/** Whether any rule tells of it. */
const told = (event: ReturnType<typeof read>) =>
  rules(rotation).some(([, { event_pattern: pattern }]) => parsePattern(applied(pattern)).matches(event));

const arn = (kind: string) =>
  `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:tandem/test/app/${kind}-AbCdEf`;

describe('an unexpected reader', () => {
  const stranger = session(role('stranger'));

  it.each(['blue', 'green', 'active'])(
    'of %s is told, by whichever name the secret was asked for',
    (kind) => {
      expect(told(read(arn(kind), stranger))).toBe(true);
      expect(told(read(arn(kind).slice(0, -7), stranger))).toBe(true);
      expect(told(read(`tandem/test/app/${kind}`, stranger))).toBe(true);
    },
  );

  it('is whoever came by a role that is not expected, under whatever session, root, and a user', () => {
    expect(told(read(arn('active'), session(role('tandem-test-rotator-2'))))).toBe(true);
    expect(
      told(read(arn('active'), session(role('tandem-test-rotator').replace(ACCOUNT, '9'.repeat(12))))),
    ).toBe(true);
    expect(told(read(arn('blue'), { type: 'Root', arn: `arn:aws:iam::${ACCOUNT}:root` }))).toBe(true);
    expect(told(read(arn('blue'), { type: 'IAMUser', arn: `arn:aws:iam::${ACCOUNT}:user/eve` }))).toBe(true);
  });

  it.each(['tandem-test-rotator', 'tandem-test-orchestrator'])('is not the function %s', (name) => {
    for (const kind of ['blue', 'green', 'active']) {
      expect(told(read(arn(kind), session(role(name))))).toBe(false);
    }
  });

  it('is not an operator, nor, of the active secret, what starts the tasks of a consumer', () => {
    expect(told(read(arn('blue'), session(operator)))).toBe(false);
    expect(told(read(arn('active'), session(operator)))).toBe(false);
    for (const expected of [role('tandem-test-web-execution'), reader]) {
      expect(told(read(arn('active'), session(expected)))).toBe(false);
      expect(told(read(arn('green'), session(expected)))).toBe(true);
    }
  });

  it('is nobody who describes a secret, or reads one of somebody else', () => {
    expect(told(read(arn('active'), stranger, 'DescribeSecret'))).toBe(false);
    expect(told(read('tandem/other/app/active', stranger))).toBe(false);
  });

  it('is named in what the topic gets, with the secret, and with what to do first', () => {
    const [target] = [...rotation.resources('aws_cloudwatch_event_target').values()].filter(
      ({ target_id: id }) => id === 'alarms',
    );
    const { input_paths: InputPathsMap, input_template: InputTemplate } = target?.['input_transformer'] as {
      input_paths: Record<string, string>;
      input_template: string;
    };
    const event = read(arn('active'), stranger) as unknown as Parameters<typeof inputOf>[1];
    const rule = { arn: 'arn', name: 'rule' };
    const text = inputOf(
      { Id: '1', Arn: 'x', InputTransformer: { InputPathsMap, InputTemplate } },
      event,
      rule,
    );
    expect(JSON.parse(text)).toBe(
      'tandem/test: UnexpectedReader. A secret was read by somebody who is none of the roles that are expected to. ' +
        'First: Ask who it was; if nobody knows, take the password for leaked: tandem rotate --compromised. ' +
        `Read: ${arn('active')}. By: arn:aws:sts::${ACCOUNT}:assumed-role/stranger/a-session (AssumedRole), from 203.0.113.7, ` +
        'at 2026-11-21T02:59:00Z. Refused with (empty where it was not): . CloudTrail event: 0a1b2c3d.',
    );
    expect(target?.['arn']).toBe('${aws_sns_topic.alarm-topic_topic.arn}');
  });
});

describe('the rules that see readers', () => {
  it('are in the one state in which a rule sees what only reads, and are called after their alarm', () => {
    expect(rules(rotation).map(([, { name, state }]) => [name, state])).toEqual([
      ['tandem-test-UnexpectedReader-active-app', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
      ['tandem-test-UnexpectedReader-slots-1', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS'],
    ]);
  });

  it('are as many as patterns of at most 2,048 characters need for the slots of many credentials', () => {
    const many = watching((it) => {
      for (let index = 0; index < 20; index += 1) {
        const consumers = [{ service: 'web', variable: `URL_${index}` }];
        it.credentials[`${'c'.repeat(30)}-${index}`] = { consumers };
      }
    });
    const found = rules(synthesize(many).rotation);
    const slots = found.filter(([address]) => address.includes('slots'));
    expect(slots.length).toBeGreaterThan(3);
    for (const [, { event_pattern: pattern }] of found) {
      expect(applied(pattern).length).toBeLessThanOrEqual(2_048);
    }
    const all = slots.map(([, { event_pattern: pattern }]) => pattern).join('');
    for (let index = 0; index < 20; index += 1) {
      expect(all).toContain(`"tandem/test/${'c'.repeat(30)}-${index}/green"`);
    }
  });

  it('are refused in the configuration where they could not name everybody who is expected', () => {
    const crowded = watching((it) => {
      const readerRoleArns = Array.from({ length: 40 }, (_, index) => role(`reader-${index}`));
      it.credentials['app'] = { consumers: ['web'], readerRoleArns };
    });
    expect(problemsOf(crowded).map(({ path, fix }) => `${path} ${fix}`)).toEqual([
      expect.stringMatching(
        /^credentials\.app has too many readers for alarms\.readers: with 1 operators and 41 readers .* EventBridge takes 2048; /,
      ),
    ]);
    expect(problemsOf({ ...crowded, alarms: {} })).toEqual([]);
  });

  it('are not there unless asked for, and neither is a trail', () => {
    const { rotation: unwatched } = synthesize();
    expect(rules(unwatched)).toEqual([]);
    expect(unwatched.resources('aws_cloudtrail').size).toBe(0);
    expect(unwatched.resources('aws_s3_bucket').size).toBe(0);
  });
});

describe('what the alarm of readers needs besides', () => {
  const sids = (stack: Synthesized, address: string) => stack.statements(address).map(({ sid }) => sid);

  it('is a topic that rules of this installation may publish to, and a key that lets them', () => {
    expect(rotation.statements('alarm-topic_publishers')[1]).toMatchObject({
      sid: 'Rules',
      principals: [{ identifiers: ['events.amazonaws.com'] }],
      condition: [{ values: ['events:rule/tandem-test-*'] }, { variable: 'aws:SourceAccount' }],
    });
    expect(sids(rotation, 'operations-key_policy')).toEqual([
      ...['Administration', 'Logs', 'Alarms', 'Rules', 'Trail', 'TrailKey'],
    ]);
  });

  it('is a trail of all management events, validated and encrypted, in a bucket that only it writes to', () => {
    expect(rotation.resource('aws_cloudtrail', 'trail_trail')).toMatchObject({
      name: 'tandem-test-trail',
      is_multi_region_trail: true,
      enable_log_file_validation: true,
      kms_key_id: '${aws_kms_key.operations-key_key.arn}',
      event_selector: [{ read_write_type: 'All', include_management_events: true }],
    });
    expect(rotation.resource('aws_s3_bucket_public_access_block', 'trail_private')).toMatchObject({
      ...{ block_public_acls: true, block_public_policy: true },
      ...{ ignore_public_acls: true, restrict_public_buckets: true },
    });
    expect(rotation.resource('aws_s3_bucket', 'trail_bucket')).toMatchObject({
      force_destroy: false,
      lifecycle: { prevent_destroy: true },
    });
    const bucket = '${aws_s3_bucket.trail_bucket.arn}';
    const account = '${data.aws_caller_identity.account_caller.account_id}';
    const grants = rotation
      .statements('trail_writers')
      .map(({ effect, actions, resources, condition }) => [
        effect,
        actions,
        resources,
        (condition as { values: string[] }[]).flatMap(({ values }) => values),
      ]);
    expect(grants).toEqual([
      [undefined, ['s3:GetBucketAcl'], [bucket], ['cloudtrail:trail/tandem-test-trail']],
      [
        undefined,
        ['s3:PutObject'],
        [`${bucket}/AWSLogs/${account}/*`],
        ['cloudtrail:trail/tandem-test-trail', 'bucket-owner-full-control'],
      ],
      ['Deny', ['s3:*'], [bucket, `${bucket}/*`], ['false']],
    ]);
  });

  it('is no trail where one is given', () => {
    const trailArn = `arn:aws:cloudtrail:eu-central-1:${ACCOUNT}:trail/organization`;
    const { rotation: given } = synthesize(watching((it) => void (it.alarms = { readers: { trailArn } })));
    expect(given.resources('aws_cloudtrail').size).toBe(0);
    expect(rules(given)).toHaveLength(2);
    expect(sids(given, 'operations-key_policy')).toEqual(['Administration', 'Logs', 'Alarms', 'Rules']);
  });
});
