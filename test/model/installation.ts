import type { CredentialDocumentInput } from '../../lambda-src/contract/config-document';
import { versionedKey } from '../../lambda-src/contract/delivered';
import { parameterName, type ParameterKind, type SecretKind } from '../../lambda-src/contract/names';
import { parseRecord } from '../../lambda-src/contract/record';
import { mirrorVersion } from '../../lambda-src/contract/tokens';
import type { Delivery } from '../../lambda-src/core/delivery';
import type { CredentialRecord } from '../../lambda-src/core/record';
import { Sensitive } from '../../lambda-src/core/sensitive';
import { SLOTS, type Slot, type SlotVersion } from '../../lambda-src/core/slot';
import { hasOneSecret, type Strategy } from '../../lambda-src/core/strategy';
import type { Login } from '../../lambda-src/ports/database';
import { AWSCURRENT } from '../../lambda-src/ports/secrets';
import { consumerKey, type ConsumerName } from '../../lambda-src/ports/services';
import { MemoryServer } from '../support/memory-database';
import { MemoryParameterStore } from '../support/memory-parameters';
import { MemorySecretStore } from '../support/memory-secrets';
import { MemoryServices } from '../support/memory-services';

export const PREFIX = 'tandem/model';
export const ADMIN_ARN = 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:admin-AbCdEf';
export const ADMIN: Login = { user: 'admin', password: new Sensitive('admin') };

/** Seconds: the times that a story must be able to cross. */
export const TIMES = { deadline: 600, drainAlarm: 900, skew: 5, visibility: 30, rotator: 60 };

/** What a configuration may ask for, in seconds and days; null: it does not. */
export interface Options {
  readonly bake: number | null;
  readonly soak: number | null;
  readonly maxAgeDays: number | null;
  readonly lag: number | null;
}

export const PLAIN: Options = { bake: null, soak: null, maxAgeDays: null, lag: null };

/** What a task read when it started. */
export interface Held {
  readonly user: string;
  readonly password: string;
  /** Started on a mirror that a person had moved. */
  strayed: boolean;
  /** And the record was settled meanwhile: what then happens to it is the person's. */
  astray: boolean;
  /** Whether the person put the mirror right again before anybody looked: nothing tells of this task then. */
  unnoticed: boolean;
}

/** What is installed: of every other kind, the default. */
export type How = ConstructorParameters<typeof ModelInstallation>;

/** Everything that lies in AWS and in the database for one credential, in memory. */
export class ModelInstallation {
  readonly clock = { time: Date.UTC(2026, 0, 10, 12), now: () => this.clock.time };
  /** By how much ECS's clock differs, in milliseconds. */
  ecsAhead = 0;
  readonly server = new MemoryServer(ADMIN);
  readonly parameters = new MemoryParameterStore();
  readonly secrets = new MemorySecretStore(this.clock);
  readonly services = new MemoryServices<Held>({ now: () => this.ecsNow() });
  readonly consumers: ConsumerName[] = [];
  readonly arns: Record<SecretKind, string>;
  /** Slots whose secret Terraform has made again. */
  readonly recreated = new Set<Slot>();
  /** Users of the sessions that people have open, with the password of then. Tasks are taken to have none: the strictest case. */
  readonly sessions = new Map<string, string>();
  /** Versions that a person wrote. */
  readonly writtenByHand = new Set<string>();
  readonly deadline = TIMES.deadline * 1_000;
  readonly skew = TIMES.skew * 1_000;
  readonly options: Options;
  /** What a reader has in its cache, and until when; null while it has nothing. */
  cached: { readonly held: Held; readonly until: number } | null = null;
  private made = 0;
  /** By the values that they were read from. */
  private readonly logins = new Map<string, Held | null>();

