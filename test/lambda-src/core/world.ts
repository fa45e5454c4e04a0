import type { Action } from '../../../lambda-src/core/action';
import { guardCreate, guardRecord } from '../../../lambda-src/core/guard';
import { nextAction } from '../../../lambda-src/core/next-action';
import type {
  Observation,
  PersonRequest,
  Settings,
  Verification,
} from '../../../lambda-src/core/observation';
import { firstRecord, withConsumer, type CredentialRecord } from '../../../lambda-src/core/record';
import { SLOTS, sameSlotVersion, type Slot, type SlotVersion } from '../../../lambda-src/core/slot';
import { FakeService } from './fake-service';

/** Small enough that a run crosses every one of them. */
export const SETTINGS: Settings = { deadline: 40, drainAlarm: 60, skew: 1, visibility: 3, rotation: 12 };

type Step = 'create' | 'set' | 'alter' | 'test' | 'finish';

interface SlotState {
  current: string;
  previous: string | null;
  pending: { version: string; since: number } | null;
  rotation: { token: string; step: Step } | null;
}

/** How one look goes: how old ECS's pictures are, when it dies, and whether the database answers. */
export interface LookOptions {
  readonly lag: number;
  /** How many effects succeed before the orchestrator dies. */
  readonly effects: number;
  readonly outage: boolean;
}

/** Both slots, their database, what is published, the services and the record, with every effect a step of its own. */
export class World {
  now = 100;
  record: CredentialRecord;
  revision = 1;
  mirror: SlotVersion = { slot: 'blue', version: 'blue-0' };
  pointer: Slot = 'blue';
  request: PersonRequest | null = null;
  readonly services: readonly FakeService[];
  /** The version whose password each user has. */
  readonly passwords: Record<Slot, string> = { blue: 'blue-0', green: 'green-0' };
  readonly slots: Record<Slot, SlotState> = {
    blue: { current: 'blue-0', previous: null, pending: null, rotation: null },
    green: { current: 'green-0', previous: null, pending: null, rotation: null },
  };
  /** The rotation that holds the advisory lock. */
  private lock: Slot | null = null;
  private tokens = 0;

  constructor(counts: readonly number[]) {
    this.services = counts.map((count, index) => new FakeService(`main/${index}`, count, this.mirror));
    const seen = { blue: 'blue-0', green: 'green-0' };
    this.record = firstRecord(0, 'settled', this.mirror, seen, this.names());
    this.remember();
  }

  /** Tasks whose credential does not log in any more: I1 says that there are none. */
  lockedOut(): string[] {
    const tasks = this.services.flatMap((service) => service.tasks);
    return tasks.filter((task) => !this.logsIn(task.holds)).map((task) => `${task.id} ${task.holds.version}`);
  }

  /** Tasks on any other credential than the active one although the record is settled: the standby may be rotated at any time. */
  leftBehind(): string[] {
    if (this.record.phase !== 'settled') return [];
    const tasks = this.services.flatMap((service) => service.tasks);
    const behind = tasks.filter((task) => !sameSlotVersion(task.holds, this.record.active));
    return behind.map((task) => `${task.id} ${task.holds.version}`);
  }

  tick(by: number): void {
    this.now += by;
    this.remember();
  }

  /** RotateSecret: refused while AWSPENDING is on a version other than the current one. */
  rotate(slot: Slot, token = `${slot}-${(this.tokens += 1)}`): void {
    const state = this.slots[slot];
    if (state.pending !== null) return;
    this.rotationDies(slot);
    state.pending = { version: token, since: this.now };
    state.rotation = { token, step: 'create' };
  }

  /** Secrets Manager tries again with the same token. */
  retry(slot: Slot): void {
    const state = this.slots[slot];
    if (state.pending !== null && state.rotation === null)
      state.rotation = { token: state.pending.version, step: 'create' };
  }

  rotationDies(slot: Slot): void {
    this.slots[slot].rotation = null;
    if (this.lock === slot) this.lock = null;
  }

  /** The rotator's next effect. */
  rotationStep(slot: Slot): void {
    const state = this.slots[slot];
    const { rotation } = state;
    if (rotation === null) return;
    const { token } = rotation;
    const facts = { slot, token, record: this.record, consumers: this.names() };
    const staged = state.pending?.version === token;
    switch (rotation.step) {
      case 'create': {
        const labels = {
          current: state.current,
          pending: state.pending?.version ?? null,
          rotationEnabled: true,
        };
        if (guardCreate(facts, labels) === null) rotation.step = 'set';
        else this.rotationDies(slot);
        return;
      }
      case 'set':
        if (this.lock !== null) return;
        if (guardRecord(facts) !== null || !staged) {
          this.rotationDies(slot);
          return;
        }
        this.lock = slot;
        rotation.step = 'alter';
        return;
      case 'alter':
        this.passwords[slot] = token;
        this.lock = null;
        rotation.step = 'test';
        return;
      case 'test':
        rotation.step = 'finish';
        return;
      case 'finish':
        if (staged) Object.assign(state, { previous: state.current, current: token, pending: null });
        this.rotationDies(slot);
    }
  }

