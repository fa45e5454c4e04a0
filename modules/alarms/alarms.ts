import { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  metricDimensions,
  ORCHESTRATOR_METRICS,
  ROTATOR_METRICS,
  type MetricService,
  type OrchestratorGauge,
  type OrchestratorMetric,
  type RotatorMetric,
} from '../../lambda-src/contract/metrics';
import { resourceName } from '../shared/naming';
import { described } from './meanings';

/** CloudWatch's limit on an alarm's name, in characters. */
const LONGEST_NAME = 255;

/** The shortest that is worth a look, in seconds. */
const SHORTEST_PERIOD = 300;

const SECONDS_PER_DAY = 86_400;

/** One credential as its alarms know it. */
export interface WatchedCredential {
  readonly name: string;
  /** Days that the active password may be old. @default no alarm for it */
  readonly maxAgeDays?: number;
}

export interface AlarmsProps {
  readonly prefix: string;
  readonly credentials: readonly WatchedCredential[];
  /** Name of the queue of messages that nobody could handle. */
  readonly deadLetterQueue: string;
  /** Minutes between two looks that nothing caused. */
  readonly sweepMinutes: number;
  /** SNS topic that is told. */
  readonly topicArn: string;
}

/** What goes off when, of one metric. */
interface Condition {
  readonly kind: OrchestratorGauge | 'LookMissing';
  readonly metric: OrchestratorGauge;
  readonly statistic: 'Maximum' | 'SampleCount';
  readonly comparisonOperator: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** Seconds. */
  readonly period: number;
  readonly treatMissingData: 'ignore' | 'breaching';
}

/** An alarm for everything that a person should know of. */
export class Alarms extends Construct {
  readonly arns: readonly string[];

  constructor(
    scope: Construct,
    id: string,
    private readonly props: AlarmsProps,
  ) {
    super(scope, id);
    this.arns = [
      ...props.credentials.flatMap((credential) => [
        ...ROTATOR_METRICS.map((metric) => this.counted(credential.name, 'rotator', metric)),
        ...ORCHESTRATOR_METRICS.map((metric) => this.counted(credential.name, 'orchestrator', metric)),
        ...this.conditions(credential).map((condition) => this.lasting(credential.name, condition)),
      ]),
      this.deadLetters(),
    ];
  }

  /**
   * No news is good news: nothing is counted while nothing happens. Conditions that last are counted at every look, so the
   * period holds two sweeps: with one, a look that comes a little late would end the alarm.
   */
  private counted(
    credential: string,
    service: MetricService,
    metric: RotatorMetric | OrchestratorMetric,
  ): string {
    const { prefix, topicArn } = this.props;
    return new CloudwatchMetricAlarm(this, `${credential}-${metric}`, {
      ...common(topicArn),
      alarmName: resourceName(prefix, [credential, metric], LONGEST_NAME),
      alarmDescription: described(metric, `${credential} of ${prefix}`),
      namespace: METRIC_NAMESPACE,
      metricName: metric,
      dimensions: { ...metricDimensions(prefix, service, credential) },
      statistic: 'Sum',
      period: this.sweeps(2),
    }).arn;
  }

  /**
   * A state is reported at every look and lasts until a look reports its end, so missing data changes nothing: that
   * nobody looks any more is an alarm of its own.
   */
  private conditions({ maxAgeDays }: WatchedCredential): Condition[] {
    const above = (metric: OrchestratorGauge, threshold: number): Condition => ({
      kind: metric,
      metric,
      statistic: 'Maximum',
      comparisonOperator: 'GreaterThanThreshold',
      threshold,
      period: this.sweeps(2),
      treatMissingData: 'ignore',
    });
    return [
      above('RolloutHalted', 0),
      above('DrainOverdue', 0),
      above('UnregisteredConsumers', 0),
      ...(maxAgeDays === undefined ? [] : [above('PasswordAge', maxAgeDays * SECONDS_PER_DAY)]),
      {
        kind: 'LookMissing',
        metric: 'RolloutHalted',
        statistic: 'SampleCount',
        comparisonOperator: 'LessThanThreshold',
        threshold: 1,
        period: this.sweeps(3),
        treatMissingData: 'breaching',
      },
    ];
  }

  private lasting(credential: string, { kind, metric, ...condition }: Condition): string {
    const { prefix, topicArn } = this.props;
    return new CloudwatchMetricAlarm(this, `${credential}-${kind}`, {
      ...common(topicArn),
      ...condition,
      alarmName: resourceName(prefix, [credential, kind], LONGEST_NAME),
      alarmDescription: described(kind, `${credential} of ${prefix}`),
      namespace: METRIC_NAMESPACE,
      metricName: metric,
      dimensions: { ...metricDimensions(prefix, 'orchestrator', credential) },
      // What was reported to be wrong can be reported to be mended; of what was only counted, silence says nothing.
      okActions: [topicArn],
    }).arn;
  }

  private deadLetters(): string {
    const { prefix, deadLetterQueue, topicArn } = this.props;
    return new CloudwatchMetricAlarm(this, 'dead-letters', {
      ...common(topicArn),
      alarmName: resourceName(prefix, ['DeadLetters'], LONGEST_NAME),
      alarmDescription: described('DeadLetters', prefix),
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: deadLetterQueue },
      statistic: 'Maximum',
      period: SHORTEST_PERIOD,
    }).arn;
  }

  /** Seconds that hold so many sweeps. */
  private sweeps(count: number): number {
    return Math.max(SHORTEST_PERIOD, count * this.props.sweepMinutes * 60);
  }
}

function common(topicArn: string) {
  return {
    comparisonOperator: 'GreaterThanThreshold',
    threshold: 0,
    evaluationPeriods: 1,
    treatMissingData: 'notBreaching',
    alarmActions: [topicArn],
  };
}
