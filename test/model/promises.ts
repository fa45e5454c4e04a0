import { pointerText } from '../../lambda-src/core/delivery';
import { isRejected, type CredentialRecord } from '../../lambda-src/core/record';
import { other, SLOTS, type Slot, type SlotVersion } from '../../lambda-src/core/slot';
import { AWSCURRENT, AWSPENDING } from '../../lambda-src/ports/secrets';
import { hasOneSecret } from '../../lambda-src/core/strategy';
import type { Call } from '../support/instrumented';
import { Leaks } from './leaks';
import type { Held } from './installation';
import type { Process, Witness } from './process';
import { Transitions } from './transitions';
import type { World } from './world';

/** What changes what applications read. */
const PUBLISHING = [
  'secrets.put active AWSCURRENT',
  'parameters.putSecure active',
  'parameters.createSecure active',
];

/** I1 to I6, held against the whole world around every single effect. What is broken is collected, in words. */
export class Promises implements Witness {
  readonly violations: string[] = [];
  /** Who moved AWSCURRENT of the mirror last. */
  mirrorMovedBy: 'tandem' | 'person' = 'tandem';
  readonly leaks: Leaks;
  /** Whether a person wrote a value or took a label away: then even one user's only password may be lost. */
  meddled = false;
  private readonly transitions: Transitions;
  private record: CredentialRecord | null = null;
  /** The version that applications read before the effect under way, where they read a secret. */
  private published: string | null = null;
  /** Users with sessions that the rotator had to see, by its invocation. */
  private readonly sessionsAtLock = new Map<Process, readonly string[]>();

  constructor(private readonly world: World) {
    this.leaks = new Leaks(world, this);
    this.transitions = new Transitions(world, this);
  }

  deploymentFailed(service: string, backTo: string | null): void {
    this.transitions.failed(service, backTo);
  }

  joined(key: string): void {
    this.transitions.joined(key);
  }

  broken(what: string): void {
    if (this.violations.includes(what)) return;
    this.violations.push(what);
    this.world.tell(`!! ${what}`);
  }

  before(process: Process, call: Call): void {
    if (call.kind === 'read') return;
    this.record = this.world.record();
    this.published = this.activeVersion();
    if (process.kind === 'rotation' && call.name.startsWith('database.setPassword'))
      this.standbyOnly(process, call.name.endsWith('blue') ? 'blue' : 'green');
    if (call.name.startsWith('services.force ')) {
      this.forcedOnce(call.name.slice('services.force '.length));
      this.canaryFirst(call.name.slice('services.force '.length));
    }
    if (process.kind === 'apply' && !call.name.startsWith('parameters.remove') && !this.mayFill())
      this.broken(`I6: an apply moved something: ${call.name}`);
  }

  after(process: Process, call: Call): void {
    const { world } = this;
    if (call.kind === 'read') {
      if (call.name.startsWith('database.')) this.noteSessions(process, call);
      return;
    }
    world.tell(`  ${process.name}: ${call.name}`);
    world.effects.push(call.name);
    if (this.publishes(process, call)) this.mirrorMovedBy = 'tandem';
    if (call.name.startsWith('services.')) world.services.remember();
    if (call.name === 'parameters.put record') this.transitions.written(this.record, world.record());
    this.logins();
  }

  /** I1, after anything that happened. */
  logins(): void {
    const { world } = this;
    this.leaks.check();
    // With one user, nothing logs in between its ALTER and the restart: only the end is looked at.
    if (world.strategy === 'single') return;
    const works = ({ user, password }: Held) => world.server.logsIn(user, password);
    const { cached } = world;
    const read = cached !== null && world.clock.time <= cached.until ? [cached.held] : [];
    for (const held of [...world.services.held(), ...read])
      if (!held.astray && !works(held)) this.broken(`I1: a running task is locked out of ${held.user}`);
    const published = world.published();
    if (this.mirrorMovedBy === 'tandem' && published !== null && !works(published))
      this.broken(`I1: a task that starts now could not log in as ${published.user}`);
    if (this.mirrorMovedBy === 'tandem' && published === null && this.mustStart())
      this.broken('I1: no task could start: the pointer and what is current in the slot disagree');
  }

  /** What containers pick from is there, since bootstrap has ended, unless Terraform has made a secret again. */
  private mustStart(): boolean {
    const { world } = this;
    return world.delivery === 'entrypoint' && world.recreated.size === 0 && world.record() !== null;
  }

  /** Whether what applications read is Tandem's doing from now on. */
  private publishes({ kind }: Process, { name }: Call): boolean {
    const { world } = this;
    // A move that comes after somebody else's is refused, and leaves theirs.
    if (name === 'secrets.moveLabel active AWSCURRENT') return this.activeVersion() !== this.published;
    if (world.delivery !== 'entrypoint') return PUBLISHING.includes(name);
    if (name === 'parameters.create pointer') return true;
    const moved = /^(parameters\.put pointer|secrets\.moveLabel (blue|green) AWSCURRENT)$/.test(name);
    const active = world.record()?.active;
    return moved && kind === 'orchestrator' && active !== undefined && world.carries(active);
  }

