import type { Slot, SlotVersion } from '../../lambda-src/core/slot';
import type { RotatorClient } from '../../lambda-src/ports/rotator';
import { asked } from './memory-parameters';

type Verdict = Awaited<ReturnType<RotatorClient['verify']>>;

/** The rotator's view of a database in memory. */
export class MemoryRotator implements RotatorClient {
  /** The version whose password each user has. */
  readonly passwords = new Map<string, string>();
  /** Users that may not log in. */
  readonly lockedOut = new Set<Slot>();
  /** Users whose sessions were ended, in order. */
  readonly terminated: Slot[] = [];
  /** Why the database does not answer; null while it does. */
  outage: string | null = null;

  /** @param answered told of every answer, at the moment it is given */
  constructor(private readonly answered: (target: SlotVersion, verdict: Verdict) => void = () => undefined) {}

  verify(_credential: string, target: SlotVersion): Promise<Verdict> {
    return asked(() => {
      const verdict = this.verdictOn(target);
      this.answered(target, verdict);
      return verdict;
    });
  }

  retire(_credential: string, { slot }: SlotVersion): Promise<void> {
    return asked(() => void this.lockedOut.add(slot));
  }

  restore(_credential: string, slot: Slot): Promise<void> {
    return asked(() => void this.lockedOut.delete(slot));
  }

  terminate(_credential: string, { slot }: SlotVersion): Promise<void> {
    return asked(() => void this.terminated.push(slot));
  }

  /** As a rotation does it: a new password, and LOGIN with it. */
  alter({ slot, version }: SlotVersion): void {
    this.passwords.set(slot, version);
    this.lockedOut.delete(slot);
  }

  logsIn({ slot, version }: SlotVersion): boolean {
    return !this.lockedOut.has(slot) && this.passwords.get(slot) === version;
  }

  private verdictOn(target: SlotVersion): Verdict {
    if (this.outage !== null) return { result: 'outage', detail: this.outage };
    return this.logsIn(target)
      ? { result: 'accepted', detail: 'logged in' }
      : { result: 'refused', detail: 'password authentication failed' };
  }
}
