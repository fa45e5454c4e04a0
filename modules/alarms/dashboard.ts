import { CloudwatchDashboard } from '@cdktf/provider-aws/lib/cloudwatch-dashboard';
import { Construct } from 'constructs';
import {
  METRIC_NAMESPACE,
  metricDimensions,
  ORCHESTRATOR_METRICS,
  ROTATOR_METRICS,
  type MetricService,
} from '../../lambda-src/contract/metrics';
import { resourceName } from '../shared/naming';

/** CloudWatch's grid is 24 columns wide. */
const WIDTH = 24;
const HEIGHT = 6;

export interface DashboardProps {
  readonly prefix: string;
  readonly region: string;
  /** Names of the credentials. */
  readonly credentials: readonly string[];
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
  const counted = (service: MetricService, names: readonly string[], credential: string) =>
    names.map((name) => [
      METRIC_NAMESPACE,
      name,
      ...Object.entries(metricDimensions(prefix, service, credential)).flat(),
    ]);
  const functions = functionNames.flatMap((name) => [
    ['AWS/Lambda', 'Invocations', 'FunctionName', name],
    ['AWS/Lambda', 'Errors', 'FunctionName', name],
  ]);
  const dead = ['AWS/SQS', 'ApproximateNumberOfMessagesVisible', 'QueueName', deadLetterQueue];
  return [
    { type: 'alarm', ...place(0, 0, WIDTH), properties: { title: `Alarms of ${prefix}`, alarms: alarmArns } },
    ...credentials.flatMap((credential, index) => [
      graph(
        props,
        place(index + 1, 0),
        `${credential}: rotations`,
        counted('rotator', ROTATOR_METRICS, credential),
      ),
      graph(
        props,
        place(index + 1, WIDTH / 2),
        `${credential}: rollouts`,
        counted('orchestrator', ORCHESTRATOR_METRICS, credential),
      ),
    ]),
    graph(props, place(credentials.length + 1, 0), 'Functions', functions),
    graph(props, place(credentials.length + 1, WIDTH / 2), 'Wake-ups that nobody could handle', [dead]),
  ];
}

function place(row: number, x: number, width = WIDTH / 2) {
  return { x, y: row * HEIGHT, width, height: HEIGHT };
}

function graph(
  { region }: DashboardProps,
  position: ReturnType<typeof place>,
  title: string,
  metrics: unknown[],
): unknown {
  return {
    type: 'metric',
    ...position,
    properties: { title, region, metrics, stat: 'Sum', period: 300, view: 'timeSeries' },
  };
}
