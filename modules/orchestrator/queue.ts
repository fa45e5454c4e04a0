import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
import { SqsQueuePolicy } from '@cdktf/provider-aws/lib/sqs-queue-policy';
import { SqsQueueRedriveAllowPolicy } from '@cdktf/provider-aws/lib/sqs-queue-redrive-allow-policy';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import { policy } from '../shared/policy';
import { deadQueueName, wakeQueueName } from './names';

/** AWS advises at least five. Source: AWS Lambda Developer Guide, "Creating and configuring an Amazon SQS event source mapping". */
const MAX_RECEIVES = 5;

/** Seconds that a message may lie in the dead-letter queue: SQS's longest, 14 days. */
const LONGEST_RETENTION = 1_209_600;

export interface WakeQueueProps {
  readonly prefix: string;
  readonly account: Account;
  /** Seconds that the function has; the queue hides a message twice as long. */
  readonly functionTimeout: number;
}

/** The queue of wake-ups: FIFO, so that a message group has one reader at a time. */
export class WakeQueue extends Construct {
  readonly arn: string;
  /** Name of the queue of messages that nobody could handle. */
  readonly deadName: string;

  constructor(scope: Construct, id: string, props: WakeQueueProps) {
    super(scope, id);
    const { prefix, account } = props;
    const dead = new SqsQueue(this, 'dead', {
      name: deadQueueName(prefix),
      fifoQueue: true,
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: LONGEST_RETENTION,
    });
    const queue = new SqsQueue(this, 'queue', {
      name: wakeQueueName(prefix),
      fifoQueue: true,
      contentBasedDeduplication: true,
      sqsManagedSseEnabled: true,
      // AWS advises six times, for functions that are throttled. Here a hidden message keeps its whole group waiting
      // after a crash, and the sweep brings the next wake-up anyway.
      visibilityTimeoutSeconds: 2 * props.functionTimeout,
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: MAX_RECEIVES }),
    });
    new SqsQueueRedriveAllowPolicy(this, 'dead-from', {
      queueUrl: dead.url,
      redriveAllowPolicy: JSON.stringify({ redrivePermission: 'byQueue', sourceQueueArns: [queue.arn] }),
    });
    const rules = `rule/${resourceName(prefix, [])}-*`;
    new SqsQueuePolicy(this, 'policy', {
      queueUrl: queue.url,
      policy: policy(this, 'senders', [
        {
          sid: 'Rules',
          actions: ['sqs:SendMessage'],
          resources: [queue.arn],
          principals: [{ type: 'Service', identifiers: ['events.amazonaws.com'] }],
          condition: [
            { test: 'ArnLike', variable: 'aws:SourceArn', values: [account.arn('events', rules)] },
            { test: 'StringEquals', variable: 'aws:SourceAccount', values: [account.accountId] },
          ],
        },
      ]),
    });
    this.arn = queue.arn;
    this.deadName = dead.name;
  }
}
