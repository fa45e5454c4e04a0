import { AwsError } from '../../../local/endpoint/seams';
import { DEAD, emit, FUNCTION, handle, onEcs, QUEUE, rule, start } from './support';

describe('an event', () => {
  it('reaches the functions and queues of the rules that match it, with its id, time, account and region', async () => {
    const setup = start();
    await rule(
      setup,
      onEcs,
      { Id: 'f', Arn: FUNCTION },
      { Id: 'q', Arn: QUEUE, SqsParameters: { MessageGroupId: 'g' } },
    );
    emit(setup);
    setup.bridge.emit({ source: 'aws.s3', detailType: 'T', resources: [], detail: {} });
    expect(setup.invoked).toEqual([]);
    setup.pass(0);
    const event = {
      version: '0',
      id: 'id-1',
      'detail-type': 'T',
      source: 'aws.ecs',
      account: '123456789012',
      time: '2026-01-01T00:00:00Z',
      region: 'eu-west-1',
      resources: ['arn:s'],
      detail: { a: 1 },
    };
    expect(setup.invoked).toEqual([event]);
    expect(setup.sent).toEqual([{ queueArn: QUEUE, body: JSON.stringify(event), groupId: 'g' }]);
  });

  it.each([
    ['a constant', { Input: '{"x":1}' }, '{"x":1}'],
    ['a part of it', { InputPath: '$.detail.list[1]' }, '{"k":"v"}'],
    [
      'a template with values in text and by themselves',
      {
        InputTransformer: {
          InputPathsMap: { n: '$.detail.n', q: '$.detail.q' },
          InputTemplate: '{"n":<n>,"text":"<n> <q>","q":<q>}',
        },
      },
      '{"n":7,"text":"7 \\"x\\"","q":"\\"x\\""}',
    ],
    [
      'a template with reserved variables',
      {
        InputTransformer: {
          InputTemplate:
            '{"id":"<aws.events.event.id>","rule":<aws.events.rule-name>,"at":"<aws.events.event.ingestion-time>"}',
        },
      },
      '{"id":"id-1","rule":"r","at":"2026-01-01T00:00:00Z"}',
    ],
  ])('is turned into %s', async (_sentence, input, expected) => {
    const setup = start();
    await rule(setup, onEcs, { Id: 'q', Arn: QUEUE, SqsParameters: { MessageGroupId: 'g' }, ...input });
    emit(setup, { n: 7, q: '"x"', list: [0, { k: 'v' }] });
    setup.pass(0);
    expect(setup.sent[0]?.body).toBe(expected);
  });

  it('is tried again with growing waits until the target takes it', async () => {
    const setup = start();
    await rule(setup, onEcs, { Id: 'q', Arn: QUEUE, SqsParameters: { MessageGroupId: 'g' } });
    setup.faults.queue = new AwsError('ServiceUnavailable', 'not now', 503);
    emit(setup);
    setup.pass(1000);
    setup.faults.queue = undefined;
    setup.pass(399);
    expect(setup.sent).toEqual([]);
    setup.pass(1);
    expect(setup.sent).toHaveLength(1);
  });

  it('goes to the dead-letter queue when its attempts are used up', async () => {
    const setup = start();
    const RetryPolicy = { MaximumRetryAttempts: 2 };
    const more = { RetryPolicy, DeadLetterConfig: { Arn: DEAD }, SqsParameters: { MessageGroupId: 'g' } };
    await rule(setup, onEcs, { Id: 'q', Arn: QUEUE, ...more });
    setup.faults.queue = new AwsError('ServiceUnavailable', 'not now', 503);
    emit(setup);
    setup.pass(10_000);
    expect(setup.sent.map(({ queueArn }) => queueArn)).toEqual([DEAD]);
    expect(setup.log).toEqual([`event id-1 did not reach ${QUEUE} in 3 attempt(s): not now`]);
  });

  it('is not delivered to a function without permission, and not tried again', async () => {
    const setup = start();
    await rule(setup, onEcs, { Id: 'f', Arn: FUNCTION, DeadLetterConfig: { Arn: DEAD } });
    setup.faults.allowed = false;
    emit(setup);
    setup.pass(0);
    expect(setup.invoked).toEqual([]);
    expect(setup.sent.map(({ queueArn }) => queueArn)).toEqual([DEAD]);
  });

  it.each([
    ['dropped', 'drop' as const, 0, 0],
    ['delivered twice', 'duplicate' as const, 2, 2],
    ['late', { delayMs: 500 }, 0, 1],
  ])('may be %s by a fault', async (_sentence, fate, atOnce, later) => {
    const setup = start();
    await rule(setup, onEcs, { Id: 'f', Arn: FUNCTION });
    setup.faults.fate = fate;
    emit(setup);
    setup.pass(0);
    expect(setup.invoked).toHaveLength(atOnce);
    setup.pass(500);
    expect(setup.invoked).toHaveLength(later);
  });

  it('is delivered no more after close()', async () => {
    const setup = start();
    await rule(setup, onEcs, { Id: 'f', Arn: FUNCTION });
    emit(setup);
    await setup.bridge.close();
    setup.pass(1000);
    expect(setup.invoked).toEqual([]);
  });
});

describe('a schedule', () => {
  const every5 = { ScheduleExpression: 'rate(5 minutes)' };

  it('fires again and again, with an event of its own', async () => {
    const setup = start();
    await rule(setup, every5, { Id: 'f', Arn: FUNCTION });
    setup.pass(299_999);
    expect(setup.invoked).toEqual([]);
    setup.pass(300_001);
    expect(setup.invoked).toMatchObject([
      {
        'detail-type': 'Scheduled Event',
        source: 'aws.events',
        resources: ['arn:aws:events:eu-west-1:123456789012:rule/r'],
        time: '2026-01-01T00:05:00Z',
      },
      { time: '2026-01-01T00:10:00Z' },
    ]);
  });

  it('of a kind rate() fires as often as a drill sets', async () => {
    const setup = start({ rateEveryMs: 1000 });
    await rule(setup, every5, { Id: 'f', Arn: FUNCTION });
    setup.pass(3000);
    expect(setup.invoked).toHaveLength(3);
  });

  it('fires at a time further away than a timer of Node can wait', async () => {
    const setup = start();
    await rule(setup, { ScheduleExpression: 'cron(0 0 1 3 ? *)' }, { Id: 'f', Arn: FUNCTION });
    setup.pass(59 * 86_400_000);
    expect(setup.invoked).toMatchObject([{ time: '2026-03-01T00:00:00Z' }]);
  });

  it('rests while its rule is disabled or gone', async () => {
    const setup = start();
    await rule(setup, every5, { Id: 'f', Arn: FUNCTION });
    await handle(setup, 'DisableRule', { Name: 'r' });
    setup.pass(600_000);
    await handle(setup, 'EnableRule', { Name: 'r' });
    await handle(setup, 'RemoveTargets', { Rule: 'r', Ids: ['f'] });
    await handle(setup, 'DeleteRule', { Name: 'r' });
    setup.pass(600_000);
    expect(setup.invoked).toEqual([]);
  });
});
