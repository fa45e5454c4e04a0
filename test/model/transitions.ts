import { isLeaked, isRejected, type CredentialRecord } from '../../lambda-src/core/record';
import { sameSlotVersion, type SlotVersion } from '../../lambda-src/core/slot';
import type { Promises } from './promises';
import type { World } from './world';

/** A deployment that failed, and where ECS went back to. */
interface Failure {
  readonly service: string;
  /** Null where there was nothing to go back to. */
  readonly backTo: string | null;
  /** When ECS says that deployment was made; 0 with none. */
  readonly since: number;
}

/** What may become of a record in one write. */
export class Transitions {
  /** Versions that were refused, or that a rollout was called back from. */
  private readonly rejected = new Set<string>();
  private failures: Failure[] = [];
  /** Deployments that existed when the publish was read back, as ECS knows them and not as a read shows them. */
  private old = new Set<string>();

  constructor(
    private readonly world: World,
    private readonly promises: Promises,
  ) {}

  /** ECS gave a deployment up. */
  failed(service: string, backTo: string | null): void {
    const back = this.world.services.service(service).deployments.find(({ id }) => id === backTo);
    this.failures.push({ service, backTo, since: back?.createdAt ?? 0 });
  }

  written(before: CredentialRecord | null, after: CredentialRecord | null): void {
    if (before === null || after === null) return;
    this.world.tell(
      `    record: ${after.phase} ${after.active.slot} ${after.active.version.slice(0, 12)}${after.flippedAt === null ? '' : ', flipped'}`,
    );
    this.promises.leaks.written(before, after);
    if (before.flippedAt === null && after.flippedAt !== null) this.flipped();
    if (!sameSlotVersion(before.active, after.active)) this.activated(before, after);
    if (after.phase === 'settled' && this.promises.mirrorMovedBy === 'person')
      for (const held of this.world.services.held()) held.astray ||= held.strayed;
    const rolled = before.phase === 'rolling' || before.phase === 'reverting';
    if (rolled && after.phase === 'settled') this.settled(after);
    if (before.phase === 'rolling' && after.phase === 'reverting') this.reverted(before, after);
    if (before.phase !== 'halted' && after.phase === 'halted') this.halted(before, after);
    for (const target of after.rejected) if (!isRejected(before, target)) this.givenUp(before, after, target);
  }

  private flipped(): void {
    this.failures = [];
    this.old = new Set();
    for (const key of this.world.keys()) this.joined(key);
  }

  /** What ran before it was registered says nothing about the flip. */
  joined(key: string): void {
    for (const { id } of this.world.services.service(key).deployments) this.old.add(id);
  }

  private activated(before: CredentialRecord, after: CredentialRecord): void {
    const key = `${after.active.slot} ${after.active.version}`;
    const asked = after.handled.length > 0 && after.handled.at(-1)?.id !== before.handled.at(-1)?.id;
    if (after.phase === 'rolling' && this.rejected.has(key) && !asked)
      this.promises.broken(`I4: ${after.active.slot} is rolled out again, which was rejected before`);
    const leaving = `${before.active.slot} ${before.active.version}`;
    if (after.phase === 'reverting' || (before.phase === 'rolling' && after.phase === 'settled'))
      this.rejected.add(leaving);
    if (asked) this.rejected.delete(key);
  }

  /** Settled means that the former credential may be changed at any time. */
  private settled(after: CredentialRecord): void {
    const { promises } = this;
    if (promises.mirrorMovedBy === 'person') return;
    const behind = promises.elsewhere(after).map(({ user }) => user);
    if (behind.length > 0) promises.broken(`I1: settled although a task is still on ${behind.join(', ')}`);
  }

  /** Of one user, whatever a rotation set is found again, wherever it died. */
  private oneUserHalted({ reason }: CredentialRecord): void {
    const { world, promises } = this;
    if (world.strategy !== 'single' || promises.meddled || reason?.includes('does not log in') !== true)
      return;
    promises.broken(`I3: halted although only rotations set passwords: ${reason}`);
  }

  /** A rollout is only called back for a reason. */
  private reverted(before: CredentialRecord, after: CredentialRecord): void {
    if (!this.isRefused(before.active) && !this.hasFailed(before, after))
      this.promises.broken(`I4: reverted without a reason: ${after.reason ?? ''}`);
  }

  /** A person is only called where the story holds what nobody else can mend. */
  private halted(before: CredentialRecord, after: CredentialRecord): void {
    this.oneUserHalted(after);
    const { active, previous } = before;
    const noWayBack =
      before.phase !== 'rolling' ||
      previous === null ||
      isLeaked(before, previous) ||
      isRejected(before, previous);
    const failed = noWayBack && (this.isRefused(active) || this.hasFailed(before, after));
    if (!failed && this.world.login(active.slot, active.version) !== null)
      this.promises.broken(`I4: halted without a cause: ${after.reason ?? ''}`);
  }

  /** A version is only rejected that does not log in, whose rollout failed, or whose user gets another because of a leak. */
  private givenUp(before: CredentialRecord, after: CredentialRecord, target: SlotVersion): void {
    const rolled = before.phase === 'rolling' && sameSlotVersion(before.active, target);
    const leaked = before.compromised?.slot === target.slot;
    if (!leaked && !this.isRefused(target) && !(rolled && this.hasFailed(before, after)))
      this.promises.broken(`I4: ${target.slot} ${target.version} was rejected without a reason`);
  }

  /** Whether the database refuses it, it is no login at all, or no container could start with it. */
  private isRefused(target: SlotVersion): boolean {
    const { world } = this;
    const login = world.login(target.slot, target.version);
    return login === null || !world.server.logsIn(login.user, login.password) || !world.startsWith(target);
  }

  /** Whether the rollout of this record failed, is late, or was called back by a person. */
  private hasFailed(before: CredentialRecord, after: CredentialRecord): boolean {
    if (after.handled.at(-1)?.id !== before.handled.at(-1)?.id) return true;
    const { flippedAt } = before;
    if (flippedAt === null) return false;
    // What was deployed within the skew of the flip cannot be told from what was there before.
    const bound = flippedAt + this.world.skew;
    const failed = this.failures.some(
      ({ backTo, since }) => backTo === null || this.old.has(backTo) || since < bound,
    );
    return failed || this.world.clock.time > flippedAt + this.world.deadline;
  }
}
