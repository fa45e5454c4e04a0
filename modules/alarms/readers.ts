import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { splitPattern } from '../shared/event-pattern';
import { resourceName } from '../shared/naming';
import { described } from './meanings';
import { readerPattern } from './reader-patterns';

/** A rule sees events that only read in this state and no other. Source: Amazon EventBridge API Reference, "PutRule". */
const SEES_READS = 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS';

export interface UnexpectedReadersProps {
  readonly prefix: string;
  readonly account: Account;
  /** Roles that may read every secret: those of the functions, and people's. */
  readonly everywhere: readonly string[];
  /** By credential, the roles that may read what applications read besides. */
  readonly credentials: readonly {
    readonly name: string;
    /** Names of the secrets that applications read; none where they read something else. */
    readonly read: readonly string[];
    /** Names of its other secrets. */
    readonly slots: readonly string[];
    readonly readerRoleArns: readonly string[];
  }[];
  /** SNS topic that is told. */
  readonly topicArn: string;
}

/** Tells of everybody who reads a secret and is not expected to. Best effort: CloudTrail's events come late, and may be lost. */
export class UnexpectedReaders extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: UnexpectedReadersProps,
  ) {
    super(scope, id);
    const { account, everywhere, credentials } = props;
    const paired = credentials.filter(({ slots }) => slots.length > 0);
    const patterns = splitPattern(paired, (some) =>
      readerPattern(account, { secrets: some.flatMap(({ slots }) => slots), roleArns: everywhere }),
    );
    for (const [index, pattern] of patterns.entries()) this.rule(['slots', String(index + 1)], pattern);
    for (const { name, read: secrets, readerRoleArns } of credentials) {
      if (secrets.length === 0) continue;
      const roleArns = [...everywhere, ...readerRoleArns];
      this.rule(['active', name], readerPattern(account, { secrets, roleArns }));
    }
  }

  private rule(of: readonly string[], eventPattern: string): void {
    const { prefix, topicArn } = this.props;
    const rule = new CloudwatchEventRule(this, of.join('-'), {
      name: resourceName(prefix, ['UnexpectedReader', ...of]),
      description: `Tells who reads a secret under ${prefix} and is not expected to`,
      state: SEES_READS,
      eventPattern,
    });
    new CloudwatchEventTarget(this, `${of.join('-')}-target`, {
      rule: rule.name,
      targetId: 'alarms',
      arn: topicArn,
      inputTransformer: {
        inputPaths: {
          who: '$.detail.userIdentity.arn',
          kind: '$.detail.userIdentity.type',
          secret: '$.detail.requestParameters.secretId',
          from: '$.detail.sourceIPAddress',
          at: '$.detail.eventTime',
          error: '$.detail.errorCode',
          event: '$.detail.eventID',
        },
        inputTemplate: JSON.stringify(
          `${described('UnexpectedReader', prefix)} Read: <secret>. By: <who> (<kind>), from <from>, at <at>. ` +
            'Refused with (empty where it was not): <error>. CloudTrail event: <event>.',
        ),
      },
    });
  }
}
