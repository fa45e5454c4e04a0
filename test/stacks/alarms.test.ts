import { described } from '../../modules/alarms/meanings';
import {
  ORCHESTRATOR_GAUGES,
  ORCHESTRATOR_METRICS,
  ROTATOR_METRICS,
} from '../../lambda-src/contract/metrics';
import { beginRotation, emittedBy, meet, ORCHESTRATOR_TROUBLES, type Emitted } from './support/emission';
import { variables } from './support/functions';
import { example, synthesize } from './support/synthesis';

const { rotation } = synthesize(
  example((it) => {
    it.credentials['app'] = { consumers: ['web'], maxAgeDays: 30 };
  }),
);
const alarms = rotation.resources('aws_cloudwatch_metric_alarm');
const topic = '${aws_sns_topic.alarm-topic_topic.arn}';

type Alarm = Readonly<Record<string, unknown>>;

/** Whether an alarm goes off by this. */
function setsOff(alarm: Alarm, { namespace, metric, dimensions, value }: Emitted): boolean {
  const watched = [alarm['namespace'], alarm['metric_name'], sorted(alarm['dimensions'])];
  if (JSON.stringify(watched) !== JSON.stringify([namespace, metric, sorted(dimensions)])) return false;
  return alarm['comparison_operator'] === 'GreaterThanThreshold' && value > Number(alarm['threshold']);
}

function sorted(dimensions: unknown): [string, unknown][] {
  return Object.entries(dimensions as Record<string, unknown>).sort(([a], [b]) => (a < b ? -1 : 1));
}