  constructor(
    readonly strategy: Strategy = 'dual-user',
    options = PLAIN,
    readonly delivery: Delivery = 'secret',
  ) {
    // What else a configuration can ask for goes with two secrets, and readers with one value that they can fetch.
    this.options = hasOneSecret(strategy)
      ? PLAIN
      : { ...options, lag: delivery === 'entrypoint' ? null : options.lag };
    this.server.sessions = () =>
      [...this.sessions.keys()].map((user) => ({
        user,
        pid: 1,
        applicationName: 'psql',
        clientAddress: 'local',
      }));
    this.server.endSessions = (user) => this.sessions.delete(user);
    this.secrets.create(ADMIN_ARN);
    const admin = JSON.stringify({ username: ADMIN.user, password: ADMIN.password.reveal() });
    this.secrets.store(ADMIN_ARN, 'admin', admin, AWSCURRENT);
    this.arns = hasOneSecret(strategy) ? this.oneSecret() : this.threeSecrets();
    this.configure();
  }

  private oneSecret(): Record<SecretKind, string> {
    const arn = this.newSecret('active');
    this.secrets.setRotationEnabled(arn, true);
    return { blue: arn, green: arn, active: arn };
  }

  private threeSecrets(): Record<SecretKind, string> {
    return {
      blue: this.newSecret('blue'),
      green: this.newSecret('green'),
      // Where applications read a parameter there is no such secret, and nobody may ask for it.
      active: this.delivery === 'secret' ? this.newSecret('active') : '',
    };
  }

  /** Makes an empty secret, as Terraform does; one that is made again has another ARN. */
  newSecret(kind: SecretKind): string {
    const suffix = String((this.made += 1)).padStart(6, '0');
    const arn = `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${PREFIX}/app/${kind}-${suffix}`;
    this.secrets.create(arn, kind !== 'active');
    return arn;
  }

  /** The configuration document, as Terraform writes it. */
  configure(): void {
    const { arns, consumers, strategy, delivery } = this;
    const { bake, soak, maxAgeDays, lag } = this.options;
    const document: CredentialDocumentInput = {
      ...{ schema: 1, credential: 'app', strategy, delivery, database: 'app' },
      ownerRole: 'owner',
      slots: {
        blue: { user: 'blue', secretArn: arns.blue },
        green: { user: this.userOf('green'), secretArn: arns.green },
      },
      ...(delivery === 'secret' ? { activeSecretArn: arns.active } : {}),
      password: { length: 16 },
      consumers,
      rollout: {
        deadlineSeconds: TIMES.deadline,
        drainAlarmSeconds: TIMES.drainAlarm,
        skewSeconds: TIMES.skew,
        visibilitySeconds: TIMES.visibility,
        ...(bake === null ? {} : { canaryBakeSeconds: bake }),
      },
      ...(lag === null ? {} : { readers: { lagSeconds: lag } }),
      ...(soak === null ? {} : { retire: { soakSeconds: soak } }),
      ...(maxAgeDays === null ? {} : { maxAgeDays }),
      rotatorTimeoutSeconds: TIMES.rotator,
    };
    this.set('config', JSON.stringify(document));
  }

  userOf(slot: Slot): Slot {
    return this.strategy === 'single' ? 'blue' : slot;
  }

  /** One more consumer; the configuration knows it from the next {@link configure} on. */
  register(): ConsumerName {
    const consumer = { cluster: 'main', service: `web-${this.consumers.length + 1}` };
    this.consumers.push(consumer);
    return consumer;
  }

  /** ECS runs the last so many consumers, whose tasks read what is published now. */
  startServices(counts: readonly number[], published: Held | null = this.published()): void {
    if (published === null) throw new Error('nothing is published yet');
    const starting = this.consumers.slice(-counts.length);
    for (const [index, consumer] of starting.entries())
      this.services.create(consumer, published, this.valuesFrom(), counts[index] ?? 0);
  }

  /** What task definitions read. */
  valuesFrom(): readonly string[] {
    const { blue, green, active } = this.arns;
    switch (this.delivery) {
      case 'secret':
        return [`${active}:url::`];
      case 'parameter':
        return [this.name('active')];
      case 'entrypoint':
        return [this.name('pointer'), versionedKey(blue), versionedKey(green)];
    }
  }

