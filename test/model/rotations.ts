import { STEPS } from '../../lambda-src/contract/events';
import type { Slot } from '../../lambda-src/core/slot';
import { AWSCURRENT, AWSPENDING, type SecretStore } from '../../lambda-src/ports/secrets';
import { replaced } from '../support/rotator/replaced';
import type { Process } from './process';
import type { World } from './world';

interface Rotation {
  readonly secretArn: string;
  readonly token: string;
  step: number;
  failures: number;
  running: Process | null;
}

/** How often Secrets Manager begins a failed rotation anew before it gives up. */
const ATTEMPTS = 3;

/** Secrets Manager's side of rotation: it invokes the four steps in order, and begins anew where one fails. */
export class Rotations {
  /** The store, with rotations that begin where RotateSecret is called. */
  readonly secrets: SecretStore;
  private readonly underWay = new Map<Slot, Rotation>();
  private tokens = 0;

  constructor(private readonly world: World) {
    const { secrets } = world;
    this.secrets = replaced<SecretStore>(secrets, {
      rotate: async (secretArn, token) => {
        await secrets.rotate(secretArn, token);
        this.begin(secretArn, token);
      },
    });
  }

  /** The schedule, or a person, presses Rotate. @returns false where Secrets Manager refuses */
  press(slot: Slot): boolean {
    const { world } = this;
    const secretArn = world.arns[slot];
    const pending = world.labelled(slot, AWSPENDING);
    const current = world.labelled(slot, AWSCURRENT);
    if (pending !== null && pending !== current) return false;
    const token = `${slot}-${(this.tokens += 1)}`.padEnd(36, '0');
    world.secrets.begin(secretArn, token);
    this.begin(secretArn, token);
    return true;
  }

  /** Secrets Manager tries again what it had given up, or believes to have timed out. */
  retry(slot: Slot): void {
    const token = this.world.labelled(slot, AWSPENDING);
    if (token === null || token === this.world.labelled(slot, AWSCURRENT)) return;
    this.begin(this.world.arns[slot], token);
  }

  /** The step that is under way, or else the next one, which begins. */
  async next(of: Slot): Promise<Process | null> {
    const slot = this.world.slotOf(this.world.arns[of]) ?? of;
    const rotation = this.underWay.get(slot);
    if (rotation === undefined) return null;
    this.conclude(slot, rotation);
    if (this.underWay.get(slot) !== rotation) return null;
    if (rotation.running !== null) return rotation.running;
    const { secretArn, token } = rotation;
    const Step = STEPS[rotation.step] ?? 'finishSecret';
    const name = `${Step} of ${slot} ${token.replace(/0+$/, '')}`;
    const event = { SecretId: secretArn, ClientRequestToken: token, Step };
    rotation.running = await this.world.rotator('rotation', name, event);
    return rotation.running;
  }

  async toEnd(slot: Slot): Promise<void> {
    for (;;) {
      const process = await this.next(slot);
      if (process === null) return;
      await this.world.finish(process);
      if (!process.over) return;
    }
  }

  /** What Terraform does to a schedule runs testSecret alone, against a temporary AWSPENDING. */
  async test(slot: Slot): Promise<void> {
    const { world } = this;
    const secretArn = world.arns[slot];
    if (world.labelled(slot, AWSPENDING) !== null) return;
    const token = `${slot}-test-${(this.tokens += 1)}`.padEnd(36, '0');
    world.secrets.begin(secretArn, token);
    const event = { SecretId: secretArn, ClientRequestToken: token, Step: 'testSecret' } as const;
    const process = await world.rotator('apply', `testSecret alone of ${slot}`, event);
    await world.finish(process);
    world.secrets.detach(secretArn, AWSPENDING);
  }

  private begin(secretArn: string, token: string): void {
    const slot = this.world.slotOf(secretArn);
    if (slot !== null) this.underWay.set(slot, { secretArn, token, step: 0, failures: 0, running: null });
  }

  private conclude(slot: Slot, rotation: Rotation): void {
    const outcome = rotation.running?.outcome ?? null;
    if (outcome === null) return;
    rotation.running = null;
    if (outcome.how === 'ended') rotation.step += 1;
    else Object.assign(rotation, { step: 0, failures: rotation.failures + 1 });
    if (rotation.step === STEPS.length || rotation.failures === ATTEMPTS) this.underWay.delete(slot);
  }
}
