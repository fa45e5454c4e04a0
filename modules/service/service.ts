import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { EcsService } from '@cdktf/provider-aws/lib/ecs-service';
import { EcsTaskDefinition } from '@cdktf/provider-aws/lib/ecs-task-definition';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import { VpcSecurityGroupIngressRule } from '@cdktf/provider-aws/lib/vpc-security-group-ingress-rule';
import { Construct } from 'constructs';
import type { AdoptedSecret } from '../credential/adopted';
import type { Network } from '../network/network';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import { executionRoleName } from './names';
import { keyStatement, parameterKeyStatement, policy, trust, type Statement } from '../shared/policy';
import { skipScan, skipShortLog } from '../shared/scan';

const WRITES =
  'The image may write to its file system: only its owner knows. Where it does not, set readonlyRootFilesystem.';
const PUBLIC =
  'The subnets of a default VPC are public, and without an address a task reaches no registry there. Give vpcId, or set assignPublicIp.';
const REGISTRY =
  'A login to the registry is what pulling a private image begins with; the role may pull one repository with it.';

/** Characters that EC2 allows in the name of a security group. */
const LONGEST_GROUP_NAME = 255;

/** What a container gets of its credentials when it starts. */
export interface DeliveredTo {
  /** `valueFrom`, by variable. */
  readonly variables: Readonly<Record<string, string>>;
  /** Plain variables that say what to do with them. */
  readonly environment: Readonly<Record<string, string>>;
  /** ARNs of the secrets that are read for it. */
  readonly secretArns: readonly string[];
  /** ARNs of the encrypted parameters. */
  readonly parameterArns: readonly string[];
  /** ARNs of the pointers, which are no secret. */
  readonly pointerArns: readonly string[];
}

export interface ServiceProps {
  readonly prefix: string;
  readonly account: Account;
  /** Name of the service in the configuration. */
  readonly name: string;
  /** ECS service name. */
  readonly serviceName: string;
  readonly clusterArn: string;
  readonly network: Network;
  readonly subnetIds: string[];
  readonly assignPublicIp: boolean;
  /** Security groups whose members may connect to the database. */
  readonly clientSecurityGroupIds: readonly string[];
  /** What its credentials are read from when it starts. */
  readonly delivered: DeliveredTo;
  /** Key of the secrets. */
  readonly kmsKeyArn: string;
  /** Those of the secrets that were there before, with keys of their own. */
  readonly adopted: readonly AdoptedSecret[];
  readonly container: {
    readonly image: string;
    readonly command?: readonly string[] | undefined;
    readonly environment: Readonly<Record<string, string>>;
    readonly port?: number | undefined;
    /** CPU units. */
    readonly cpu: number;
    /** MiB. */
    readonly memory: number;
    readonly architecture: string;
    /** Whether it can write nothing but to volumes. */
    readonly readonlyRootFilesystem: boolean;
  };
  readonly desiredCount: number;
  readonly targetGroupArn?: string | undefined;
  /** Seconds after the start of a task for which ECS ignores a failing health check of the target group. */
  readonly healthCheckGraceSeconds: number;
  /** Days. */
  readonly logRetention: number;
  /** Key of its log. */
  readonly logKeyArn: string;
}

/**
 * A Fargate service that reads its credential when a container starts. The task definition names the `active` secret,
 * whose ARN never changes, and so never changes itself: moving to a new credential is a forced deployment.
 */
export class Service extends Construct {
  constructor(scope: Construct, id: string, props: ServiceProps) {
    super(scope, id);
    const { prefix, name, container, serviceName } = props;
    const log = new CloudwatchLogGroup(this, 'log', {
      name: `/ecs/${prefix}/${name}`,
      retentionInDays: props.logRetention,
      kmsKeyId: props.logKeyArn,
    });
    skipShortLog(log, props.logRetention);
    const execution = this.executionRole(props, log.arn);
    const task = new EcsTaskDefinition(this, 'task', {
      family: serviceName,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(container.cpu),
      memory: String(container.memory),
      runtimePlatform: { cpuArchitecture: container.architecture, operatingSystemFamily: 'LINUX' },
      executionRoleArn: execution.arn,
      taskRoleArn: new IamRole(this, 'task-role', {
        name: resourceName(prefix, [name, 'task']),
        description: `The application ${name} itself`,
        assumeRolePolicy: trust(this, 'task-trust', 'ecs-tasks'),
      }).arn,
      containerDefinitions: JSON.stringify([containerDefinition(props, log.name)]),
    });
    if (!container.readonlyRootFilesystem) skipScan(task, { CKV_AWS_336: WRITES });
    this.service(props, task.arn, execution.permissions);
  }