  private activeVersion(): string | null {
    const { world } = this;
    return world.delivery === 'secret' ? world.labelled('active', AWSCURRENT) : null;
  }

  /** Those that were open when the lock was taken, and still were when they were asked for. */
  private noteSessions(process: Process, { name }: Call): void {
    const open = this.world.server.sessions().map(({ user }) => user);
    if (name === 'database.withLock') this.sessionsAtLock.set(process, open);
    if (!name.startsWith('database.sessionsOf')) return;
    const before = this.sessionsAtLock.get(process) ?? [];
    this.sessionsAtLock.set(
      process,
      before.filter((user) => open.includes(user)),
    );
  }

  /** I2, at the moment a rotation changes a password. */
  private standbyOnly(process: Process, slot: Slot): void {
    const { world, record } = this;
    if (world.strategy === 'single') return;
    if (record === null) {
      this.broken(`I2: ${slot} was altered without a record`);
      return;
    }
    // Where the roll began after the guard was passed, nothing is published before the lock is free.
    if (record.active.slot === slot && record.phase === 'settled')
      this.broken(`I2: the active user ${slot} was altered`);
    if (this.sessionsAtLock.get(process)?.includes(slot) === true)
      this.broken(`I2: ${slot} was altered although a session was open`);
    const current = world.labelled(slot, AWSCURRENT);
    if (hasOneSecret(world.strategy)) {
      if (record.phase === 'settled' && current !== record.active.version && this.mirrorMovedBy === 'tandem')
        this.broken(`I2: ${slot} was altered although what is read is not what the record says`);
      return;
    }
    if (record.phase === 'settled' && current !== null && !this.noted(record, { slot, version: current }))
      if (!world.writtenByHand.has(current))
        this.broken(`I2: ${slot} was altered although its last rotation was not rolled out yet`);
  }

  /** What ECS rolled back is not forced once more: it would go round for ever. */
  private forcedOnce(key: string): void {
    const known = this.record?.consumers[key]?.deployment ?? null;
    if (known !== null) this.broken(`I4: a deployment of ${key} was forced although one is known`);
  }

  /** Nobody else is redeployed before the canary stands on the new credential, and has stood there for its time. */
  private canaryFirst(key: string): void {
    const { world, record } = this;
    const [canary] = world.keys();
    const { bake } = world.options;
    if (bake === null || record?.phase !== 'rolling' || canary === undefined || key === canary) return;
    const since = record.canaryMovedAt;
    if (since === null || world.clock.time < since + bake * 1_000)
      this.broken(`a deployment of ${key} was forced before the canary had baked`);
  }

  private noted(record: CredentialRecord, target: SlotVersion): boolean {
    return record.seen[target.slot] === target.version || isRejected(record, target);
  }

  /** Only a slot that has no value may be given one by an apply. */
  private mayFill(): boolean {
    const { world } = this;
    return this.record === null || SLOTS.some((slot) => world.recreated.has(slot));
  }

  /** What is still to be done; empty where everything has come to its end. */
  due(): string[] {
    const { world } = this;
    const record = world.record();
    if (record === null) return ['there is no readable record'];
    const due: string[] = [];
    const { active } = record;
    if (record.phase !== 'settled') due.push(`the record is ${record.phase}`);
    if (record.compromised !== null) due.push(`the leaked password of ${record.compromised.slot} is in use`);
    if (record.paused) due.push('it is paused');
    if (world.openRequest() !== null) due.push('a request has no answer');
    const one = hasOneSecret(world.strategy);
    if (!world.carries(active)) due.push('the mirror does not carry what is active');
    if (world.text('pointer') !== pointerText(world.delivery, active))
      due.push('the pointer does not name what is active');
    for (const slot of SLOTS) {
      const pending = world.labelled(slot, AWSPENDING);
      if (pending !== null && pending !== world.labelled(slot, AWSCURRENT))
        due.push(`AWSPENDING is left on ${slot}`);
    }
    due.push(...this.locked());
    if (one) return [...due, ...this.elsewhere(record).map(({ user }) => `a task is on ${user}`)];
    const standby = other(active.slot);
    const current = world.labelled(standby, AWSCURRENT);
    if (current === null) due.push(`${standby} has no value`);
    else if (!this.noted(record, { slot: standby, version: current }))
      due.push(`${standby} was rotated and not rolled out`);
    const behind = this.elsewhere(record).filter(({ unnoticed }) => !unnoticed);
    return [...due, ...behind.map(({ user }) => `a task is on ${user}`)];
  }

  /** Where there may be failed logins on the way, there is none in the end. */
  private locked(): string[] {
    const { world } = this;
    if (world.strategy !== 'single') return [];
    const held = world.services.held().filter(({ user, password }) => !world.server.logsIn(user, password));
    return held.map(({ user }) => `a task is locked out of ${user}`);
  }

  /** What those tasks hold that hold anything but what is active. */
  elsewhere({ active: { slot, version } }: CredentialRecord): Held[] {
    const { world } = this;
    const login = world.login(slot, version);
    return world.services
      .held()
      .filter(({ user, password }) => user !== login?.user || password !== login.password);
  }
}
