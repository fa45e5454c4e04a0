import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import { policy, type Statement } from '../shared/policy';

export interface AlarmTopicProps {
  readonly prefix: string;
  readonly account: Account;
  /** Key of the messages; it must let CloudWatch use it. */
  readonly keyArn: string;
  /** Whether rules publish to it too. */
  readonly rules: boolean;
  /** Addresses that get a mail, once each has confirmed. */
  readonly emails: readonly string[];
}

/** A topic that the installation's alarms and rules, and nobody else, publish to. */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const { prefix, account } = props;
    const topic = new SnsTopic(this, 'topic', {
      name: resourceName(prefix, ['alarms']),
      kmsMasterKeyId: props.keyArn,
    });
    const own = `${resourceName(prefix, [])}-*`;
    const publisher = (sid: string, service: string, sourceArn: string): Statement => ({
      sid,
      actions: ['sns:Publish'],
      resources: [topic.arn],
      principals: [{ type: 'Service', identifiers: [`${service}.amazonaws.com`] }],
      condition: [
        { test: 'ArnLike', variable: 'aws:SourceArn', values: [sourceArn] },
        { test: 'StringEquals', variable: 'aws:SourceAccount', values: [account.accountId] },
      ],
    });
    new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: policy(this, 'publishers', [
        publisher('Alarms', 'cloudwatch', account.arn('cloudwatch', `alarm:${own}`)),
        ...(props.rules ? [publisher('Rules', 'events', account.arn('events', `rule/${own}`))] : []),
      ]),
    });
    for (const [index, endpoint] of props.emails.entries()) {
      new SnsTopicSubscription(this, `email-${index + 1}`, {
        topicArn: topic.arn,
        protocol: 'email',
        endpoint,
      });
    }
    this.arn = topic.arn;
  }
}