describe('the alarms', () => {
  it.each(ORCHESTRATOR_TROUBLES.filter((trouble) => trouble !== 'LookMissing'))(
    'have one, %s, that what the orchestrator really writes sets off',
    async (trouble) => {
      const alarm = rotation.resource('aws_cloudwatch_metric_alarm', `alarms_app-${trouble}`);
      const lines = await emittedBy(rotation, 'orchestrator', (telemetry) => meet(trouble, telemetry));
      expect(lines.filter((line) => setsOff(alarm, line))).not.toEqual([]);
      const quiet = await emittedBy(rotation, 'orchestrator', (telemetry) => meet('LookMissing', telemetry));
      expect(quiet.filter((line) => setsOff(alarm, line))).toEqual([]);
    },
  );

  it.each([
    ['RotationRefused', 'blue'],
    ['RotationFailed', 'green'],
  ] as const)('have one, %s, that what the rotator really writes sets off', async (trouble, slot) => {
    const alarm = rotation.resource('aws_cloudwatch_metric_alarm', `alarms_app-${trouble}`);
    const lines = await emittedBy(rotation, 'rotator', (telemetry) =>
      beginRotation(slot, variables(rotation, 'rotator'), telemetry),
    );
    expect(lines).toHaveLength(1);
    expect(lines.filter((line) => setsOff(alarm, line))).toHaveLength(1);
  });

  it('have one that goes off where no look comes to its end for three sweeps', async () => {
    const alarm = rotation.resource('aws_cloudwatch_metric_alarm', 'alarms_app-LookMissing');
    expect(alarm).toMatchObject({
      ...{ statistic: 'SampleCount', comparison_operator: 'LessThanThreshold', threshold: 1 },
      ...{ period: 900, evaluation_periods: 1, treat_missing_data: 'breaching' },
    });
    const any = { ...alarm, comparison_operator: 'GreaterThanThreshold', threshold: -1 };
    const looked = await emittedBy(rotation, 'orchestrator', (telemetry) => meet('LookMissing', telemetry));
    expect(looked.filter((line) => setsOff(any, line))).toHaveLength(1);
    const failed = await emittedBy(rotation, 'orchestrator', (telemetry) => meet('LookFailed', telemetry));
    expect(failed.filter((line) => setsOff(any, line))).toEqual([]);
  });

  it('are there for everything that the functions count or report', () => {
    const metrics = [...alarms.values()].map(({ metric_name: name }) => name);
    for (const metric of [...ROTATOR_METRICS, ...ORCHESTRATOR_METRICS, ...Object.keys(ORCHESTRATOR_GAUGES)]) {
      expect(metrics).toContain(metric);
    }
  });

  it.each([...ROTATOR_METRICS, ...ORCHESTRATOR_METRICS])(
    'go off at one %s, and stay silent while none is counted',
    (metric) => {
      expect(rotation.resource('aws_cloudwatch_metric_alarm', `alarms_app-${metric}`)).toMatchObject({
        ...{ comparison_operator: 'GreaterThanThreshold', threshold: 0, statistic: 'Sum' },
        ...{ evaluation_periods: 1, treat_missing_data: 'notBreaching', alarm_actions: [topic] },
      });
    },
  );

  it.each([
    ['RolloutHalted', 0],
    ['DrainOverdue', 0],
    ['UnregisteredConsumers', 0],
    ['PasswordAge', 30 * 86_400],
  ])('last as long as %s lasts, whenever the next look comes, and tell of its end', (metric, threshold) => {
    expect(rotation.resource('aws_cloudwatch_metric_alarm', `alarms_app-${metric}`)).toMatchObject({
      ...{ comparison_operator: 'GreaterThanThreshold', threshold, statistic: 'Maximum' },
      ...{ evaluation_periods: 1, treat_missing_data: 'ignore', alarm_actions: [topic], ok_actions: [topic] },
    });
  });

  it('say what they mean and what to do first, by a name that a runbook can have', () => {
    for (const [address, { alarm_name: name, alarm_description: description }] of alarms) {
      const kind = address === 'alarms_dead-letters' ? 'DeadLetters' : address.replace('alarms_app-', '');
      expect(String(name)).toMatch(new RegExp(`^tandem-test-.*${kind}$`));
      expect(String(description)).toMatch(
        new RegExp(`^(app of )?tandem/test: ${kind}\\. [A-Z][^]+\\. First: [A-Z][^]+\\.$`),
      );
      // CloudWatch takes 1,024 characters; credential and prefix can have 72 of them.
      expect(String(description).length).toBeLessThan(900);
    }
    expect(described('UnexpectedReader', 'x')).toMatch(/^x: UnexpectedReader\. .+ First: /);
  });

  it('see two sweeps at a time, and none is shorter than five minutes', () => {
    const period = (sweepMinutes: number, kind: string) =>
      synthesize(example((it) => void (it.sweepMinutes = sweepMinutes))).rotation.resource(
        'aws_cloudwatch_metric_alarm',
        `alarms_app-${kind}`,
      )['period'];
    expect([1, 5, 60].map((minutes) => period(minutes, 'RolloutHalted'))).toEqual([300, 600, 7_200]);
    expect([1, 5, 60].map((minutes) => period(minutes, 'LookFailed'))).toEqual([300, 600, 7_200]);
    expect([1, 60].map((minutes) => period(minutes, 'LookMissing'))).toEqual([300, 10_800]);
  });

  it('know of no age that is too old where none is given', () => {
    const { rotation: ageless } = synthesize();
    expect([...ageless.resources('aws_cloudwatch_metric_alarm').keys()]).not.toContain(
      'alarms_app-PasswordAge',
    );
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
      .filter(({ metric_name: name }) => name === 'DrainOverdue')
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
    readonly properties: {
      readonly metrics?: unknown[][];
      readonly alarms?: string[];
      readonly annotations?: { readonly horizontal: unknown[] };
    };
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
      .map(([namespace, name, ...pairs]) => [namespace, name, asObject(pairs.slice(0, 6))]);
    for (const { namespace, metric_name: name, dimensions } of alarms.values()) {
      expect(shown).toContainEqual([namespace, name, dimensions]);
    }
  });

  it('shows states by their worst, and the age of a password beside what it may become', () => {
    const states = widgets
      .flatMap(({ properties }) => properties.metrics ?? [])
      .filter(([, name]) => {
        return Object.keys(ORCHESTRATOR_GAUGES).includes(String(name));
      });
    expect(states.map((metric) => metric.at(-1))).toEqual(states.map(() => ({ stat: 'Maximum' })));
    expect(states).toHaveLength(4);
    expect(widgets.flatMap(({ properties }) => properties.annotations?.horizontal ?? [])).toEqual([
      { label: 'maxAgeDays', value: 30 * 86_400 },
    ]);
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
