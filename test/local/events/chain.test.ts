import { CreateEventSourceMappingCommand } from '@aws-sdk/client-lambda';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { randomUUID } from 'node:crypto';
import { createEventBridge } from '../../../local/events/events';
import { createFunction, credentials, place, startLambda, until, type Started } from '../lambda/support';

let started: Started;
beforeAll(async () => {
  started = await startLambda();
});
afterAll(() => started.close());

it('a rule, a FIFO queue and an event source mapping bring an event to a function that runs', async () => {
  const timers = {
    after: (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const bridge = createEventBridge({
    place,
    clock: { now: () => Date.now() },
    timers,
    newId: randomUUID,
    functions: started.lambda,
    queues: started.sqs,
    log: (line) => started.hostLog.push(line),
  });
  const sqs = new SQSClient({ endpoint: started.endpoint.url, region: place.region, credentials });
  const Attributes = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  await sqs.send(new CreateQueueCommand({ QueueName: 'wake.fifo', Attributes }));
  sqs.destroy();
  const EventSourceArn = 'arn:aws:sqs:eu-west-1:123456789012:wake.fifo';
  await createFunction(
    started,
    'look',
    'console.log("looked at " + event.Records.map((r) => JSON.parse(r.body).id));',
  );
  await started.client.send(new CreateEventSourceMappingCommand({ FunctionName: 'look', EventSourceArn }));
  const handle = (operation: string, input: Record<string, unknown>) =>
    bridge.handle({ operation, input, caller: { accessKeyId: 'test' } });
  await handle('PutRule', { Name: 'r', EventPattern: '{"source":["aws.secretsmanager"]}' });
  const target = {
    Id: 'q',
    Arn: EventSourceArn,
    SqsParameters: { MessageGroupId: 'credential' },
    InputTransformer: { InputTemplate: '{"id":"<aws.events.event.id>"}' },
  };
  await handle('PutTargets', { Rule: 'r', Targets: [target] });
  for (let event = 0; event < 3; event += 1) {
    bridge.emit({
      source: 'aws.secretsmanager',
      detailType: 'Secret Label Updated',
      resources: [],
      detail: {},
    });
  }
  const seen = () =>
    [...started.lambda.logsOf('look').matchAll(/looked at (.*)/g)].flatMap(([, ids = '']) => ids.split(','));
  await until('all three were looked at', () => seen().length === 3);
  expect(new Set(seen()).size).toBe(3);
  expect(started.hostLog).toEqual([]);
  await bridge.close();
});
