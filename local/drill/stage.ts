import { lambdaZips } from '../../scripts/lambda-zips';
import { startSystem, type LocalSystem, type SystemOptions } from '../system';
import { adoptApplication, type AdoptionReport } from './adoption/adopt';
import { clientsOf } from './clients';
import { commentary } from './commentary';
import { bootstrap, install, schedule } from './installation/install';
import {
  APP,
  DATABASE,
  ORDERS,
  ROTATOR,
  USERS,
  type Clients,
  type DrillCredential,
  type Installation,
  type InstallationOptions,
  type ServicePlan,
  type Delivery,
  type Strategy,
} from './installation/model';
import { READS_NOTHING, readingOf, startService, untilLoggedIn } from './installation/services';
import { GROUPED, installOrders, VARIABLE } from './group';
import { LoginLog } from './logins';
import type { Output } from './output';
import { notePasswords, untilTested } from './passwords';
import { lagOf, READER, readerPlan } from './reader';
import { RotationLog } from './rotation-log';
import { serverLog, type ServerLog } from './server-log';
import { until } from './wait';

/** A system with one credential and services that use it, ready to be rotated. */
export interface Stage {
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly system: LocalSystem;
  readonly clients: Clients;
  readonly installation: Installation;
  readonly services: readonly ServicePlan[];
  /** Whom all of this is about. @default APP */
  readonly credential?: DrillCredential;
  /** The same for the other credential that the services use. @default they use one */
  readonly orders?: Stage;
  /** @default dual-user */
  readonly strategy?: Strategy;
  /** @default secret */
  readonly delivery?: Delivery;
  /** Tasks of each service. */
  readonly tasks: number;
  /** How many seconds the cache of the reader keeps a value. @default there is no reader */
  readonly reader?: number;
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
  /** Whether the services use two credentials, which form a group. @default false */
  readonly group?: boolean;
  /** Starts a reader whose cache keeps a value for so many seconds. @default null: there is none */
  readonly reader?: number | null;
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
  const { services, tasks, reader = null } = options;
  const clients = clientsOf(system);
  const plan = await planOf(options, system, clients);
  if (options.adopt === true)
    return await adoptApplication(plan, {
      ...started,
      clients,
      services,
      tasks,
      close: () => system.close(),
    });
  const installation = await install({ ...plan, document: { ...readersOf(reader), ...plan.document } });
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
    ...(options.delivery === undefined ? {} : { delivery: options.delivery }),
    close: () => system.close(),
  };
  await untilTested(stage);
  const users = options.strategy === 'single' ? 'one user' : 'two users';
  output.progress(`bootstrapped: owner role and ${users}; ${USERS.blue} is active`);
  await notePasswords(stage);
  const orders = options.group === true ? await installOrders(plan, stage) : undefined;
  const { delivery = 'secret' } = options;
  const { secrets, through } = readingOf(delivery, installation.secrets);
  const also = orders === undefined ? [] : readingOf(delivery, orders.installation.secrets, VARIABLE).secrets;
  for (const service of services)
    await startService(plan, { secrets: [...secrets, ...also], through }, service);
  for (const { users } of [APP, ...(orders === undefined ? [] : [ORDERS])])
    await untilLoggedIn(plan, started, users.blue);
  if (reader !== null) await startReader(plan, stage, reader);
  return {
    ...stage,
    ...(orders === undefined ? {} : { orders }),
    ...(reader === null ? {} : { reader }),
  };
}

/** What the configuration says of the reader, which reads the first credential only. */
function readersOf(reader: number | null): NonNullable<StageOptions['document']> {
  return reader === null ? {} : { readers: { lagSeconds: lagOf(reader) } };
}

async function planOf(
  { services, tasks, group = false, strategy, delivery, document, timeouts }: StageOptions,
  system: LocalSystem,
  clients: Clients,
): Promise<InstallationOptions> {
  const zips = await lambdaZips(system.directory('zips'));
  return {
    services,
    tasks,
    ...(strategy === undefined ? {} : { strategy }),
    ...(delivery === undefined ? {} : { delivery }),
    document: {
      ...(group ? GROUPED : {}),
      ...document,
    },
    ...(timeouts === undefined ? {} : { timeouts }),
    clients,
    zips: { rotator: zips.rotator.path, orchestrator: zips.orchestrator.path },
    // The certificate names localhost, and verify-full compares.
    database: { ...system.postgres, host: 'localhost' },
    admin: system.admin,
  };
}

async function startReader(plan: InstallationOptions, stage: Stage, cacheSeconds: number): Promise<void> {
  const { system, installation, logins, signal, output } = stage;
  await startService({ ...plan, tasks: 1 }, READS_NOTHING, readerPlan(system, installation, cacheSeconds));
  await until('the reader to log in', signal, () =>
    logins.attempts().some(({ service, ok }) => ok && service === READER) ? true : undefined,
  );
  output.progress(`a reader reads the active secret through a cache that keeps it for ${cacheSeconds} s`);
}
