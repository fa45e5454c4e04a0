import { SnsTopic } from '@cdktf/provider-aws/lib/sns-topic';
import { SnsTopicPolicy } from '@cdktf/provider-aws/lib/sns-topic-policy';
import { SnsTopicSubscription } from '@cdktf/provider-aws/lib/sns-topic-subscription';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import { policy } from '../shared/policy';

export interface AlarmTopicProps {
  readonly prefix: string;
  readonly account: Account;
  /** Key of the messages; it must let CloudWatch use it. */
  readonly keyArn: string;
  /** Addresses that get a mail, once each has confirmed. */
  readonly emails: readonly string[];
}

/** A topic that the installation's alarms, and nobody else, publish to. */
export class AlarmTopic extends Construct {
  readonly arn: string;

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const { prefix, account } = props;
    const topic = new SnsTopic(this, 'topic', {
      name: resourceName(prefix, ['alarms']),
      kmsMasterKeyId: props.keyArn,
    });
    new SnsTopicPolicy(this, 'policy', {
      arn: topic.arn,
      policy: policy(this, 'publishers', [
        {
          sid: 'Alarms',
          actions: ['sns:Publish'],
          resources: [topic.arn],
          principals: [{ type: 'Service', identifiers: ['cloudwatch.amazonaws.com'] }],
          condition: [
            {
              test: 'ArnLike',
              variable: 'aws:SourceArn',
              values: [account.arn('cloudwatch', `alarm:${resourceName(prefix, [])}-*`)],
            },
            { test: 'StringEquals', variable: 'aws:SourceAccount', values: [account.accountId] },
          ],
        },
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
