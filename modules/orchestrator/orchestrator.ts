import { LambdaEventSourceMapping } from '@cdktf/provider-aws/lib/lambda-event-source-mapping';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { orchestratorVariables } from '../../lambda-src/contract/environment';
import type { ImportedSecrets } from '../../lambda-src/contract/names';
import { adoptedStatements, type AdoptedSecret } from '../credential/adopted';
import { activeParameterStatements } from '../credential/parameters';
import { parameterArns, secretArns } from '../credential/paths';
import type { EcsService } from '../credential/patterns';
import { TandemFunction, type Zip } from '../function/function';
import type { Account } from '../shared/account';
import { ROTATOR_TIMEOUT } from '../rotator/rotator';
import { resourceName } from '../shared/naming';
import { keyStatement, type Statement } from '../shared/policy';
import { codeDeployStatements } from './code-deploy';
import { serviceStatements } from './services';
import { WakeQueue } from './queue';

/** Seconds: half of an invocation is left to a look, and a look may wait for the rotator. */
const TIMEOUT = 2 * ROTATOR_TIMEOUT;

export interface OrchestratorProps {
  readonly prefix: string;
  /** The secrets that have other names than by convention. */
  readonly importedSecrets: ImportedSecrets;
  readonly account: Account;
  /** Whether there is a credential of one secret, which then is what is rotated. */
  readonly oneSecret: boolean;
  /** Whether there is a credential whose applications read a parameter. */
  readonly parameters: boolean;
  /** Every consumer of every credential. */
  readonly consumers: readonly EcsService[];
  readonly rotator: { readonly arn: string; readonly functionName: string };
  readonly zip: Zip;
  /** Key of the credentials' secrets. */
  readonly kmsKeyArn: string;
  /** Active secrets that were there before. */
  readonly adopted: readonly AdoptedSecret[];
  /** Days. */
  readonly logRetention: number;
  /** Key of its log. */
  readonly logKeyArn: string;
}

/** The function that moves consumers onto the new credential, and the queue that wakes it. */
export class Orchestrator extends Construct {
  readonly queueArn: string;
  readonly roleArn: string;
  readonly functionName: string;
  /** Name of the queue of wake-ups that nobody could handle. */
  readonly deadLetterQueue: string;
  private readonly lambda: TandemFunction;

  constructor(scope: Construct, id: string, props: OrchestratorProps) {
    super(scope, id);
    const { prefix, account, rotator } = props;
    const queue = new WakeQueue(this, 'wake-ups', { prefix, account, functionTimeout: TIMEOUT });
    this.lambda = new TandemFunction(this, 'function', {
      name: resourceName(prefix, ['orchestrator']),
      description: 'Moves ECS services onto rotated credentials, and back where they fail',
      zip: props.zip,
      environment: orchestratorVariables({ prefix, rotator: rotator.functionName }),
      timeout: TIMEOUT,
      memory: 256,
      statements: [
        ...valueStatements(props),
        ...serviceStatements(account, prefix, props.consumers),
        ...codeDeployStatements(account, props.consumers),
        { sid: 'Rotator', actions: ['lambda:InvokeFunction'], resources: [rotator.arn] },
        {
          sid: 'WakeUps',
          actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          resources: [queue.arn],
        },
      ],
      policySkips: {
        CKV_AWS_356:
          'Services and Fargate tasks are no resources that ecs:ListServices and ecs:ListTasks know; a condition names the clusters.',
      },
      skips: {
        CKV_AWS_116: 'It is invoked by its queue alone, and that has a dead-letter queue.',
        CKV_AWS_117:
          'It calls the AWS API and nothing else; in the VPC it would need endpoints of ECS and Lambda besides, or NAT.',
      },
      logRetention: props.logRetention,
      logKeyArn: props.logKeyArn,
    });
    this.queueArn = queue.arn;
    this.functionName = this.lambda.functionName;
    this.deadLetterQueue = queue.deadName;
    this.roleArn = this.lambda.roleArn;
  }

  /**
   * Lets wake-ups reach the function.
   * @param bootstrapped what makes the records: while there is none, a look would see values without a record and halt
   */
  listen(bootstrapped: readonly ITerraformDependable[]): void {
    new LambdaEventSourceMapping(this, 'mapping', {
      eventSourceArn: this.queueArn,
      functionName: this.lambda.arn,
      batchSize: 10,
      functionResponseTypes: ['ReportBatchItemFailures'],
      dependsOn: [...this.lambda.ready, ...bootstrapped],
    });
  }
}

function valueStatements(props: OrchestratorProps): Statement[] {
  const { account, prefix, kmsKeyArn, adopted, oneSecret } = props;
  // A secret that is a copy has a policy of its own that denies everybody to rotate it.
  const rotating = oneSecret ? ['secretsmanager:ListSecretVersionIds', 'secretsmanager:RotateSecret'] : [];
  return [
    {
      sid: 'Slots',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:ListSecretVersionIds',
        'secretsmanager:RotateSecret',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: secretArns(props, ['blue', 'green']),
    },
    {
      sid: 'Active',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        ...rotating,
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: secretArns(props, ['active']),
    },
    {
      sid: 'ReadParameters',
      actions: ['ssm:GetParameters'],
      resources: parameterArns(account, prefix, ['config', 'record', 'pointer', 'request']),
    },
    {
      sid: 'WriteParameters',
      actions: ['ssm:PutParameter'],
      resources: parameterArns(account, prefix, ['record', 'pointer', 'evidence']),
    },
    keyStatement(account, 'Key', {
      keyArn: kmsKeyArn,
      secretArns: secretArns(props),
      write: true,
    }),
    ...activeParameterStatements(props),
    ...adoptedStatements(account, adopted),
  ];
}
