import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { SecurityGroup } from '@cdktf/provider-aws/lib/security-group';
import { VpcSecurityGroupEgressRule } from '@cdktf/provider-aws/lib/vpc-security-group-egress-rule';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { rotatorVariables } from '../../lambda-src/contract/environment';
import type { ImportedSecrets } from '../../lambda-src/contract/names';
import { adoptedStatements, type AdoptedSecret } from '../credential/adopted';
import { activeParameterStatements } from '../credential/parameters';
import { parameterArns, secretArns } from '../credential/paths';
import { adminEnvironment, adminStatements, type AdminSource } from './admin';
import { TandemFunction, type Zip } from '../function/function';
import type { Account } from '../shared/account';
import { resourceName } from '../shared/naming';
import { keyStatement, type Statement } from '../shared/policy';

/** Seconds; the configuration document tells the orchestrator the same. */
export const ROTATOR_TIMEOUT = 60;

/** Where the rotator finds its database. */
export interface DatabaseAccess {
  readonly writer: { readonly host: string; readonly port: number };
  readonly readers: { readonly host: string; readonly port: number }[];
  /** Database in which advisory locks are taken. */
  readonly lockDatabase: string;
  readonly admin: AdminSource;
  /** Security groups whose members may connect. */
  readonly clientSecurityGroupIds: readonly string[];
}

export interface RotatorProps {
  readonly prefix: string;
  readonly account: Account;
  readonly database: DatabaseAccess;
  readonly vpcId: string;
  readonly subnetIds: string[];
  readonly zip: Zip;
  /** PEM. @default the RDS bundle in the zip */
  readonly caBundle?: string;
  /** The secrets that have other names than by convention. */
  readonly importedSecrets: ImportedSecrets;
  /** Key of the credentials' secrets. */
  readonly kmsKeyArn: string;
  /** Active secrets that were there before. */
  readonly adopted: readonly AdoptedSecret[];
  /** Whether there is a credential whose applications read a parameter. */
  readonly parameters: boolean;
  /** Days. */
  readonly logRetention: number;
  /** Key of its log. */
  readonly logKeyArn: string;
  /** Security group of the endpoints of the AWS API. @default wherever they are, or NAT */
  readonly endpointsSecurityGroupId?: string;
  /** What else must exist before it can work, such as endpoints. */
  readonly after: readonly ITerraformDependable[];
}

/** The function that Secrets Manager calls, and the only one that reaches the database. */
export class Rotator extends Construct {
  readonly arn: string;
  readonly functionName: string;
  readonly roleArn: string;
  readonly ready: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: RotatorProps) {
    super(scope, id);
    const { prefix, database } = props;
    const name = resourceName(prefix, ['rotator']);
    const group = new SecurityGroup(this, 'security-group', {
      name,
      description: 'The rotator: reaches the database as a client of it, and the AWS API',
      vpcId: props.vpcId,
    });
    const api = this.egress(props, group.id);
    const lambda = new TandemFunction(this, 'function', {
      name,
      description: 'Rotates the passwords of standby users in PostgreSQL',
      zip: props.zip,
      environment: rotatorVariables({
        prefix,
        database: {
          writer: database.writer,
          readers: database.readers,
          lockDatabase: database.lockDatabase,
          ...adminEnvironment(database.admin),
        },
        ...(props.caBundle === undefined ? {} : { caBundle: props.caBundle }),
        importedSecrets: props.importedSecrets,
      }),
      timeout: ROTATOR_TIMEOUT,
      memory: 256,
      statements: statements(props, name),
      policySkips: { CKV_AWS_111: INTERFACES, CKV_AWS_356: INTERFACES },
      skips: { CKV_AWS_116: REPEATED },
      logRetention: props.logRetention,
      logKeyArn: props.logKeyArn,
      vpc: { subnetIds: props.subnetIds, securityGroupIds: [group.id, ...database.clientSecurityGroupIds] },
      after: [api, ...props.after],
    });
    this.arn = lambda.arn;
    this.roleArn = lambda.roleArn;
    this.functionName = lambda.functionName;
    this.ready = [...lambda.ready, api, ...this.permissions(props), ...props.after];
  }

  /** One for all, but for imported ones, which lie elsewhere: a function's policy holds 20 KB, which a statement for each of two hundred secrets would pass. */
  private permissions({ account, prefix, importedSecrets }: RotatorProps): LambdaPermission[] {
    const elsewhere = Object.entries(importedSecrets).filter(([, place]) => !place.endsWith('/active'));
    return [
      this.permission(account, [], account.arn('secretsmanager', `secret:${prefix}/*`)),
      ...elsewhere.map(([arn, place]) => this.permission(account, place.split('/'), arn)),
    ];
  }

  /** @param of credential and slot of an imported secret */
  private permission(account: Account, of: readonly string[], sourceArn: string): LambdaPermission {
    return new LambdaPermission(this, ['permission', ...of].join('-'), {
      statementId: ['SecretsManager', ...of].join('-'),
      action: 'lambda:InvokeFunction',
      functionName: this.functionName,
      principal: 'secretsmanager.amazonaws.com',
      sourceAccount: account.accountId,
      sourceArn,
    });
  }

  private egress(
    { endpointsSecurityGroupId }: RotatorProps,
    securityGroupId: string,
  ): VpcSecurityGroupEgressRule {
    return new VpcSecurityGroupEgressRule(this, 'egress-api', {
      securityGroupId,
      description: 'Secrets Manager and Systems Manager',
      ipProtocol: 'tcp',
      fromPort: 443,
      toPort: 443,
      // With endpoints of its own the one function that reaches the database reaches nothing else.
      ...(endpointsSecurityGroupId === undefined
        ? { cidrIpv4: '0.0.0.0/0' }
        : { referencedSecurityGroupId: endpointsSecurityGroupId }),
    });
  }
}

