import {
  DeleteRuleCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  ListRuleNamesByTargetCommand,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  TestEventPatternCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import { startEndpoint } from '../../../local/endpoint/server';
import { FUNCTION, onEcs, place, QUEUE, start } from './support';

describe('the API, through the AWS SDK', () => {
  const setup = start();
  let endpoint: Awaited<ReturnType<typeof startEndpoint>>;
  let client: EventBridgeClient;
  beforeAll(async () => {
    const { clock } = setup;
    endpoint = await startEndpoint({ services: { events: setup.bridge }, place, clock });
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    client = new EventBridgeClient({
      endpoint: endpoint.url,
      region: place.region,
      credentials,
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await endpoint.close();
  });

  it('keeps rules, targets and tags as Terraform reads them', async () => {
    const Name = 'kept';
    const Tags = [{ Key: 'a', Value: '1' }];
    const { RuleArn: ResourceARN = '' } = await client.send(
      new PutRuleCommand({ Name, ...onEcs, Description: 'd', Tags }),
    );
    expect(await client.send(new DescribeRuleCommand({ Name }))).toMatchObject({
      Name,
      Arn: 'arn:aws:events:eu-west-1:123456789012:rule/kept',
      EventPattern: onEcs.EventPattern,
      State: 'ENABLED',
      Description: 'd',
      EventBusName: 'default',
    });
    const target = {
      Id: 't',
      Arn: QUEUE,
      SqsParameters: { MessageGroupId: 'g' },
      RetryPolicy: { MaximumRetryAttempts: 3 },
    };
    await client.send(new PutTargetsCommand({ Rule: Name, Targets: [target] }));
    expect((await client.send(new ListTargetsByRuleCommand({ Rule: Name }))).Targets).toEqual([target]);
    const byTarget = await client.send(new ListRuleNamesByTargetCommand({ TargetArn: QUEUE }));
    expect(byTarget.RuleNames).toEqual([Name]);
    await client.send(new TagResourceCommand({ ResourceARN, Tags: [{ Key: 'b', Value: '2' }] }));
    await client.send(new UntagResourceCommand({ ResourceARN, TagKeys: ['a'] }));
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceARN }));
    expect(tags.Tags).toEqual([{ Key: 'b', Value: '2' }]);
    await client.send(new DisableRuleCommand({ Name }));
    const listed = await client.send(new ListRulesCommand({ NamePrefix: 'ke' }));
    expect(listed.Rules).toMatchObject([{ Name, State: 'DISABLED' }]);
    await client.send(new EnableRuleCommand({ Name }));
    await expect(client.send(new DeleteRuleCommand({ Name }))).rejects.toThrow(
      "Rule can't be deleted since it has targets.",
    );
    await client.send(new RemoveTargetsCommand({ Rule: Name, Ids: ['t'] }));
    await client.send(new DeleteRuleCommand({ Name }));
    await expect(client.send(new DescribeRuleCommand({ Name }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });

  it('takes events of applications and refuses those that only AWS sends', async () => {
    await client.send(new PutRuleCommand({ Name: 'mine', EventPattern: '{"source":["my.app"]}' }));
    await client.send(new PutTargetsCommand({ Rule: 'mine', Targets: [{ Id: 'f', Arn: FUNCTION }] }));
    const entry = {
      Source: 'my.app',
      DetailType: 'T',
      Detail: '{"a":1}',
      Time: new Date('2025-01-01T00:00:00Z'),
    };
    const Entries = [entry, { ...entry, Source: 'aws.ecs' }, { ...entry, Detail: 'x' }];
    const result = await client.send(new PutEventsCommand({ Entries }));
    expect(result.FailedEntryCount).toBe(2);
    expect(result.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      'NotAuthorizedForSourceException',
      'MalformedDetail',
    ]);
    setup.pass(0);
    expect(setup.invoked).toMatchObject([
      { source: 'my.app', detail: { a: 1 }, time: '2025-01-01T00:00:00Z' },
    ]);
  });

  it('tests patterns and describes the default bus', async () => {
    const test = { EventPattern: '{"source":["x"]}', Event: '{"source":"x"}' };
    expect((await client.send(new TestEventPatternCommand(test))).Result).toBe(true);
    const bus = await client.send(new DescribeEventBusCommand({}));
    expect(bus.Arn).toBe('arn:aws:events:eu-west-1:123456789012:event-bus/default');
  });

  it.each([
    [
      'a FIFO queue without a group',
      { Id: 't', Arn: QUEUE },
      'SqsParameters.MessageGroupId must be specified',
    ],
    [
      'a service that is not served',
      { Id: 't', Arn: 'arn:aws:sns:x:1:t' },
      'delivers to Lambda and SQS only',
    ],
    ['two inputs', { Id: 't', Arn: FUNCTION, Input: '1', InputPath: '$.id' }, 'Only one of Input'],
    [
      'a template that asks for what it is not given',
      { Id: 't', Arn: FUNCTION, InputTransformer: { InputTemplate: '"<x>"' } },
      '<x> is not in InputPathsMap',
    ],
  ])('refuses a target: %s', async (_case, target, message) => {
    await client.send(new PutRuleCommand({ Name: 'refusing', ...onEcs }));
    const command = new PutTargetsCommand({ Rule: 'refusing', Targets: [target] });
    await expect(client.send(command)).rejects.toThrow(message);
  });

  it('refuses a pattern that is not valid', async () => {
    const command = new PutRuleCommand({ Name: 'bad', EventPattern: '{"source":"x"}' });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'InvalidEventPatternException' });
  });
});
