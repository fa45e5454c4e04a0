import type { CredentialRecord } from '../../lambda-src/core/record';
import { sameSlotVersion, type SlotVersion } from '../../lambda-src/core/slot';
import type { Held } from './installation';
import type { Promises } from './promises';
import type { World } from './world';

/** A password that leaked. */
interface Leak {
  readonly target: SlotVersion;
  readonly login: Held;
  /** Its user was locked out: from then on it must not log in. */
  lockedOut: boolean;
}

/** What becomes of leaked passwords. */
export class Leaks {
  private readonly leaks: Leak[] = [];

  constructor(
    private readonly world: World,
    private readonly promises: Promises,
  ) {}

  /** At every write of the record. */
  written(before: CredentialRecord, after: CredentialRecord): void {
    if (!sameSlotVersion(before.active, after.active))
      for (const { target } of this.leaks)
        if (sameSlotVersion(target, after.active))
          this.promises.broken(`a leaked password of ${target.slot} became active again`);
    if (before.compromised === null && after.compromised !== null) this.noted(after.compromised);
    if (before.compromised !== null && after.compromised === null) this.over(before.compromised);
  }

  private noted({ slot, version }: SlotVersion): void {
    const login = this.world.login(slot, version);
    if (login === null) {
      // Terraform may take the secret away between the look and the note.
      if (!this.world.recreated.has(slot))
        this.promises.broken('a leak was noted of a version without a value');
    } else this.leaks.push({ target: { slot, version }, login, lockedOut: false });
  }

  private over(target: SlotVersion): void {
    const { server, sessions } = this.world;
    const leak = this.leaks.find((one) => sameSlotVersion(one.target, target));
    if (leak === undefined) return;
    const { user, password } = leak.login;
    if (server.logsIn(user, password)) this.promises.broken(`a leaked password of ${user} still logs in`);
    if (sessions.get(user) === password)
      this.promises.broken(`a session that was opened with a leaked password of ${user} is left`);
    leak.lockedOut = true;
  }

  /** After anything that happened. */
  check(): void {
    for (const leak of this.leaks) {
      const { user, password } = leak.login;
      const role = this.world.server.role(user);
      if (role?.password === password && !role.login) leak.lockedOut = true;
      if (leak.lockedOut && this.world.server.logsIn(user, password))
        this.promises.broken(`a leaked password of ${user} logs in again`);
    }
  }
}
