import type { CredentialDocumentInput } from '../../lambda-src/contract/config-document';
import { parameterName, type ParameterKind, type SecretKind } from '../../lambda-src/contract/names';
import { parseRecord, type Evidence } from '../../lambda-src/contract/record';
import { mirrorVersion } from '../../lambda-src/contract/tokens';
import type { PersonRequest } from '../../lambda-src/core/observation';
import { firstRecord, type CredentialRecord } from '../../lambda-src/core/record';
import { other, sameSlotVersion, SLOTS, type Slot, type SlotVersion } from '../../lambda-src/core/slot';
import type { OrchestratorDependencies } from '../../lambda-src/orchestrator/dependencies';
import { lookAt } from '../../lambda-src/orchestrator/look';
import { AWSCURRENT, AWSPENDING } from '../../lambda-src/ports/secrets';
import { consumerKey, type ConsumerName } from '../../lambda-src/ports/services';
import { instrumented, PARAMETER_STORE, ROTATOR, SECRET_STORE, SERVICES } from './instrumented';
import { Effects } from './memory-effects';
import { MemoryParameterStore } from './memory-parameters';
import { MemoryRotator } from './memory-rotator';
import { MemorySecretStore } from './memory-secrets';
import { MemoryServices } from './memory-services';
import { MemoryTelemetry } from './memory-telemetry';

export const PREFIX = 'tandem/test';

/** ARN of one of a credential's secrets, by convention. */
export function arnOf(kind: SecretKind, credential = 'app'): string {
  return `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${PREFIX}/${credential}/${kind}-AbCdEf`;
}

/** A version id as long as a real one. */
export function versionId(name: string): string {
  return name.padEnd(36, '0');
}

/** Not quite valid JSON on purpose: what is copied must be copied byte for byte. */
function valueOf(slot: Slot, version: string): string {
  return `{ "username":"app_${slot}",\t"password":"of ${version} — ü" }\n`;
}

export function consumersNamed(count: number): ConsumerName[] {
  return Array.from({ length: count }, (_, index) => ({ cluster: 'main', service: `web-${index + 1}` }));
}

/** One bootstrapped credential, settled on blue, with everything that the orchestrator reaches in memory. */
export class MemoryInstallation {
  readonly clock = { time: Date.UTC(2026, 0, 10, 12), now: () => this.clock.time };
  readonly effects = new Effects();
  readonly telemetry = new MemoryTelemetry();
  readonly parameters = new MemoryParameterStore();
  readonly services = new MemoryServices(this.clock);
  readonly secrets = new MemorySecretStore(this.clock, (arn, label, version) =>
    this.labelMoved(arn, label, version),
  );
  readonly rotator = new MemoryRotator((target, { result }) => {
    if (result === 'accepted') this.accepted = { target, revision: this.revision() };
  });
  readonly dependencies: OrchestratorDependencies = {
    secrets: instrumented(this.secrets, SECRET_STORE, this.effects.gate),
    parameters: instrumented(this.parameters, PARAMETER_STORE, this.effects.gate),
    services: instrumented(this.services, SERVICES, this.effects.gate),
    rotator: instrumented(this.rotator, ROTATOR, this.effects.gate),
    clock: this.clock,
    telemetry: this.telemetry,
    environment: { prefix: PREFIX, rotator: 'rotator' },
  };
  /** Ways in which a promise was broken, in words. */
  readonly violations: string[] = [];
  private accepted: { readonly target: SlotVersion; readonly revision: number } | null = null;
  private readonly published = new Map<string, SlotVersion>();
  private requests = 0;

  constructor(readonly consumers: readonly ConsumerName[] = consumersNamed(2)) {
    for (const kind of ['blue', 'green', 'active'] as const)
      this.secrets.create(arnOf(kind), kind !== 'active');
    for (const slot of SLOTS) this.store(slot, versionId(`${slot}-1`), AWSCURRENT);
    const blue = { slot: 'blue', version: versionId('blue-1') } as const;
    const seen = { blue: versionId('blue-1'), green: versionId('green-1') };
    const names = consumers.map(consumerKey);
    this.configure();
    this.set('record', JSON.stringify(firstRecord(this.clock.now(), 'settled', blue, seen, names)));
    this.set('pointer', 'blue');
    const mirrored = mirrorVersion(arnOf('blue'), blue.version);
    this.secrets.store(arnOf('active'), mirrored, valueOf('blue', blue.version), AWSCURRENT);
    this.violations.length = 0;
    for (const consumer of consumers) this.services.create(consumer, blue, [`${arnOf('active')}:url::`]);
    this.tick(60_000);
  }

  configure(changes: Partial<CredentialDocumentInput> = {}): void {
    const document: CredentialDocumentInput = {
      ...{ schema: 1, credential: 'app', strategy: 'dual-user', delivery: 'secret', database: 'app' },
      ownerRole: 'app_owner',
      slots: {
        blue: { user: 'app_blue', secretArn: arnOf('blue') },
        green: { user: 'app_green', secretArn: arnOf('green') },
      },
      activeSecretArn: arnOf('active'),
      consumers: [...this.consumers],
      rollout: { deadlineSeconds: 600, drainAlarmSeconds: 900, skewSeconds: 5, visibilitySeconds: 30 },
      ...changes,
    };
    this.set('config', JSON.stringify(document));
  }

