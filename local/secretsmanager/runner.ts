import type { Context } from './context';
import { CURRENT, PENDING } from './labels';
import { stagesOf, type Secret } from './model';
import { afterRotation } from './next-rotation';

/** The four steps, in their order (Secrets Manager User Guide, "How rotation works"). */
const STEPS = ['createSecret', 'setSecret', 'testSecret', 'finishSecret'] as const;
type Step = (typeof STEPS)[number];

type Outcome = 'Succeeded' | 'Failed' | 'Abandoned';

interface Run {
  readonly secret: Secret;
  readonly token: string;
  cancelled: boolean;
  /** Ends the wait before the next attempt. */
  wake: () => void;
}

/** Runs rotations, each on its own, as Secrets Manager does after RotateSecret has returned. */
export class RotationRunner {
  private readonly runs = new Set<Run>();
  private readonly ended = new Set<Promise<void>>();

  constructor(
    private readonly context: Context,
    private readonly rescheduled: () => void,
  ) {}

  /**
   * Rotates to the version `token`: the steps in order, up to the first that fails; a failed rotation is tried
   * again as a whole, as long as AWSPENDING stays where it is.
   */
  rotate(secret: Secret, token: string): void {
    this.start(secret, token, async (run) => {
      const attempts = this.context.rotation.retries + 1;
      for (let attempt = 1; attempt <= attempts; attempt++) {
        if (attempt > 1) await this.pause(run);
        const outcome = await this.attempt(run, attempt);
        if (outcome !== 'Failed') return;
      }
    });
  }

  /**
   * RotateImmediately=false: "Secrets Manager tests the rotation configuration by running the testSecret step of
   * the Lambda rotation function. This test creates an AWSPENDING version of the secret and then removes it"
   * (Secrets Manager API, "RotateSecret").
   */
  test(secret: Secret, token: string, temporary: boolean): void {
    this.start(secret, token, async (run) => {
      this.announce(secret, 'TestRotationStarted');
      const fault = await this.step(run, 'testSecret', this.context.newId());
      if (temporary) {
        if (secret.labels.get(PENDING) === token) secret.labels.delete(PENDING);
        if (secret.versions.get(token)?.value === undefined) secret.versions.delete(token);
      }
      if (fault !== undefined) this.context.log(`rotation test of ${secret.name} failed: ${fault}`);
      this.announce(secret, fault === undefined ? 'TestRotationSucceeded' : 'TestRotationFailed');
    });
  }

  isRotating(secret: Secret): boolean {
    return [...this.runs].some((run) => run.secret === secret && !run.cancelled);
  }

  /** Stops a secret's rotations before their next step; labels stay as they are. */
  cancel(secret: Secret): void {
    for (const run of this.runs) {
      if (run.secret !== secret) continue;
      run.cancelled = true;
      run.wake();
    }
  }

  /** Cancels everything and waits for steps under way, at most `graceMs`. */
  async close(graceMs: number): Promise<void> {
    for (const { secret } of [...this.runs]) this.cancel(secret);
    await Promise.race([
      Promise.all(this.ended),
      new Promise<void>((resolve) => void setTimeout(resolve, graceMs).unref()),
    ]);
  }

  private start(secret: Secret, token: string, work: (run: Run) => Promise<void>): void {
    const run: Run = { secret, token, cancelled: false, wake: () => undefined };
    this.runs.add(run);
    // RotateSecret answers before the first step begins.
    const ended = new Promise<void>((resolve) => void setImmediate(resolve))
      .then(() => work(run))
      .catch((error: unknown) => this.context.log(`rotation of ${secret.name} broke off`, error))
      .finally(() => {
        this.runs.delete(run);
        this.ended.delete(ended);
      });
    this.ended.add(ended);
  }

  private async pause(run: Run): Promise<void> {
    await new Promise<void>((resolve) => {
      const cancel = this.context.timers.after(this.context.rotation.backoffMs, resolve);
      run.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private async attempt(run: Run, attempt: number): Promise<Outcome> {
    const { secret, token } = run;
    if (attempt > 1 && this.isAbandoned(run))
      return this.finish(run, 'Abandoned', 'AWSPENDING was taken off');
    this.announce(secret, 'RotationStarted');
    const rotationToken = this.context.newId();
    for (const step of STEPS) {
      if (run.cancelled) return this.finish(run, 'Abandoned', `cancelled before ${step}`);
      const fault = await this.step(run, step, rotationToken);
      if (fault !== undefined) return this.finish(run, 'Failed', `${step}: ${fault}`);
    }
    // A function that only reports success has rotated nothing: AWSPENDING stays and blocks the next rotation.
    const current = secret.labels.get(CURRENT) === token;
    return current
      ? this.finish(run, 'Succeeded')
      : this.finish(run, 'Failed', 'the version did not become AWSCURRENT');
  }

  /**
   * Secrets Manager abandons a rotation whose version has lost AWSPENDING (Secrets Manager User Guide, "CloudTrail
   * entries", RotationAbandoned).
   */
  private isAbandoned({ secret, token, cancelled }: Run): boolean {
    const stages = stagesOf(secret, token);
    return (
      cancelled ||
      !this.context.secrets.has(secret) ||
      !(stages.includes(PENDING) || stages.includes(CURRENT))
    );
  }

  private finish({ secret, token }: Run, outcome: Outcome, why?: string): Outcome {
    if (outcome === 'Succeeded') {
      afterRotation(secret, this.context.clock.now());
      this.rescheduled();
    }
    if (why !== undefined)
      this.context.log(`rotation of ${secret.name} to ${token}: ${outcome.toLowerCase()}: ${why}`);
    this.announce(secret, `Rotation${outcome}`);
    return outcome;
  }

  /** Runs one step; what went wrong, undefined where nothing did. */
  private async step({ secret, token }: Run, step: Step, rotationToken: string): Promise<string | undefined> {
    const functionArn = secret.rotation?.functionArn;
    if (functionArn === undefined) return 'no rotation function';
    const payload = {
      SecretId: secret.arn,
      ClientRequestToken: token,
      Step: step,
      RotationToken: rotationToken,
    };
    try {
      const result = await this.context.functions.invoke(functionArn, JSON.stringify(payload));
      return result.functionError === undefined ? undefined : messageOf(result.payload);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  /** The CloudTrail events of rotations (Secrets Manager User Guide, "CloudTrail entries"). */
  private announce(secret: Secret, eventName: string): void {
    const { place, clock, newId, events } = this.context;
    events.emit({
      source: 'aws.secretsmanager',
      detailType: 'AWS Service Event via CloudTrail',
      resources: [],
      detail: {
        eventVersion: '1.05',
        userIdentity: { accountId: place.accountId, invokedBy: 'secretsmanager.amazonaws.com' },
        eventTime: new Date(clock.now()).toISOString(),
        eventSource: 'secretsmanager.amazonaws.com',
        eventName,
        awsRegion: place.region,
        sourceIPAddress: 'secretsmanager.amazonaws.com',
        userAgent: 'secretsmanager.amazonaws.com',
        requestParameters: null,
        responseElements: null,
        additionalEventData: { SecretId: secret.arn },
        eventID: newId(),
        readOnly: false,
        eventType: 'AwsServiceEvent',
        recipientAccountId: place.accountId,
      },
    });
  }
}

/** What a function's error says, without its stack. */
function messageOf(payload: string): string {
  try {
    const { errorType, errorMessage } = JSON.parse(payload) as {
      readonly errorType?: unknown;
      readonly errorMessage?: unknown;
    };
    return [errorType, errorMessage].filter((part) => typeof part === 'string').join(': ');
  } catch {
    return payload;
  }
}
