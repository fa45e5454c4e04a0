import { LambdaInvocation } from '@cdktf/provider-aws/lib/lambda-invocation';
import { SecretsmanagerSecretRotation } from '@cdktf/provider-aws/lib/secretsmanager-secret-rotation';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { skipScan } from '../shared/scan';
import type { Credential } from './credential';

/** When one slot is rotated. */
export interface SlotSchedule {
  /** AWS cron expression, UTC. */
  readonly cron: string;
  /** Length of the window in hours. */
  readonly windowHours: number;
}

export interface CredentialRotationProps {
  readonly credential: Credential;
  readonly roles: { readonly owner: string; readonly blue: string; readonly green: string };
  readonly schedule: { readonly blue: SlotSchedule; readonly green: SlotSchedule };
  readonly rotator: {
    readonly arn: string;
    readonly functionName: string;
    readonly ready: readonly ITerraformDependable[];
  };
  /** Whether the parameters that bootstrap made refuse to be destroyed. */
  readonly protect: boolean;
}

/** First values by bootstrap, then rotation on a schedule of each slot's own. */
export class CredentialRotation extends Construct {
  /** What to depend on in order to find values, record and pointer in place. */
  readonly bootstrapped: ITerraformDependable;

  constructor(scope: Construct, id: string, props: CredentialRotationProps) {
    super(scope, id);
    const bootstrap = this.bootstrap(props);
    this.bootstrapped = bootstrap;
    const { rotator } = props;
    for (const slot of ['blue', 'green'] as const) {
      const secret = props.credential.secrets[slot];
      const { cron, windowHours } = props.schedule[slot];
      const rotation = new SecretsmanagerSecretRotation(this, `${slot}-rotation`, {
        secretId: secret,
        rotationLambdaArn: rotator.arn,
        // True, the provider's default, would rotate at every creation; a rotation is the schedule's or a person's.
        rotateImmediately: false,
        rotationRules: { scheduleExpression: cron, duration: `${windowHours}h` },
        dependsOn: [...rotator.ready, bootstrap],
      });
      if (!everyMonth(cron)) skipScan(rotation, { CKV_AWS_304: 'Asked for by `schedule`.' });
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

/** The scanner's question is whether 90 days can pass without a rotation; it looks at the months. */
function everyMonth(cron: string): boolean {
  return cron.split(' ')[3] === '*';
}