function statements(props: RotatorProps, name: string): Statement[] {
  const { account, prefix, database, kmsKeyArn } = props;
  const secrets = secretArns(props);
  return [
    {
      sid: 'Secrets',
      actions: [
        'secretsmanager:DescribeSecret',
        'secretsmanager:GetSecretValue',
        'secretsmanager:PutSecretValue',
        'secretsmanager:UpdateSecretVersionStage',
      ],
      resources: secrets,
    },
    ...adminStatements(account, database.admin),
    {
      sid: 'ReadParameters',
      actions: ['ssm:GetParameters'],
      resources: parameterArns(account, prefix, ['config', 'record', 'pointer']),
    },
    {
      sid: 'Bootstrap',
      actions: ['ssm:PutParameter'],
      resources: parameterArns(account, prefix, ['record', 'pointer']),
    },
    {
      sid: 'Destroy',
      actions: ['ssm:DeleteParameters'],
      resources: parameterArns(account, prefix, ['record', 'pointer', 'request', 'evidence', 'active']),
    },
    keyStatement(account, 'Key', { keyArn: kmsKeyArn, secretArns: secrets, write: true }),
    ...activeParameterStatements(props),
    ...adoptedStatements(account, props.adopted),
    ...networkStatements(account, name),
  ];
}

const REPEATED =
  'Secrets Manager repeats a failed step by itself, and each failure counts towards an alarm; a step from a queue would come too late, its version no longer pending.';

const INTERFACES =
  'Lambda attaches the function to the VPC with the rights of its role and checks for `*`; a second statement denies them to the code.';

const INTERFACE_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * What Lambda itself needs in order to attach a function to a VPC. It checks for `*`, and the describing actions know no
 * resource; so the code is denied what the service is allowed.
 * Source: AWS Lambda Developer Guide, "Giving Lambda functions access to resources in an Amazon VPC".
 */
function networkStatements(account: Account, name: string): Statement[] {
  return [
    { sid: 'NetworkInterfaces', actions: INTERFACE_ACTIONS, resources: ['*'] },
    {
      sid: 'NotFromCode',
      effect: 'Deny',
      actions: [...INTERFACE_ACTIONS, 'ec2:DetachNetworkInterface'],
      resources: ['*'],
      condition: [
        {
          test: 'ArnEquals',
          variable: 'lambda:SourceFunctionArn',
          values: [account.arn('lambda', `function:${name}`)],
        },
      ],
    },
  ];
}
