import { AwsError, type Clock, type Place } from '../endpoint/seams';
import type { Secret } from './model';

const SUFFIX_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** The account's secrets, found by name, by ARN, or by an ARN without the six-character suffix. */
export class SecretStore {
  private readonly byName = new Map<string, Secret>();

  constructor(
    private readonly place: Place,
    private readonly clock: Clock,
    private readonly randomInt: (maxExclusive: number) => number,
  ) {}

  /** Every secret whose recovery window has not ended, deleted ones included, oldest first. */
  all(): readonly Secret[] {
    const now = this.clock.now();
    for (const secret of this.byName.values()) {
      if (secret.deletedAt !== undefined && secret.deletedAt <= now) this.remove(secret);
    }
    return [...this.byName.values()];
  }

  lookUp(secretId: string): Secret | undefined {
    return this.all().find(
      (secret) => secret.name === secretId || secret.arn === secretId || secret.arn.slice(0, -7) === secretId,
    );
  }

  /** @throws AwsError ResourceNotFoundException; a secret whose deletion is scheduled is found */
  find(secretId: string): Secret {
    const secret = this.lookUp(secretId);
    if (secret !== undefined) return secret;
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.");
  }

  /** @throws AwsError InvalidRequestException where deletion is scheduled */
  open(secretId: string): Secret {
    const secret = this.find(secretId);
    if (secret.deletedAt === undefined) return secret;
    throw new AwsError(
      'InvalidRequestException',
      "You can't perform this operation on the secret because it was marked for deletion.",
    );
  }

  /** Adds an empty secret under a name that is free. */
  add(name: string): Secret {
    const now = this.clock.now();
    const suffix = Array.from({ length: 6 }, () =>
      SUFFIX_CHARACTERS.charAt(this.randomInt(SUFFIX_CHARACTERS.length)),
    );
    const { partition, region, accountId } = this.place;
    const secret: Secret = {
      arn: `arn:${partition}:secretsmanager:${region}:${accountId}:secret:${name}-${suffix.join('')}`,
      name,
      createdAt: now,
      changedAt: now,
      tags: new Map(),
      versions: new Map(),
      labels: new Map(),
    };
    this.byName.set(name, secret);
    return secret;
  }

  remove(secret: Secret): void {
    this.byName.delete(secret.name);
  }

  has(secret: Secret): boolean {
    return this.byName.get(secret.name) === secret;
  }
}
