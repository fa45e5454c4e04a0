import { CloudwatchLogGroup } from '@cdktf/provider-aws/lib/cloudwatch-log-group';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction } from '@cdktf/provider-aws/lib/lambda-function';
import { AssetType, TerraformAsset, type ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { policy, trust, type Statement } from '../shared/policy';
import { skipScan, skipShortLog, type Skips } from '../shared/scan';

/** What a scanner would like of every function, and why ours are without it. */
const SKIPS: Skips = {
  CKV_AWS_50: `The role would need xray:PutTraceSegments on every resource; each step is in the log with its duration.`,
  CKV_AWS_115:
    'A reservation is taken from the whole account, and a new account, with ten executions, refuses it. Locks and message groups already keep work apart.',
  CKV_AWS_173:
    'The environment holds names, ARNs and endpoints, no secret, and is encrypted by a key of Lambda; a key of our own would be one more thing whose loss stops rotations.',
  CKV_AWS_272: 'Whoever deploys builds the zip; who else should sign it is known to them only.',
};

/** A function's code, built. */
export interface Zip {
  readonly path: string;
  /** SHA-256 of the file, base64. */
  readonly sha256base64: string;
}

export interface TandemFunctionProps {
  readonly name: string;
  readonly description: string;
  readonly zip: Zip;
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly timeout: number;
  /** MiB. */
  readonly memory: number;
  /** What the function may do besides writing its log. */
  readonly statements: readonly Statement[];
  /** Checks of a scanner that do not hold for these. */
  readonly policySkips: Skips;
  /** Days. */
  readonly logRetention: number;
  /** Key of its log. */
  readonly logKeyArn: string;
  /** @default outside any VPC */
  readonly vpc?: { readonly subnetIds: string[]; readonly securityGroupIds: string[] };
  /** Checks of a scanner that do not hold for this function, besides those of every one. */
  readonly skips: Skips;
  /** What must exist before the function can work. @default nothing more */
  readonly after?: readonly ITerraformDependable[];
}

/** A Lambda function with a role and a log group of its own. */
export class TandemFunction extends Construct {
  readonly arn: string;
  readonly functionName: string;
  readonly roleArn: string;
  /** What to depend on in order to invoke it: the function with all its permissions. */
  readonly ready: ITerraformDependable[];

  constructor(scope: Construct, id: string, props: TandemFunctionProps) {
    super(scope, id);
    const log = new CloudwatchLogGroup(this, 'log', {
      name: `/aws/lambda/${props.name}`,
      retentionInDays: props.logRetention,
      kmsKeyId: props.logKeyArn,
    });
    skipShortLog(log, props.logRetention);
    const role = new IamRole(this, 'role', {
      name: props.name,
      description: props.description,
      assumeRolePolicy: trust(this, 'trust', 'lambda'),
    });
    const permissions = new IamRolePolicy(this, 'permissions', {
      name: 'tandem',
      role: role.name,
      policy: policy(
        this,
        'policy',
        [
          { sid: 'Log', actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${log.arn}:*`] },
          ...props.statements,
        ],
        props.policySkips,
      ),
    });
    const code = new TerraformAsset(this, 'code', {
      path: props.zip.path,
      type: AssetType.FILE,
      assetHash: Buffer.from(props.zip.sha256base64, 'base64').toString('hex').slice(0, 32),
    });
    const lambda = new LambdaFunction(this, 'function', {
      ...this.settings(props),
      role: role.arn,
      filename: code.path,
      dependsOn: [log, permissions, ...(props.after ?? [])],
    });
    skipScan(lambda, { ...SKIPS, ...props.skips });
    this.arn = lambda.arn;
    this.roleArn = role.arn;
    this.functionName = lambda.functionName;
    this.ready = [lambda, permissions];
  }

  private settings(props: TandemFunctionProps) {
    return {
      functionName: props.name,
      description: props.description,
      sourceCodeHash: props.zip.sha256base64,
      handler: 'index.handler',
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      timeout: props.timeout,
      memorySize: props.memory,
      environment: { variables: { ...props.environment } },
      ...(props.vpc === undefined ? {} : { vpcConfig: props.vpc }),
    };
  }
}
