import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { Construct } from 'constructs';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import type { Credential } from './credential';
import { wakePatterns, type EcsService } from './patterns';
import { wakeTarget } from './wake-target';

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
}

/** Every event after which the orchestrator should look at a credential. */
export class WakeUps extends Construct {
  constructor(scope: Construct, id: string, props: WakeUpsProps) {
    super(scope, id);
    const { prefix, account, consumers, queueArn } = props;
    const { name, secrets, parameters } = props.credential;
    const watched = {
      secretArns: [...new Set(Object.values(secrets))],
      parameterArns: parameters.map((parameter) => account.arn('ssm', `parameter${parameter}`)),
    };
    for (const { id: kind, json } of wakePatterns(account, watched, consumers)) {
      const rule = new CloudwatchEventRule(this, kind, {
        name: resourceName(prefix, [name, kind]),
        description: `Lets the orchestrator look at the credential ${name}`,
        eventPattern: json,
      });
      wakeTarget(this, `${kind}-target`, {
        rule,
        queueArn,
        cause: 'event',
        wakes: { name, group: props.group },
      });
    }
  }
}
