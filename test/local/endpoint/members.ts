/** A value that no answer may repeat but those that are asked for it. */
export const SECRET = 'hunter2-hunter2-hunter2';

/**
 * Every member that some operation knows, with a value that is right for it. Members that no call may have together are in
 * sets of their own.
 */
export const MEMBERS: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>> = {
  secretsmanager: [
    {
      SecretId: 'db',
      Name: 'db',
      SecretString: SECRET,
      ClientRequestToken: 'a'.repeat(36),
      VersionStages: ['AWSCURRENT'],
      VersionStage: 'AWSCURRENT',
      VersionId: 'a'.repeat(36),
      MoveToVersionId: 'a'.repeat(36),
      RemoveFromVersionId: 'a'.repeat(36),
      IncludeDeprecated: true,
      Description: 'a',
      KmsKeyId: 'alias/a',
      RotationRules: { ScheduleExpression: 'rate(10 days)', Duration: '2h' },
      RotationLambdaARN: 'arn:aws:lambda:eu-central-1:123456789012:function:f',
      Tags: [{ Key: 'a', Value: 'b' }],
      Filters: [{ Key: 'name', Values: ['db'] }],
      ResourcePolicy: '{}',
      MaxResults: 5,
    },
  ],
  ssm: [
    {
      Name: '/a',
      Names: ['/a'],
      Value: SECRET,
      Type: 'String',
      Path: '/',
      Overwrite: true,
      AllowedPattern: '.*',
      Description: 'a',
      Tier: 'Standard',
      ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: ['/a'] }],
    },
    {
      Name: '/a',
      Value: SECRET,
      Type: 'SecureString',
      ResourceType: 'Parameter',
      ResourceId: '/a',
      Tags: [{ Key: 'a', Value: 'b' }],
      TagKeys: ['a'],
    },
  ],
  ecs: [
    {
      cluster: 'main',
      clusters: ['main'],
      clusterName: 'main',
      service: 'web',
      services: ['web'],
      serviceName: 'web',
      family: 'app',
      taskDefinition: 'app:1',
      desiredCount: 0,
      containerDefinitions: [{ name: 'app', image: 'app', secrets: [{ name: 'A', valueFrom: 'arn:x' }] }],
      tasks: ['t'],
      tags: [{ key: 'a', value: 'b' }],
      resourceArn: 'arn:aws:ecs:eu-central-1:123456789012:cluster/main',
      deploymentConfiguration: { minimumHealthyPercent: 100, maximumPercent: 200 },
    },
  ],
  events: [
    {
      Name: 'r',
      Rule: 'r',
      EventPattern: '{"source":["a"]}',
      ScheduleExpression: 'rate(5 minutes)',
      Targets: [{ Id: '1', Arn: 'arn:aws:sqs:eu-central-1:123456789012:q', Input: '{}' }],
      Ids: ['1'],
      Entries: [{ Source: 'a', DetailType: 'b', Detail: '{"a":1}', Time: 1_700_000_000 }],
      Tags: [{ Key: 'a', Value: 'b' }],
      TagKeys: ['a'],
      ResourceARN: 'arn:aws:events:eu-central-1:123456789012:rule/r',
      Event: '{"source":"a"}',
    },
  ],
  sqs: [
    {
      QueueName: 'q',
      QueueUrl: 'http://localhost/123456789012/q',
      Attributes: { VisibilityTimeout: '30' },
      tags: { a: 'b' },
      Tags: { a: 'b' },
      TagKeys: ['a'],
      MessageBody: 'hello',
      MessageAttributes: { a: { DataType: 'String', StringValue: 'b' } },
      Entries: [{ Id: '1', MessageBody: 'hello', ReceiptHandle: 'r' }],
      ReceiptHandle: 'r',
      MaxNumberOfMessages: 1,
      WaitTimeSeconds: 0,
      VisibilityTimeout: 0,
      AttributeNames: ['All'],
    },
  ],
};
/** Operations of SQS, and names that every object has. */
export const SQS_OPERATIONS = [
  ...['CreateQueue', 'GetQueueUrl', 'ListQueues', 'DeleteQueue', 'PurgeQueue', 'GetQueueAttributes'],
  ...['SetQueueAttributes', 'TagQueue', 'UntagQueue', 'ListQueueTags', 'SendMessage', 'SendMessageBatch'],
  ...['DeleteMessage', 'DeleteMessageBatch', 'ChangeMessageVisibility', 'ChangeMessageVisibilityBatch'],
  ...['ReceiveMessage', 'ListDeadLetterSourceQueues', 'toString', 'constructor', '__proto__'],
];
/** What stands before the operation in X-Amz-Target. */
export const TARGETS: Readonly<Record<string, string>> = {
  secretsmanager: 'secretsmanager',
  ssm: 'AmazonSSM',
  ecs: 'AmazonEC2ContainerServiceV20141113',
  events: 'AWSEvents',
  sqs: 'AmazonSQS',
};
const LAMBDA = '/2015-03-31';
/** Routes of Lambda with a body, and paths that are no path. */
export const LAMBDA_ROUTES = [
  ['POST', `${LAMBDA}/functions`],
  ['PUT', `${LAMBDA}/functions/f/configuration`],
  ['PUT', `${LAMBDA}/functions/f/code`],
  ['POST', `${LAMBDA}/functions/f/policy`],
  ['PUT', `${LAMBDA}/functions/f/concurrency`],
  ['PUT', `${LAMBDA}/functions/f/event-invoke-config`],
  ['POST', `${LAMBDA}/event-source-mappings`],
  ['POST', `${LAMBDA}/tags/arn:aws:lambda:eu-central-1:123456789012:function:f`],
  ['GET', `${LAMBDA}/functions/%`],
  ['GET', `${LAMBDA}/functions/%E0%A4%A/policy`],
  ['GET', `${LAMBDA}/functions/..%2f..%2fetc/configuration`],
] as const;
/** Every member that some operation of Lambda knows. */
export const FUNCTION = {
  FunctionName: 'f',
  Runtime: 'nodejs22.x',
  Handler: 'index.handler',
  Role: 'arn:aws:iam::123456789012:role/r',
  Timeout: 3,
  Environment: { Variables: { A: 'b' } },
  VpcConfig: { SubnetIds: ['s'] },
  Layers: ['l'],
  LoggingConfig: { LogFormat: 'JSON' },
  Tags: { a: 'b' },
  Code: { ZipFile: 'UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==' },
  StatementId: 's',
  Action: 'lambda:InvokeFunction',
  Principal: 'events.amazonaws.com',
  EventSourceArn: 'arn:aws:sqs:eu-central-1:123456789012:q',
  ScalingConfig: { MaximumConcurrency: 2 },
};
