import type { CredentialDocumentInput } from '../../../lambda-src/contract/config-document';
import { STEPS } from '../../../lambda-src/contract/events';
import type { Delivery } from '../../../lambda-src/core/delivery';
import type { CredentialRecord } from '../../../lambda-src/core/record';
import type { Slot } from '../../../lambda-src/core/slot';
import type { AdminSession, Database } from '../../../lambda-src/ports/database';
import { AWSCURRENT, AWSPENDING } from '../../../lambda-src/ports/secrets';
import { bootstrap } from '../../../lambda-src/rotator/bootstrap';
import type { RotatorDependencies } from '../../../lambda-src/rotator/dependencies';
import { rotate } from '../../../lambda-src/rotator/rotation';
import { ADMIN_ARN, ModelInstallation, PREFIX } from '../../model/installation';
import { instrumented, instrumentedDatabase, PARAMETER_STORE, SECRET_STORE } from '../instrumented';
import { MemoryDatabase } from '../memory-database';
import { Effects } from '../memory-effects';
import { MemoryTelemetry } from '../memory-telemetry';
import { replaced } from './replaced';

/** A version id as long as a real one. */
export function versionId(name: string): string {
  return name.padEnd(36, '0');
}

/** One credential with everything that the rotator reaches in memory: what it calls is noted, and can be disturbed. */
export class MemoryCredential extends ModelInstallation {
  readonly effects = new Effects();
  readonly telemetry = new MemoryTelemetry();
  /** Milliseconds that were waited, one by one. */
  readonly pauses: number[] = [];
  /** What stands in for methods of the session that holds the lock. */
  session: Partial<AdminSession> = {};
  /** What stands in for the database itself, lock and session excepted. */
  database: Partial<Omit<Database, 'withLock'>> = {};
  private bytes = 0;

  /** Bootstrapped, with a consumer, and nothing noted yet. */
  static async installed(delivery: Delivery = 'secret'): Promise<MemoryCredential> {
    const app = new MemoryCredential('dual-user', undefined, delivery);
    app.register();
    app.configure();
    await bootstrap(app.dependencies, 'app');
    app.forget();
    return app;
  }

  forget(): void {
    this.effects.forget();
    this.telemetry.lines.length = 0;
    this.telemetry.counts.length = 0;
  }

  get dependencies(): RotatorDependencies {
    const { gate } = this.effects;
    const timeouts = { connectMs: 1_000, statementMs: 1_000, lockMs: 1_000 };
    const writer = this.server.endpoint;
    return {
      environment: {
        prefix: PREFIX,
        database: { writer, readers: [], lockDatabase: 'postgres', adminSecretArn: ADMIN_ARN, timeouts },
        caBundle: undefined,
        importedSecrets: {},
      },
      database: instrumentedDatabase(this.wholeDatabase(), gate),
      secrets: instrumented(this.secrets, SECRET_STORE, gate),
      parameters: instrumented(this.parameters, PARAMETER_STORE, gate),
      clock: this.clock,
      pause: (milliseconds) => {
        this.pauses.push(milliseconds);
        this.clock.time += milliseconds;
        return Promise.resolve();
      },
      randomBytes: (count) =>
        Uint8Array.from({ length: count }, () => (this.bytes = (this.bytes + 37) % 256)),
      telemetry: this.telemetry,
    };
  }

  /** RotateSecret: AWSPENDING on a version without a value. @returns its token */
  begin(slot: Slot, name = `${slot}-2`): string {
    const token = versionId(name);
    this.secrets.begin(this.arns[slot], token);
    return token;
  }

  /** One step, as Secrets Manager invokes it. */
  step(slot: Slot, token: string, Step: (typeof STEPS)[number]): Promise<void> {
    return rotate(this.dependencies, { SecretId: this.arns[slot], ClientRequestToken: token, Step });
  }

  /** All four steps. */
  async rotate(slot: Slot, name = `${slot}-2`): Promise<string> {
    const token = this.begin(slot, name);
    for (const step of STEPS) await this.step(slot, token, step);
    return token;
  }

  current(slot: Slot): string | null {
    return this.labelled(slot, AWSCURRENT);
  }

  pending(slot: Slot): string | null {
    return this.labelled(slot, AWSPENDING);
  }

  /** The record, as something else has left it. */
  changeRecord(change: Partial<CredentialRecord>): void {
    this.set('record', JSON.stringify({ ...this.record(), ...change }));
  }

  /** The configuration document, as an apply has left it. */
  changeDocument(change: Partial<CredentialDocumentInput>): void {
    this.set('config', JSON.stringify({ ...(JSON.parse(this.text('config')) as object), ...change }));
  }

  private wholeDatabase(): Database {
    const whole = replaced<Database>(new MemoryDatabase(this.server), this.database);
    return replaced(whole, {
      withLock: (admin, key, work) =>
        whole.withLock(admin, key, (session) => work(replaced(session, this.session))),
    });
  }
}
