import { DatabaseError, type AdminSession, type Batch } from '../ports/database';
import type { RotatorDependencies } from './dependencies';
import { InstallationError } from './errors';

/** One effect of a bootstrap, planned before any of them runs. */
export interface Step {
  /** What it does, in words or SQL, without a value: a preview says the same as what was done. */
  readonly says: readonly string[];
  run(): Promise<void>;
}

/** What a bootstrap comes to: its effects in their order, and what a person should know before. */
export interface Plan {
  readonly steps: readonly Step[];
  /** What stands in the way, each with what to do; then nothing runs. @default nothing */
  readonly obstacles?: readonly string[];
  /** @default nothing */
  readonly notes?: readonly string[];
}

/** How often, in one invocation, locks that applications hold are waited for, and how long in between. */
const PATIENCE = { attempts: 25, pauseMs: 500 };

/** Statements, a step for each transaction. */
export function databaseSteps(
  dependencies: RotatorDependencies,
  session: AdminSession,
  batches: readonly Batch[],
  { database }: { readonly database: string },
): Step[] {
  let attempts = 0;
  const patiently = async (batch: Batch): Promise<void> => {
    for (;;) {
      try {
        await session.run(batch);
        return;
      } catch (error) {
        if (batch.locks === undefined || !(error instanceof DatabaseError) || error.kind !== 'lock-timeout')
          throw error;
        attempts += 1;
        if (attempts >= PATIENCE.attempts) throw interrupted(error.message);
        await dependencies.pause(PATIENCE.pauseMs);
      }
    }
  };
  return batches.map((batch) => ({
    says: batch.statements.map(({ sql }) => said(sql, batch, database, dependencies)),
    run: () => patiently(batch),
  }));
}

/** A statement that runs in neither the credential's database nor that of the locks says where. */
function said(sql: string, batch: Batch, database: string, { environment }: RotatorDependencies): string {
  const known = [database, environment.database.lockDatabase];
  return known.includes(batch.database) ? sql : `${sql} -- in database ${batch.database}`;
}

function interrupted(why: string): InstallationError {
  return new InstallationError(
    `${why} What was done so far stays, and is safe; invoke it again to go on, at best when less is going on.`,
  );
}
