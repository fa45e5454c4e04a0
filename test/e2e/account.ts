import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DATABASE } from '../../local/drill/installation/model';
import { LoginLog } from '../../local/drill/logins';
import type { Output } from '../../local/drill/output';
import { RotationLog } from '../../local/drill/rotation-log';
import { startKeeper, type Keeper } from '../../local/processes/keeper';
import { startSystem, type LocalSystem } from '../../local/system';
import { silentOutput } from '../support/stage';
import { startMoto } from './moto';

/** An account that Terraform can apply to, with a PostgreSQL server and a directory for states. */
export interface Account {
  readonly directory: string;
  readonly system: LocalSystem;
  readonly output: Output;
  readonly logins: LoginLog;
  readonly rotations: RotationLog;
  readonly keeper: Keeper;
  readonly close: () => Promise<void>;
}

const ACCOUNT = '000000000000';

/** @param isRotator tells a rotator by its function's name: its steps are noted */
export async function startAccount(isRotator: (functionName: string) => boolean): Promise<Account> {
  const keeper = startKeeper();
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-apply-'));
  keeper.watchDirectory(directory);
  const moto = await startMoto(ACCOUNT, keeper);
  const logins = new LoginLog();
  const rotations = new RotationLog();
  const output = silentOutput();
  const system = await startSystem({
    postgres: '17',
    database: DATABASE,
    forwardTo: moto.url,
    log: (sentence) => output.progress(sentence),
    onFunctionLog: () => undefined,
    onTaskOutput: (line) => logins.note(line),
    onInvocation: (invoked) => {
      if (isRotator(invoked.functionName)) rotations.note(invoked);
    },
    // A task must have time to crash before it counts as healthy, also on a machine under load.
    settings: { events: { rateEveryMs: 2_000 }, ecs: { settleMs: 3_000, stopTimeoutMs: 5_000 } },
  });
  const close = async (): Promise<void> => {
    await system.close();
    moto.stop();
    rmSync(directory, { recursive: true, force: true });
    await keeper.close();
  };
  return { directory, system, output, logins, rotations, keeper, close };
}
