import { PutRuleCommand, PutTargetsCommand, type PutRuleCommandInput } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { WAKE_INPUT_PATHS, wakeTemplate, type Wake } from '../../../lambda-src/contract/events';
import type { Clients, Installation } from './model';

/**
 * The queue of wake-ups and its dead-letter queue.
 * @param hiddenSeconds how long a message that is being worked on is hidden
 */
export async function createQueues(
  { sqs }: Clients,
  hiddenSeconds: number,
): Promise<{ readonly url: string; readonly arn: string }> {
  const fifo = { FifoQueue: 'true', ContentBasedDeduplication: 'true' };
  const dead = await sqs.send(
    new CreateQueueCommand({ QueueName: 'tandem-drill-wake-ups-dead.fifo', Attributes: fifo }),
  );
  const deadArn = await queueArn(sqs, dead.QueueUrl);
  const queue = await sqs.send(
    new CreateQueueCommand({
      QueueName: 'tandem-drill-wake-ups.fifo',
      Attributes: {
        ...fifo,
        VisibilityTimeout: String(hiddenSeconds),
        RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadArn, maxReceiveCount: 5 }),
      },
    }),
  );
  return { url: queue.QueueUrl ?? '', arn: await queueArn(sqs, queue.QueueUrl) };
}

export async function queueArn(sqs: SQSClient, QueueUrl: string | undefined): Promise<string> {
  const answer = await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }));
  return answer.Attributes?.QueueArn ?? '';
}

/** Whom a rule wakes, and in which message group. */
interface Woken {
  readonly credential: string;
  readonly group: string;
}

/** The rules of one credential: what happened to what it is read from, what its consumers deploy, and the sweep. */
export async function createRules(
  clients: Clients,
  queue: string,
  secrets: Installation['secrets'],
  wakes: Woken,
): Promise<void> {
  const read = [...new Set(Object.values(secrets))];
  const arns = read.filter((one) => one.startsWith('arn:'));
  const names = read.filter((one) => !one.startsWith('arn:'));
  const labels = {
    source: ['aws.secretsmanager'],
    'detail-type': ['Secret Label Updated'],
    resources: arns,
  };
  const parameters = {
    source: ['aws.ssm'],
    'detail-type': ['Parameter Store Change'],
    detail: { name: names },
  };
  const deployments = {
    source: ['aws.ecs', 'aws.codedeploy'],
    'detail-type': [
      'ECS Deployment State Change',
      'ECS Task State Change',
      'CodeDeploy Deployment State-change Notification',
    ],
  };
  const rule = (name: string, what: Omit<PutRuleCommandInput, 'Name'>, cause: Wake['cause']) =>
    createRule(clients, queue, { Name: nameOf(name, wakes), ...what }, { ...wakes, cause });
  await rule('labels', { EventPattern: JSON.stringify(labels) }, 'event');
  if (names.length > 0) await rule('parameters', { EventPattern: JSON.stringify(parameters) }, 'event');
  await rule('ecs', { EventPattern: JSON.stringify(deployments) }, 'event');
  await rule('sweep', { ScheduleExpression: 'rate(5 minutes)' }, 'sweep');
}

/** That of a group's first credential goes by the group's name alone. */
function nameOf(rule: string, { credential, group }: Woken): string {
  return `tandem-drill-${rule}${credential === group ? '' : `-${credential}`}`;
}

async function createRule(
  { events }: Clients,
  queue: string,
  rule: PutRuleCommandInput & { readonly Name: string },
  { credential, group, cause }: Woken & { readonly cause: Wake['cause'] },
): Promise<void> {
  await events.send(new PutRuleCommand(rule));
  const target = {
    Id: 'queue',
    Arn: queue,
    SqsParameters: { MessageGroupId: group },
    InputTransformer: { InputPathsMap: WAKE_INPUT_PATHS, InputTemplate: wakeTemplate(credential, cause) },
  };
  await events.send(new PutTargetsCommand({ Rule: rule.Name, Targets: [target] }));
}