  /** By ECS's clock. */
  ecsNow(): number {
    return this.clock.time + this.ecsAhead;
  }

  keys(): string[] {
    return this.consumers.map(consumerKey);
  }

  /** What a task that starts now reads; null where there is no value, or none that is a login: it could not start. */
  published(): Held | null {
    switch (this.delivery) {
      case 'secret':
        return this.loginOf(this.secrets.valueOf(this.arns.active));
      case 'parameter':
        return this.loginOf(this.parameters.peek(this.name('active'))?.value ?? null);
      case 'entrypoint':
        return this.picked(this.text('pointer'));
    }
  }

  /** What container/tandem-entrypoint picks; null where it refuses to start. */
  picked(pointer: string): Held | null {
    const [name = '', version = ''] = pointer.split(' ');
    const slot = SLOTS.find((one) => one === name);
    return slot === undefined ? null : this.versioned(this.secrets.valueOf(this.arns[slot]), version);
  }

  /** Whether a container can start with a version of a slot, whatever the database says of it. */
  startsWith({ slot, version }: SlotVersion): boolean {
    if (this.delivery !== 'entrypoint') return true;
    return this.versioned(this.secrets.valueOf(this.arns[slot], version), version) !== null;
  }

  private versioned(value: string | null, version: string): Held | null {
    const { versioned = '' } = value === null ? {} : (JSON.parse(value) as { versioned?: string });
    const prefix = `${version} `;
    return versioned.startsWith(prefix) ? this.loginOf(versioned.slice(prefix.length)) : null;
  }

  /** The login that a version of a slot stands for. */
  login(slot: Slot, version: string): Held | null {
    return this.loginOf(this.secrets.valueOf(this.arns[slot], version));
  }

  record(): CredentialRecord | null {
    const found = this.parameters.peek(this.name('record'));
    return found === undefined ? null : parseRecord(found.value);
  }

  set(kind: ParameterKind, value: string): void {
    this.parameters.set(this.name(kind), value);
  }

  text(kind: ParameterKind): string {
    return this.parameters.peek(this.name(kind))?.value ?? '';
  }

  name(kind: ParameterKind): string {
    return parameterName(PREFIX, 'app', kind);
  }

  slotOf(secretArn: string): Slot | null {
    return SLOTS.find((slot) => this.arns[slot] === secretArn) ?? null;
  }

  /** Whether what is published is this very version. */
  carries({ slot, version }: SlotVersion): boolean {
    if (this.delivery === 'secret') {
      const one = hasOneSecret(this.strategy);
      const mirrored = one ? version : mirrorVersion(this.arns[slot], version);
      return this.labelled('active', AWSCURRENT) === mirrored;
    }
    if (this.delivery === 'entrypoint')
      return this.text('pointer') === `${slot} ${version}` && this.labelled(slot, AWSCURRENT) === version;
    const [published, login] = [this.published(), this.login(slot, version)];
    return login !== null && published?.user === login.user && published.password === login.password;
  }

  labelled(kind: SecretKind, label: string): string | null {
    return this.secrets.versionWith(this.arns[kind], label);
  }

  /** The login in the value of a secret; null where it is none. */
  loginOf(value: string | null): Held | null {
    if (value === null) return null;
    const known = this.logins.get(value);
    if (known !== undefined) return known;
    const login = parsedLogin(value);
    this.logins.set(value, login);
    return login;
  }
}

function parsedLogin(value: string): Held | null {
  try {
    const { username: user, password } = value.startsWith('{') ? fields(value) : inUrl(value);
    return { user, password, strayed: false, astray: false, unnoticed: false };
  } catch {
    return null;
  }
}

function fields(value: string): { readonly username: string; readonly password: string } {
  return JSON.parse(value) as { username: string; password: string };
}

function inUrl(value: string): { readonly username: string; readonly password: string } {
  const { username, password } = new URL(value);
  return { username: decodeURIComponent(username), password: decodeURIComponent(password) };
}
