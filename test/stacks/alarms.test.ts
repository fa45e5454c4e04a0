import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { PowertoolsTelemetry } from '../../lambda-src/adapters/powertools/telemetry';
import {
  metricOptions,
  ORCHESTRATOR_METRICS,
  ROTATOR_METRICS,
  type MetricService,
} from '../../lambda-src/contract/metrics';
import { example, synthesize } from './support/synthesis';

const { rotation } = synthesize();
const alarms = rotation.resources('aws_cloudwatch_metric_alarm');
const topic = '${aws_sns_topic.alarm-topic_topic.arn}';

/** What a function really writes when it counts: CloudWatch makes the metric of it. */
function counted(service: MetricService, metric: string): Record<string, unknown> {
  const written = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const metrics = new Metrics(metricOptions('tandem/test', service));
    new PowertoolsTelemetry(new Logger(), metrics).count(metric, 'app');
    return JSON.parse(String(written.mock.calls[0]?.[0])) as Record<string, unknown>;
  } finally {
    written.mockRestore();
  }
}

describe('the alarms', () => {
  const all = [
    ...ROTATOR_METRICS.map((metric) => ['rotator', metric] as const),
    ...ORCHESTRATOR_METRICS.map((metric) => ['orchestrator', metric] as const),
  ];

  it.each(all)(
    'watch what the %s counts as %s, in the very dimensions it counts under',
    (service, metric) => {
      const alarm = alarms.get(`alarms_app-${metric}`);
      const line = counted(service, metric);
      const [directive] = (line['_aws'] as { CloudWatchMetrics: Record<string, unknown>[] })
        .CloudWatchMetrics;
      const dimensions = alarm?.['dimensions'] as Record<string, string>;
      expect(alarm).toMatchObject({ namespace: directive?.['Namespace'], metric_name: metric });
      expect(line).toMatchObject({ ...dimensions, [metric]: 1 });
      expect((directive?.['Dimensions'] as string[][]).map((names) => [...names].sort())).toEqual([
        Object.keys(dimensions).sort(),
      ]);
    },
  );

  it('go off at one occurrence, stay silent while nothing is counted, and say what to do', () => {
    for (const alarm of alarms.values()) {
      expect(alarm).toMatchObject({
        comparison_operator: 'GreaterThanThreshold',
        threshold: 0,
        evaluation_periods: 1,
        treat_missing_data: 'notBreaching',
        alarm_actions: [topic],
      });
      expect(String(alarm['alarm_name'])).toMatch(/^tandem-test-/);
      expect(String(alarm['alarm_description'])).toMatch(/tandem\/test: \S+ .+\.$/);
    }
    expect(alarms.size).toBe(all.length + 1);
  });

  it('go off when a wake-up lands in the dead-letter queue', () => {
    expect(alarms.get('alarms_dead-letters')).toMatchObject({
      namespace: 'AWS/SQS',
      metric_name: 'ApproximateNumberOfMessagesVisible',
      statistic: 'Maximum',
      dimensions: { QueueName: '${aws_sqs_queue.orchestrator_wake-ups_dead.name}' },
    });
  });

  it('are there for each credential', () => {
    const input = example((it) => {
      it.credentials['reports'] = { consumers: [{ service: 'web', variable: 'REPORTS_URL' }] };
    });
    const watched = [...synthesize(input).rotation.resources('aws_cloudwatch_metric_alarm').values()]
      .filter(({ metric_name: name }) => name === 'RolloutHalted')
      .map(({ dimensions }) => (dimensions as Record<string, string>)['credential']);
    expect(watched).toEqual(['app', 'reports']);
  });

  it('tell a topic that only alarms of this installation publish to', () => {
    expect(rotation.statements('alarm-topic_publishers')).toEqual([
      {
        sid: 'Alarms',
        actions: ['sns:Publish'],
        resources: [topic],
        principals: [{ type: 'Service', identifiers: ['cloudwatch.amazonaws.com'] }],
        condition: [
          { test: 'ArnLike', variable: 'aws:SourceArn', values: ['cloudwatch:alarm:tandem-test-*'] },
          {
            test: 'StringEquals',
            variable: 'aws:SourceAccount',
            values: ['${data.aws_caller_identity.account_caller.account_id}'],
          },
        ],
      },
    ]);
  });

  it('tell a given topic, and then none is made', () => {
    const given = 'arn:aws:sns:eu-central-1:111122223333:on-call';
    const { rotation: told } = synthesize(example((it) => void (it.alarms = { topicArn: given })));
    expect(told.resource('aws_cloudwatch_metric_alarm', 'alarms_dead-letters')['alarm_actions']).toEqual([
      given,
    ]);
    expect(told.resources('aws_sns_topic').size).toBe(0);
  });

  it('send mails to those who asked for them', () => {
    const { rotation: mailed } = synthesize(
      example((it) => void (it.alarms = { emails: ['on-call@example.com'] })),
    );
    expect(mailed.resource('aws_sns_topic_subscription', 'alarm-topic_email-1')).toMatchObject({
      topic_arn: topic,
      protocol: 'email',
      endpoint: 'on-call@example.com',
    });
  });
});

describe('the dashboard', () => {
  interface Widget {
    readonly type: string;
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly properties: { readonly metrics?: unknown[][]; readonly alarms?: string[] };
  }
  const { widgets } = JSON.parse(
    String(rotation.resource('aws_cloudwatch_dashboard', 'dashboard_dashboard')['dashboard_body']),
  ) as { widgets: Widget[] };

  /** [a, 1, b, 2] as {a: 1, b: 2}. */
  const asObject = (pairs: readonly unknown[]) =>
    Object.fromEntries(
      pairs.flatMap((key, index) => (index % 2 === 0 ? [[String(key), pairs[index + 1]]] : [])),
    );

  it('shows every alarm, and every metric in the dimensions of its alarm', () => {
    expect(widgets[0]?.properties.alarms).toHaveLength(alarms.size);
    const shown = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .map(([namespace, name, ...pairs]) => [namespace, name, asObject(pairs)]);
    for (const { namespace, metric_name: name, dimensions } of alarms.values()) {
      expect(shown).toContainEqual([namespace, name, dimensions]);
    }
  });

  it('lays its widgets beside each other', () => {
    const places = widgets.map(({ x, y }) => `${x},${y}`);
    expect(new Set(places).size).toBe(places.length);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  it('is not made where nobody wants it', () => {
    const { rotation: plain } = synthesize(example((it) => void (it.alarms = { dashboard: false })));
    expect(plain.resources('aws_cloudwatch_dashboard').size).toBe(0);
  });
});
