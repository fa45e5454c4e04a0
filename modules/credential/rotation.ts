import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import type { SecretKind } from '../../lambda-src/contract/names';
import { skipScan } from '../shared/scan';
import type { Credential } from './credential';

/** When one secret is rotated. */
export interface SecretSchedule {
  /** AWS cron expression, UTC; where there is one secret also a rate, which two would drift apart by. */
  readonly expression: string;
  /** Length of the window in hours. */
  readonly windowHours: number;
}

export interface CredentialRotationProps {
  readonly credential: Credential;
  readonly roles: { readonly owner: string; readonly blue: string; readonly green: string };
  /** Of each secret that is rotated. */
  readonly schedules: Readonly<Partial<Record<SecretKind, SecretSchedule>>>;
  readonly rotator: {
    readonly arn: string;
    readonly functionName: string;
    readonly ready: readonly ITerraformDependable[];
  };
  /** Whether the parameters that bootstrap made refuse to be destroyed. */
  readonly protect: boolean;
}

/** First values by bootstrap, then rotation, each secret on a schedule of its own. */
export class CredentialRotation extends Construct {
  /** What to depend on in order to find values, record and pointer in place. */
  readonly bootstrapped: ITerraformDependable;

  constructor(scope: Construct, id: string, props: CredentialRotationProps) {
    super(scope, id);
    const bootstrap = this.bootstrap(props);
    this.bootstrapped = bootstrap;
    const { credential, rotator, schedules } = props;
    for (const kind of credential.rotated) {
      const schedule = schedules[kind];
      const secretId = credential.secrets[kind];
      if (schedule === undefined || secretId === undefined)
        throw new Error(`${credential.name} has no schedule of its secret ${kind}.`);
      const { expression, windowHours } = schedule;
      const rotation = new SecretsmanagerSecretRotation(this, `${kind}-rotation`, {
        secretId,
        rotationLambdaArn: rotator.arn,
        // True, the provider's default, would rotate at every creation; a rotation is the schedule's or a person's.
        rotateImmediately: false,
        rotationRules: { scheduleExpression: expression, duration: `${windowHours}h` },
        dependsOn: [...rotator.ready, bootstrap],
      });
      if (!within90Days(expression)) skipScan(rotation, { CKV_AWS_304: 'Asked for by `schedule`.' });
    }
  }

  private bootstrap(props: CredentialRotationProps): LambdaInvocation {
    const { credential, rotator } = props;
    return new LambdaInvocation(this, 'bootstrap', {
      functionName: rotator.functionName,
      // Runs again when what it reads here changes, so that a secret made anew is filled. Never by `triggers`: these
      // replace the invocation, and replacing begins with the destroy that removes record and pointer.
      input: JSON.stringify({
        action: 'bootstrap',
        credential: credential.name,
        of: { roles: props.roles, secrets: credential.secrets },
      }),
      // Create and update ensure everything; delete removes the parameters that bootstrap made.
      lifecycleScope: 'CRUD',
      lifecycle: { preventDestroy: props.protect },
      dependsOn: [...rotator.ready, ...credential.parts],
    });
  }
}

/** The scanner's question is whether 90 days can pass without a rotation; of a cron expression it looks at the months. */
function within90Days(expression: string): boolean {
  const [, count, unit] = /^rate\((\d+) (hour|day)s?\)$/.exec(expression) ?? [];
  if (count === undefined) return expression.split(' ')[3] === '*';
  return Number(count) / (unit === 'hour' ? 24 : 1) <= 90;
}