  private service(props: ServiceProps, taskDefinition: string, permissions: IamRolePolicy): void {
    const { container, targetGroupArn, name } = props;
    const service = new EcsService(this, 'service', {
      name: props.serviceName,
      cluster: props.clusterArn,
      taskDefinition,
      launchType: 'FARGATE',
      // JSON keys of secrets need it. Source: Amazon ECS Developer Guide, "Pass Secrets Manager secrets".
      platformVersion: '1.4.0',
      desiredCount: props.desiredCount,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      // Without it ECS sends no SERVICE_DEPLOYMENT_FAILED, and only a deadline would tell of a failure.
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: 'ENABLED',
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      networkConfiguration: {
        subnets: props.subnetIds,
        securityGroups: [this.securityGroup(props), ...props.clientSecurityGroupIds],
        assignPublicIp: props.assignPublicIp,
      },
      // The first task reads its credential at once.
      dependsOn: [permissions],
      ...(targetGroupArn === undefined || container.port === undefined
        ? {}
        : {
            loadBalancer: [{ targetGroupArn, containerName: name, containerPort: container.port }],
            healthCheckGracePeriodSeconds: props.healthCheckGraceSeconds,
          }),
    });
    if (props.assignPublicIp) skipScan(service, { CKV_AWS_333: PUBLIC });
  }

  private securityGroup({ prefix, name, network, container }: ServiceProps): string {
    const group = new SecurityGroup(this, 'security-group', {
      name: resourceName(prefix, [name, 'tasks'], LONGEST_GROUP_NAME),
      description: `Tasks of ${name}`,
      vpcId: network.vpcId,
    });
    new VpcSecurityGroupEgressRule(this, 'egress-https', {
      securityGroupId: group.id,
      description: 'Image registry, Secrets Manager, CloudWatch Logs',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      cidrIpv4: '0.0.0.0/0',
    });
    if (container.port !== undefined) {
      new VpcSecurityGroupIngressRule(this, 'ingress', {
        securityGroupId: group.id,
        description: 'The VPC',
        ipProtocol: 'tcp',
        fromPort: container.port,
        toPort: container.port,
        cidrIpv4: network.cidrBlock,
      });
    }
    return group.id;
  }

  private executionRole(props: ServiceProps, logArn: string): { arn: string; permissions: IamRolePolicy } {
    const { prefix, name } = props;
    const role = new IamRole(this, 'execution-role', {
      name: executionRoleName(prefix, name),
      description: `Starts tasks of ${name}: reads their credential, writes their log`,
      assumeRolePolicy: trust(this, 'execution-trust', 'ecs-tasks'),
    });
    const permissions = new IamRolePolicy(this, 'execution-permissions', {
      name: 'tandem',
      role: role.name,
      policy: policy(
        this,
        'execution-policy',
        executionStatements(props, logArn),
        repositoryArn(props.container.image, props.account.partition) === null
          ? {}
          : { CKV_AWS_107: REGISTRY },
      ),
    });
    return { arn: role.arn, permissions };
  }
}

function containerDefinition(props: ServiceProps, logGroup: string): unknown {
  const { name, container, delivered, account } = props;
  const environment = { ...container.environment, ...delivered.environment };
  return {
    name: props.name,
    image: container.image,
    essential: true,
    readonlyRootFilesystem: container.readonlyRootFilesystem,
    ...(container.command === undefined ? {} : { command: container.command }),
    environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
    secrets: Object.entries(delivered.variables).map(([variable, valueFrom]) => ({
      name: variable,
      valueFrom,
    })),
    portMappings: container.port === undefined ? [] : [{ containerPort: container.port, protocol: 'tcp' }],
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': logGroup, 'awslogs-region': account.region, 'awslogs-stream-prefix': name },
    },
  };
}

function executionStatements(props: ServiceProps, logArn: string): Statement[] {
  const { account, container } = props;
  const repository = repositoryArn(container.image, account.partition);
  return [
    { sid: 'Log', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${logArn}:*`] },
    ...readingStatements(props),
    ...props.adopted.flatMap(({ arn, keyArn }, index) =>
      keyArn === undefined
        ? []
        : [keyStatement(account, `AdoptedKey${index + 1}`, { keyArn, secretArns: [arn], write: false })],
    ),
    ...(repository === null
      ? []
      : [
          {
            sid: 'Image',
            actions: ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
            resources: [repository],
          },
          // GetAuthorizationToken knows no resource.
          { sid: 'Registry', actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
        ]),
  ];
}

/** A container reads what is active, or what it picks that from, and nothing else. */
function readingStatements({ account, delivered, kmsKeyArn: keyArn }: ServiceProps): Statement[] {
  const { secretArns, parameterArns, pointerArns: resources } = delivered;
  return [
    ...(secretArns.length === 0
      ? []
      : [
          { sid: 'Credential', actions: ['secretsmanager:GetSecretValue'], resources: [...secretArns] },
          keyStatement(account, 'Key', { keyArn, secretArns, write: false }),
        ]),
    ...(parameterArns.length === 0
      ? []
      : [
          { sid: 'CredentialParameter', actions: ['ssm:GetParameters'], resources: [...parameterArns] },
          parameterKeyStatement(account, 'ParameterKey', { keyArn, parameterArns, write: false }),
        ]),
    ...(resources.length === 0
      ? []
      : [{ sid: 'Pointer', actions: ['ssm:GetParameters'], resources: [...resources] }]),
  ];
}

/** @returns the ARN of a private ECR repository, null for an image from elsewhere */
function repositoryArn(image: string, partition: string): string | null {
  const ecr = /^(\d{12})\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?\/([^:@]+)/.exec(image);
  const [, account, region, repository] = ecr ?? [];
  if (account === undefined || region === undefined || repository === undefined) return null;
  return `arn:${partition}:ecr:${region}:${account}:repository/${repository}`;
}