  /** A person asks for something; the command line never writes over an unanswered request. */
  ask(kind: PersonRequest['kind']): void {
    const open = this.request;
    if (open !== null && !this.record.handled.some((handled) => handled.id === open.id)) return;
    const id = `request-${(this.tokens += 1)}`;
    this.request = { id, kind, leaving: this.record.active.version, token: `token-${id}` };
  }

  /** A person moves AWSCURRENT of the active secret back, as the console's AWSPREVIOUS invites to. */
  tamper(): void {
    const { phase, previous } = this.record;
    if ((phase === 'rolling' || phase === 'reverting') && previous !== null) this.mirror = previous;
  }

  /** Looks and acts until there is nothing to do or it dies. @returns the last action */
  look({ lag, effects, outage }: LookOptions): Action {
    let left = effects;
    let verification: Verification | null = null;
    for (;;) {
      const action = nextAction(this.observe(lag, verification));
      if (action.kind === 'verify') {
        if (this.lock !== null) return action;
        const answer = this.logsIn(action.target) ? 'accepted' : 'refused';
        const result = outage ? 'outage' : answer;
        verification = { target: action.target, revision: this.revision, result, detail: 'as asked' };
        continue;
      }
      for (const effect of this.effectsOf(action)) {
        if (left === 0) return action;
        left -= 1;
        effect();
      }
      if (action.kind === 'wait') return action;
    }
  }

  private effectsOf(action: Action): (() => void)[] {
    switch (action.kind) {
      case 'wait':
      case 'verify':
        return [];
      case 'publish':
        return [() => (this.mirror = action.target), () => (this.pointer = action.target.slot)];
      case 'write-record':
        return [() => this.write(action.record)];
      case 'unstage': {
        const state = this.slots[action.target.slot];
        return [() => state.pending?.version === action.target.version && (state.pending = null)];
      }
      case 'rotate':
        return [() => this.rotate(action.slot, action.token)];
      case 'force-deployment': {
        const name = action.consumer;
        let id = '';
        return [
          () => this.write(withConsumer(this.record, name, { intendedAt: this.now })),
          () => (id = this.services.find((service) => service.name === name)?.deploy(this.now) ?? ''),
          () => this.write(withConsumer(this.record, name, { deployment: id })),
        ];
      }
    }
  }

  private write(record: CredentialRecord): void {
    this.record = record;
    this.revision += 1;
  }

  private observe(lag: number, verification: Verification | null): Observation {
    const { now, record, revision, mirror, pointer, request } = this;
    const published = (is: (target: SlotVersion) => boolean) => {
      if (is(record.active)) return 'active';
      return record.previous !== null && is(record.previous) ? 'previous' : 'other';
    };
    const slot = (name: Slot) => {
      const { current, previous, pending } = this.slots[name];
      const versions = [current, previous, pending?.version ?? null].filter((version) => version !== null);
      return {
        current,
        versions,
        pending: pending === null ? null : { ...pending, standIn: `for-${pending.version}` },
      };
    };
    return {
      now,
      sweep: true,
      settings: SETTINGS,
      record,
      revision,
      activeValueExists: true,
      mirror: published((target) => sameSlotVersion(target, mirror)),
      pointer: published((target) => target.slot === pointer),
      slots: { blue: slot('blue'), green: slot('green') },
      request,
      consumers: this.services.map((service) => service.pictureAt(now - lag)),
      blockers: [],
      busyGroup: [],
      verification,
    };
  }

  private logsIn({ slot, version }: SlotVersion): boolean {
    return this.passwords[slot] === version;
  }

  private names(): string[] {
    return this.services.map((service) => service.name);
  }

  /** What ECS shows of this instant, to later and lagging reads. */
  remember(): void {
    for (const service of this.services) service.remember(this.now);
  }

  isQuiet(): boolean {
    return SLOTS.every((slot) => this.slots[slot].pending === null);
  }

  /** Lets rotations and deployments come to their end. */
  calm(): void {
    for (const slot of SLOTS) for (let step = 0; step < 5; step += 1) this.rotationStep(slot);
    for (const service of this.services) service.finish(this.now, this.mirror);
    this.tick(2);
  }
}
