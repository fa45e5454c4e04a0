import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  metricDimensions,
  ORCHESTRATOR_METRICS,
  ROTATOR_METRICS,
  type MetricService,
  type OrchestratorGauge,
} from '../../lambda-src/contract/metrics';
import { resourceName } from '../shared/naming';
import type { WatchedCredential } from './alarms';

/** CloudWatch's grid is 24 columns wide. */
const WIDTH = 24;
const HEIGHT = 6;

const SECONDS_PER_DAY = 86_400;

/** An alarm widget shows a hundred at most. Source: CloudWatch API Reference, "Dashboard Body Structure and Syntax". */
const MOST_ALARMS = 100;

export interface DashboardProps {
  readonly prefix: string;
  readonly region: string;
  readonly credentials: readonly WatchedCredential[];
  readonly alarmArns: readonly string[];
  readonly functionNames: readonly string[];
  readonly deadLetterQueue: string;
}

/** One page: alarms above, then a row for each credential, the functions below. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    new CloudwatchDashboard(this, 'dashboard', {
      dashboardName: resourceName(props.prefix, [], 255),
      dashboardBody: JSON.stringify({ widgets: widgets(props) }),
    });
  }
}

function widgets(props: DashboardProps): unknown[] {
  const { prefix, credentials, alarmArns, functionNames, deadLetterQueue } = props;
  const functions = functionNames.flatMap((name) => [
    ['AWS/Lambda', 'Invocations', 'FunctionName', name],
    ['AWS/Lambda', 'Errors', 'FunctionName', name],
  ]);
  const dead = ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', deadLetterQueue];
  const first = Math.ceil(alarmArns.length / MOST_ALARMS);
  const last = first + credentials.length;
  return [
    ...Array.from({ length: first }, (_, index) => ({
      type: 'alarm',
      ...place(index, 0, WIDTH),
      properties: {
        title: `Alarms of ${prefix}${first === 1 ? '' : `, ${index + 1} of ${first}`}`,
        alarms: alarmArns.slice(index * MOST_ALARMS, (index + 1) * MOST_ALARMS),
      },
    })),
    ...credentials.flatMap((credential, index) => row(props, credential, first + index)),
    graph(props, place(last, 0, WIDTH / 2), 'Functions', functions),
    graph(props, place(last, WIDTH / 2, WIDTH / 2), 'Wake-ups that nobody could handle', [dead]),
  ];
}

/** One credential: what was counted, how it stands, and how old its active password is. */
function row(props: DashboardProps, { name, maxAgeDays }: WatchedCredential, at: number): unknown[] {
  const metric = (service: MetricService, metricName: string) => [
    METRIC_NAMESPACE,
    metricName,
    ...Object.entries(metricDimensions(props.prefix, service, name)).flat(),
  ];
  const gauge = (metricName: OrchestratorGauge) => [
    ...metric('orchestrator', metricName),
    { stat: 'Maximum' },
  ];
  const rotations = ROTATOR_METRICS.map((metricName) => metric('rotator', metricName));
  const rollouts = ORCHESTRATOR_METRICS.map((metricName) => metric('orchestrator', metricName));
  const oldest =
    maxAgeDays === undefined ? [] : [{ label: 'maxAgeDays', value: maxAgeDays * SECONDS_PER_DAY }];
  const width = WIDTH / 4;
  return [
    graph(props, place(at, 0, width), `${name}: rotations`, rotations),
    graph(props, place(at, width, width), `${name}: rollouts`, rollouts),
    graph(props, place(at, 2 * width, width), `${name}: halted, a drain overdue, or consumers unregistered`, [
      gauge('RolloutHalted'),
      gauge('DrainOverdue'),
      gauge('UnregisteredConsumers'),
    ]),
    graph(
      props,
      place(at, 3 * width, width),
      `${name}: age of the active password, in seconds`,
      [gauge('PasswordAge')],
      oldest,
    ),
  ];
}

function place(row: number, x: number, width: number) {
  return { x, y: row * HEIGHT, width, height: HEIGHT };
}

/** @param lines horizontal ones, to compare with */
function graph(
  { region }: DashboardProps,
  position: ReturnType<typeof place>,
  title: string,
  metrics: unknown[],
  lines: readonly { readonly label: string; readonly value: number }[] = [],
): unknown {
  const annotations = lines.length === 0 ? {} : { annotations: { horizontal: lines } };
  return {
    type: 'metric',
    ...position,
    properties: { title, region, metrics, stat: 'Sum', period: 300, view: 'timeSeries', ...annotations },
  };
}
