import { lambdaZips } from '../../scripts/lambda-zips';
import { startSystem, type LocalSystem, type SystemOptions } from '../system';
import { adoptApplication, type AdoptionReport } from './adoption/adopt';
import { clientsOf } from './clients';
import { commentary } from './commentary';
import { bootstrap, install, schedule } from './installation/install';
import {
  DATABASE,
  ROTATOR,
  USERS,
  type Clients,
  type Installation,
  type InstallationOptions,
  type ServicePlan,
  type Delivery,
  type Strategy,
} from './installation/model';
import { startService, untilLoggedIn } from './installation/services';
import { LoginLog } from './logins';
import type { Output } from './output';
import { notePasswords, untilTested } from './passwords';
import { RotationLog } from './rotation-log';
import { serverLog, type ServerLog } from './server-log';

/** A system with one credential and services that use it, ready to be rotated. */
export interface Stage {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly system: LocalSystem;
  readonly clients: Clients;
  readonly installation: Installation;
  readonly services: readonly ServicePlan[];
  /** @default dual-user */
  readonly strategy?: Strategy;
  /** @default secret */
  readonly delivery?: Delivery;
  /** Tasks of each service. */
  readonly tasks: number;
  readonly logins: LoginLog;
  readonly rotations: RotationLog;
  readonly server: ServerLog;
  /** Every password ever set, for the search at the end. */
  readonly passwords: Set<string>;
  /** How the adoption went, where there was one. */
  readonly adoption?: AdoptionReport;
  /** Ends everything that was started. */
  close(): Promise<void>;
}

export interface StageOptions {
  readonly postgres: SystemOptions['postgres'];
  readonly services: readonly ServicePlan[];
  /** Tasks of each service. */
  readonly tasks: number;
  /** @default dual-user */
  readonly strategy?: Strategy;
  /** @default secret */
  readonly delivery?: Delivery;
  readonly document?: InstallationOptions['document'];
  readonly timeouts?: InstallationOptions['timeouts'];
  readonly settings?: SystemOptions['settings'];
  /** Whether the services run before Tandem does, and are adopted. @default false */
  readonly adopt?: boolean;
  readonly faults?: SystemOptions['faults'];
  /** Told of every invocation of a function that has ended. */
  readonly onInvocation?: SystemOptions['onInvocation'];
}

/** What AWS takes minutes for takes seconds here; nothing else is different. */
const QUICK = { events: { rateEveryMs: 2_000 }, ecs: { stopTimeoutMs: 5_000 } };

/**
 * Boots PostgreSQL and the AWS endpoint, installs and bootstraps a credential, starts the services and waits until
 * every task has logged in.
 */
export async function raiseStage(options: StageOptions, output: Output, signal: AbortSignal): Promise<Stage> {
  const logins = new LoginLog();
  const rotations = new RotationLog();
  output.progress('starting PostgreSQL and the AWS endpoint');
  const system = await startSystem({
    postgres: options.postgres,
    database: DATABASE,
    log: (sentence) => output.progress(sentence),
    onFunctionLog: commentary(output),
    onTaskOutput: (line) => logins.note(line),
    onInvocation: (invoked) => {
      if (invoked.functionName === ROTATOR) rotations.note(invoked);
      options.onInvocation?.(invoked);
    },
    settings: { ...QUICK, ...options.settings },
    ...(options.faults === undefined ? {} : { faults: options.faults }),
  });
  try {
    const { version, port, logFile } = system.postgres;
    output.progress(`PostgreSQL ${version} on port ${port}, AWS endpoint on ${system.url}`);
    const server = serverLog(logFile);
    return await populate(options, { output, signal, system, logins, rotations, server });
  } catch (error) {
    await system.close();
    throw error;
  }
}

async function populate(
  options: StageOptions,
  started: Pick<Stage, 'output' | 'signal' | 'system' | 'logins' | 'rotations' | 'server'>,
): Promise<Stage> {
  const { output, system } = started;
  const { services, tasks } = options;
  const clients = clientsOf(system);
  const zips = await lambdaZips(system.directory('zips'));
  const plan: InstallationOptions = {
    services,
    tasks,
    ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
    ...(options.delivery === undefined ? {} : { delivery: options.delivery }),
    ...(options.document === undefined ? {} : { document: options.document }),
    ...(options.timeouts === undefined ? {} : { timeouts: options.timeouts }),
    clients,
    zips: { rotator: zips.rotator.path, orchestrator: zips.orchestrator.path },
    // The certificate names localhost, and verify-full compares.
    database: { ...system.postgres, host: 'localhost' },
    admin: system.admin,
  };
  if (options.adopt === true)
    return await adoptApplication(plan, {
      ...started,
      clients,
      services,
      tasks,
      close: () => system.close(),
    });
  const installation = await install(plan);
  await bootstrap(clients);
  await schedule(clients, installation);
  const passwords = new Set([system.admin.password, system.postgres.adminPassword]);
  const stage = {
    ...started,
    clients,
    installation,
    services,
    tasks,
    passwords,
    ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
    close: () => system.close(),
  };
  await untilTested(stage);
  const users = options.strategy === 'single' ? 'one user' : 'two users';
  output.progress(`bootstrapped: owner role and ${users}; ${USERS.blue} is active`);
  await notePasswords(stage);
  for (const service of services) await startService(plan, installation, service);
  await untilLoggedIn(plan, started, USERS.blue);
  return stage;
}