  /** A wake-up. @param mayGoOn as the handler gives it */
  async look(sweep = false, mayGoOn: () => boolean = () => true): Promise<void> {
    await lookAt(this.dependencies, 'app', sweep, mayGoOn);
  }

  /** Looks, and lets ECS finish what was begun, until the record is settled or halted and nothing is due. */
  async converge(rounds = 30): Promise<void> {
    for (let round = 0; round < rounds; round += 1) {
      await this.look();
      if (['settled', 'halted'].includes(this.record().phase) && this.isQuiet()) return;
      this.tick(10_000);
      this.services.finish(this.mirror());
    }
    throw new Error(`still ${this.record().phase} after ${rounds} looks`);
  }

  /** Rotates a slot as Secrets Manager and the rotator do. */
  rotate(slot: Slot = other(this.record().active.slot), name = `${slot}-2`): SlotVersion {
    const version = versionId(name);
    this.secrets.begin(arnOf(slot), version);
    this.store(slot, version, AWSPENDING);
    this.secrets.attach(arnOf(slot), AWSCURRENT, version);
    return { slot, version };
  }

  /** Stores a version of a slot and gives the user its password. */
  store(slot: Slot, version: string, label: string): void {
    this.published.set(mirrorVersion(arnOf(slot), version), { slot, version });
    this.rotator.alter({ slot, version });
    this.secrets.store(arnOf(slot), version, valueOf(slot, version), label);
  }

  ask(kind: PersonRequest['kind'], leaving = this.record().active.version): string {
    const id = `request-${(this.requests += 1)}`;
    this.set('request', JSON.stringify({ id, kind, leaving }));
    return id;
  }

  /** How a request was answered; undefined while it was not. */
  answerTo(id: string): string | undefined {
    return this.record().handled.find((handled) => handled.id === id)?.answer;
  }

  tick(milliseconds: number): void {
    this.clock.time += milliseconds;
    this.services.remember();
  }

  record(): CredentialRecord {
    const record = parseRecord(this.text('record'));
    if (record === null) throw new Error('the record cannot be read');
    return record;
  }

  /** Changes the record as an earlier look would have left it. */
  changeRecord(change: Partial<CredentialRecord>): void {
    this.set('record', JSON.stringify({ ...this.record(), ...change }));
  }

  /** Grows with every write of the record. */
  revision(): number {
    return this.parameters.peek(this.name('record'))?.version ?? 0;
  }

  pointer(): string {
    return this.text('pointer');
  }

  /** What tasks that start now read. */
  mirror(): SlotVersion {
    const carried = this.published.get(this.secrets.versionWith(arnOf('active'), AWSCURRENT) ?? '');
    if (carried === undefined) throw new Error('the mirror carries no version of a slot');
    return carried;
  }

  evidence(): Evidence | null {
    const found = this.parameters.peek(this.name('evidence'));
    return found === undefined ? null : (JSON.parse(found.value) as Evidence);
  }

  set(kind: ParameterKind, value: string): void {
    this.parameters.set(this.name(kind), value);
  }

  name(kind: ParameterKind, credential = 'app'): string {
    return parameterName(PREFIX, credential, kind);
  }

  /** Tasks whose credential does not log in: I1 says that there are none. */
  lockedOut(): SlotVersion[] {
    return this.services.held().filter((held) => !this.rotator.logsIn(held));
  }

  private text(kind: ParameterKind): string {
    return this.parameters.peek(this.name(kind))?.value ?? '';
  }

  private isQuiet(): boolean {
    const { phase, active, seen } = this.record();
    const standby = other(active.slot);
    const current = this.secrets.versionWith(arnOf(standby), AWSCURRENT);
    const rejected = this.record().rejected.some(({ version }) => version === current);
    return phase === 'halted' || seen[standby] === current || rejected;
  }

  /** The mirror carries only what logs in, was verified at this revision of the record, and is the slot's own value. */
  private labelMoved(arn: string, label: string, version: string): void {
    if (arn !== arnOf('active') || label !== AWSCURRENT) return;
    const carried = this.published.get(version);
    if (carried === undefined) {
      this.violations.push(`the mirror carries ${version}, which is no version of a slot`);
      return;
    }
    const name = `${carried.slot} ${carried.version}`;
    if (!this.rotator.logsIn(carried)) this.violations.push(`${name} was published and does not log in`);
    const { accepted } = this;
    if (accepted?.revision !== this.revision() || !sameSlotVersion(accepted.target, carried))
      this.violations.push(`${name} was published without a verification at this revision of the record`);
    if (this.secrets.valueOf(arn, version) !== this.secrets.valueOf(arnOf(carried.slot), carried.version))
      this.violations.push(`${name} was published with another value`);
  }
}
