import { Sensitive } from '../../lambda-src/core/sensitive';
import type { Clock } from '../../lambda-src/ports/world';
import {
  AWSCURRENT,
  AWSPENDING,
  LabelMovedError,
  SecretMissingError,
  type SecretDescription,
  type SecretStore,
} from '../../lambda-src/ports/secrets';
import { asked } from './memory-parameters';

const AWSPREVIOUS = 'AWSPREVIOUS';

interface Version {
  value: string | null;
  readonly createdAt: number;
}

interface Secret {
  readonly versions: Map<string, Version>;
  /** Version by label: a label is on one version only. */
  readonly labels: Map<string, string>;
  rotationEnabled: boolean;
}

/** Secrets Manager in memory, with the rules of staging labels, tokens and first values. */
export class MemorySecretStore implements SecretStore {
  private readonly secrets = new Map<string, Secret>();

  /** @param moved told of every label that arrives at a version */
  constructor(
    private readonly clock: Clock,
    private readonly moved: (secretArn: string, label: string, version: string) => void = () => undefined,
  ) {}

  describe(secretArn: string): Promise<SecretDescription> {
    return asked(() => this.peek(secretArn));
  }

  read(
    secretArn: string,
    at?: { readonly version: string; readonly label?: string; readonly without?: string },
  ): Promise<Sensitive | null> {
    return asked(() => {
      const secret = this.secrets.get(secretArn);
      const version = at === undefined ? secret?.labels.get(AWSCURRENT) : at.version;
      if (secret === undefined || version === undefined) return null;
      if (at?.label !== undefined && secret.labels.get(at.label) !== version) return null;
      if (at?.without !== undefined && secret.labels.get(at.without) === version) return null;
      const value = secret.versions.get(version)?.value ?? null;
      return value === null ? null : new Sensitive(value);
    });
  }

  put(secretArn: string, token: string, value: Sensitive, label: string): Promise<'stored' | 'exists'> {
    return asked(() => {
      const known = this.existing(secretArn).versions.get(token)?.value ?? null;
      if (known !== null) return known === value.reveal() ? 'stored' : 'exists';
      this.store(secretArn, token, value.reveal(), label);
      return 'stored';
    });
  }

  moveLabel(
    secretArn: string,
    label: string,
    { from, to }: { readonly from: string | null; readonly to: string | null },
  ): Promise<void> {
    return asked(() => {
      const secret = this.existing(secretArn);
      const at = secret.labels.get(label) ?? null;
      if (at === to) return;
      if (at !== from)
        throw new LabelMovedError(`${label} of ${secretArn} was moved by somebody else meanwhile.`);
      if (to === null) {
        secret.labels.delete(label);
        return;
      }
      if (!secret.versions.has(to)) throw new Error(`${secretArn} has no version ${to}`);
      this.attach(secretArn, label, to);
    });
  }

  createdAt(secretArn: string, version: string): Promise<number | null> {
    return asked(() => this.existing(secretArn).versions.get(version)?.createdAt ?? null);
  }

  rotate(secretArn: string, token: string): Promise<void> {
    return asked(() => this.begin(secretArn, token));
  }

  /** Makes an empty secret. */
  create(secretArn: string, rotationEnabled = false): void {
    this.secrets.set(secretArn, { versions: new Map(), labels: new Map(), rotationEnabled });
  }

  delete(secretArn: string): void {
    this.secrets.delete(secretArn);
  }

  /** AWSPENDING on a version without a value, as RotateSecret leaves it before the first step. */
  begin(secretArn: string, token: string): void {
    const { labels, versions } = this.existing(secretArn);
    const pending = labels.get(AWSPENDING);
    if (pending !== undefined && pending !== token && pending !== labels.get(AWSCURRENT))
      throw Object.assign(new Error("A previous rotation isn't complete."), { $metadata: {} });
    if (!versions.has(token)) versions.set(token, { value: null, createdAt: this.clock.now() });
    this.attach(secretArn, AWSPENDING, token);
  }

  /** Stores a version under a label, whoever does it. A first value also gets AWSCURRENT. */
  store(secretArn: string, token: string, value: string, label: string): void {
    const { versions, labels } = this.existing(secretArn);
    const createdAt = versions.get(token)?.createdAt ?? this.clock.now();
    versions.set(token, { value, createdAt });
    this.attach(secretArn, label, token);
    if (!labels.has(AWSCURRENT)) this.attach(secretArn, AWSCURRENT, token);
  }

  /** Puts a label on a version, whoever does it; AWSPREVIOUS follows AWSCURRENT. */
  attach(secretArn: string, label: string, version: string): void {
    const { labels } = this.existing(secretArn);
    const before = labels.get(label);
    if (before === version) return;
    if (label === AWSCURRENT && before !== undefined) labels.set(AWSPREVIOUS, before);
    labels.set(label, version);
    this.moved(secretArn, label, version);
  }

  /** Takes a label off, whoever does it. */
  detach(secretArn: string, label: string): void {
    this.existing(secretArn).labels.delete(label);
  }

  peek(secretArn: string): SecretDescription {
    const { labels, rotationEnabled } = this.existing(secretArn);
    const versions: Record<string, string[]> = {};
    for (const [label, version] of labels) (versions[version] ??= []).push(label);
    return { versions, rotationEnabled };
  }

  /** The value of a version; of the current one without. */
  valueOf(secretArn: string, version?: string): string | null {
    const { labels, versions } = this.existing(secretArn);
    return versions.get(version ?? labels.get(AWSCURRENT) ?? '')?.value ?? null;
  }

  versionWith(secretArn: string, label: string): string | null {
    return this.existing(secretArn).labels.get(label) ?? null;
  }

  setRotationEnabled(secretArn: string, enabled: boolean): void {
    this.existing(secretArn).rotationEnabled = enabled;
  }

  private existing(secretArn: string): Secret {
    const secret = this.secrets.get(secretArn);
    if (secret === undefined)
      throw new SecretMissingError(`The secret ${secretArn} does not exist: apply the installation again.`);
    return secret;
  }
}
