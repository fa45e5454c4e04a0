import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  metricDimensions,
  ORCHESTRATOR_METRICS,
  ROTATOR_METRICS,
  type MetricService,
  type OrchestratorMetric,
  type RotatorMetric,
} from '../../lambda-src/contract/metrics';
import { resourceName } from '../shared/naming';

/** CloudWatch's limit on an alarm's name, in characters. */
const LONGEST_NAME = 255;

/** Seconds over which occurrences are summed. */
const PERIOD = 300;

/** What each metric means and where to look first; it is read at night. */
const MEANINGS: Readonly<Record<RotatorMetric | OrchestratorMetric, string>> = {
  RotationRefused:
    'A rotation was refused before any effect. The log of the rotator names clause and offenders.',
  RotationFailed: 'A step of a rotation failed; Secrets Manager repeats it. The log of the rotator says why.',
  RolloutReverted:
    'A rollout failed; consumers are going back to the former user. The evidence parameter says why.',
  RolloutHalted:
    'A rollout needs a person. The record parameter holds phase and reason; resume when it is mended.',
  VersionRejected: 'A value that was to become active does not log in, and was rejected.',
  DrainOverdue: 'Old tasks still use the former user long after the flip. Nothing is reverted for this.',
  FlipBlocked: 'A rollout is due and may not begin. The log of the orchestrator says what is in its way.',
  DatabaseUnreachable: 'The database, or the rotator on the way to it, does not answer; Tandem waits for it.',
  ConsumerMissing: 'A service in the configuration does not exist or is inactive.',
  RecordMissing: 'There are values but no readable record: restore it from the history of its parameter.',
  LookFailed:
    'The orchestrator could not look or act; it tries again at every wake-up. Its log says what failed.',
};

export interface AlarmsProps {
  readonly prefix: string;
  /** Names of the credentials. */
  readonly credentials: readonly string[];
  /** Name of the queue of messages that nobody could handle. */
  readonly deadLetterQueue: string;
  /** SNS topic that is told. */
  readonly topicArn: string;
}

/** An alarm for everything that a person should know of. */
export class Alarms extends Construct {
  readonly arns: readonly string[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.arns = [
      ...props.credentials.flatMap((credential) => [
        ...ROTATOR_METRICS.map((metric) => this.counted(props, credential, 'rotator', metric)),
        ...ORCHESTRATOR_METRICS.map((metric) => this.counted(props, credential, 'orchestrator', metric)),
      ]),
      this.deadLetters(props),
    ];
  }

  private counted(
    { prefix, topicArn }: AlarmsProps,
    credential: string,
    service: MetricService,
    metric: RotatorMetric | OrchestratorMetric,
  ): string {
    return new CloudwatchMetricAlarm(this, `${credential}-${metric}`, {
      ...common(topicArn),
      alarmName: resourceName(prefix, [credential, metric], LONGEST_NAME),
      alarmDescription: `${credential} of ${prefix}: ${MEANINGS[metric]}`,
      namespace: METRIC_NAMESPACE,
      metricName: metric,
      dimensions: { ...metricDimensions(prefix, service, credential) },
      statistic: 'Sum',
    }).arn;
  }

  private deadLetters({ prefix, deadLetterQueue, topicArn }: AlarmsProps): string {
    return new CloudwatchMetricAlarm(this, 'dead-letters', {
      ...common(topicArn),
      alarmName: resourceName(prefix, ['dead-letters'], LONGEST_NAME),
      alarmDescription: `${prefix}: wake-ups that failed again and again. The log of the orchestrator says why.`,
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: deadLetterQueue },
      statistic: 'Maximum',
    }).arn;
  }
}

/** No news is good news: nothing is counted while nothing happens. There is no OK action, for a silence resolves nothing. */
function common(topicArn: string) {
  return {
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    period: PERIOD,
    evaluationPeriods: 1,
    treatMissingData: 'notBreaching',
    alarmActions: [topicArn],
  };
}
