import type { CloudwatchEventRule } from '@cdktf/provider-aws/lib/cloudwatch-event-rule';
import { CloudwatchEventTarget } from '@cdktf/provider-aws/lib/cloudwatch-event-target';
import type { Construct } from 'constructs';
import { WAKE_INPUT_PATHS, wakeTemplate, type Wake } from '../../lambda-src/contract/events';

/** A credential to look at. */
export interface Woken {
  readonly name: string;
  /** Its message group. */
  readonly group: string;
}

export interface WakeTargetProps {
  readonly rule: CloudwatchEventRule;
  /** ARN of the FIFO queue. */
  readonly queueArn: string;
  readonly cause: Wake['cause'];
  readonly wakes: Woken;
}

/**
 * Lets a rule wake the orchestrator for a credential. It has no dead-letter queue: a rule accepts only a standard one, and
 * the sweep makes up for a lost wake-up.
 */
export function wakeTarget(scope: Construct, id: string, props: WakeTargetProps): void {
  const { rule, queueArn, cause, wakes } = props;
  new CloudwatchEventTarget(scope, id, {
    rule: rule.name,
    targetId: wakes.name,
    arn: queueArn,
    sqsTarget: { messageGroupId: wakes.group },
    inputTransformer: {
      inputPaths: { ...WAKE_INPUT_PATHS },
      inputTemplate: wakeTemplate(wakes.name, cause),
    },
  });
}
