import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import { Construct } from 'constructs';
import { WAKE_INPUT_PATHS, wakeTemplate, type Wake } from '../../lambda-src/contract/events';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import type { Credential } from './credential';
import { secretPattern, servicePatterns, type EcsService } from './patterns';

export interface WakeUpsProps {
  /** The installation's path. */
  readonly prefix: string;
  readonly account: Account;
  readonly credential: Credential;
  readonly consumers: readonly EcsService[];
  /** Message group of the credential: one writer at a time for all that share a consumer. */
  readonly group: string;
  /** ARN of the FIFO queue. */
  readonly queueArn: string;
  /** Minutes between two looks that nothing caused. */
  readonly sweepMinutes: number;
}

/** Everything after which the orchestrator should look at a credential. */
export class WakeUps extends Construct {
  constructor(scope: Construct, id: string, props: WakeUpsProps) {
    super(scope, id);
    const { credential, account, consumers, sweepMinutes } = props;
    for (const { id: kind, json } of [
      secretPattern(Object.values(credential.secrets)),
      ...servicePatterns(account, consumers),
    ]) {
      this.wake(props, kind, 'event', { eventPattern: json });
    }
    const rate = `rate(${sweepMinutes} ${sweepMinutes === 1 ? 'minute' : 'minutes'})`;
    this.wake(props, 'sweep', 'sweep', { scheduleExpression: rate });
  }

  private wake(
    props: WakeUpsProps,
    kind: string,
    cause: Wake['cause'],
    when: { readonly eventPattern: string } | { readonly scheduleExpression: string },
  ): void {
    const { prefix, credential, group, queueArn } = props;
    const rule = new CloudwatchEventRule(this, kind, {
      name: resourceName(prefix, [credential.name, kind]),
      description: `Lets the orchestrator look at the credential ${credential.name}`,
      ...when,
    });
    // No dead-letter queue: a rule accepts only a standard one, and the sweep makes up for a lost wake-up.
    new CloudwatchEventTarget(this, `${kind}-target`, {
      rule: rule.name,
      targetId: 'orchestrator',
      arn: queueArn,
      sqsTarget: { messageGroupId: group },
      inputTransformer: {
        inputPaths: { ...WAKE_INPUT_PATHS },
        inputTemplate: wakeTemplate(credential.name, cause),
      },
    });
  }
}
