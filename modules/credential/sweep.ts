import { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { Construct } from 'constructs';
import { resourceName } from '../shared/naming';
import { wakeTarget, type Woken } from './wake-target';

/** A rule has five targets at most. Source: Amazon EventBridge User Guide, "Quotas". */
const TARGETS_PER_RULE = 5;

export interface SweepProps {
  /** The installation's path. */
  readonly prefix: string;
  readonly credentials: readonly Woken[];
  /** ARN of the FIFO queue. */
  readonly queueArn: string;
  /** Minutes between two looks that nothing caused. */
  readonly minutes: number;
}

/** The timed look at every credential: five share a rule, and each is woken in its own message group. */
export class Sweep extends Construct {
  constructor(scope: Construct, id: string, props: SweepProps) {
    super(scope, id);
    const { prefix, credentials, queueArn, minutes } = props;
    for (let first = 0; first < credentials.length; first += TARGETS_PER_RULE) {
      const number = String(first / TARGETS_PER_RULE + 1);
      const rule = new CloudwatchEventRule(this, number, {
        name: resourceName(prefix, ['sweep', number]),
        description: 'Lets the orchestrator look at credentials although nothing happened',
        scheduleExpression: `rate(${minutes} ${minutes === 1 ? 'minute' : 'minutes'})`,
      });
      for (const wakes of credentials.slice(first, first + TARGETS_PER_RULE)) {
        wakeTarget(this, `${wakes.name}-target`, { rule, queueArn, cause: 'sweep', wakes });
      }
    }
  }
}
