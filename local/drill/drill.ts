import { DescribeSecretCommand, RotateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { buildLambdas } from '../../scripts/build-lambda';
import type { Invoked } from '../lambda/model';
import { startSystem, type LocalSystem } from '../system';
import { clientsOf } from './clients';
import { commentary } from './commentary';
import { bootstrap, install, schedule } from './installation/install';
import {
  DATABASE,
  ORCHESTRATOR,
  ROTATOR,
  USERS,
  type Clients,
  type Installation,
  type InstallationOptions,
} from './installation/model';
import { startService } from './installation/services';
import { findLeaks } from './leaks';
import { LoginLog } from './logins';
import { migrate } from './migrate';
import type { DrillOptions } from './options';
import type { Output } from './output';
import { readRecord } from './record';
import { complaints, type DrillReport, type RotationReport } from './report';
import { RotationLog } from './rotation-log';
import { serverLog, type ServerLog } from './server-log';
import { DrillError, until } from './wait';

/** Each rotation goes on until so many logins were made: a short rollout on a fast machine proves little. */
const LOGINS_PER_ROTATION = 200;

const SERVICE_NAMES = ['web', 'worker', 'api', 'mailer', 'search'];

/** Everything a running drill holds on to. */
export interface Drill {
  readonly options: DrillOptions;
  readonly output: Output;
  readonly signal: AbortSignal;
  readonly system: LocalSystem;
  readonly clients: Clients;
  readonly installation: Installation;
  readonly logins: LoginLog;
  readonly rotations: RotationLog;
  readonly server: ServerLog;
  /** Every password ever set, for the search at the end. */
  readonly passwords: Set<string>;
}

/**
 * Runs the whole system for real: boots it, installs a credential, starts services, rotates, counts.
 * @throws DrillError where something did not come about; the signal's reason when it is aborted
 */
export async function runDrill(
  options: DrillOptions,
  output: Output,
  signal: AbortSignal,
): Promise<DrillReport> {
  const logins = new LoginLog();
  const rotations = new RotationLog();
  output.progress('starting PostgreSQL and the AWS endpoint');
  const system = await startSystem({
    postgres: options.postgres,
    database: DATABASE,
    log: (sentence) => output.progress(sentence),
    onFunctionLog: commentary(output),
    onTaskOutput: (line) => logins.note(line),
    onInvocation: (invoked: Invoked) => {
      if (invoked.functionName === ROTATOR) rotations.note(invoked);
    },
    // What AWS takes minutes for takes seconds here; nothing else is different.
    settings: { events: { rateEveryMs: 2_000 }, ecs: { stopTimeoutMs: 5_000 } },
  });
  try {
    signal.throwIfAborted();
    output.progress(
      `PostgreSQL ${system.postgres.version} on port ${system.postgres.port}, AWS endpoint on ${system.url}`,
    );
    return await drillOn(system, { options, output, signal, logins, rotations });
  } finally {
    await system.close();
  }
}

async function drillOn(
  system: LocalSystem,
  started: Pick<Drill, 'options' | 'output' | 'signal' | 'logins' | 'rotations'>,
): Promise<DrillReport> {
  const { options, output, signal } = started;
  const clients = clientsOf(system);
  const services = Array.from(
    { length: options.services },
    (_, index) => SERVICE_NAMES[index] ?? `service-${index + 1}`,
  );
  const plan: InstallationOptions = {
    clients,
    zips: await buildZips(system),
    database: { ...system.postgres, host: 'localhost' },
    admin: system.admin,
    services,
    tasks: options.tasks,
  };
  const installation = await install(plan);
  await bootstrap(clients);
  await schedule(clients, installation);
  await untilTested({ clients, installation, signal });
  output.progress('bootstrapped: owner role, blue, green; blue is active');
  const passwords = new Set([system.admin.password, system.postgres.adminPassword]);
  const drill: Drill = {
    ...started,
    system,
    clients,
    installation,
    passwords,
    server: serverLog(system.postgres.logFile),
  };
  await notePasswords(drill);
  await migrate(drill);
  for (const service of services) await startService(plan, installation, service);
  const all = options.services * options.tasks;
  await until(`${all} tasks to log in`, signal, () =>
    started.logins.tasksOn(USERS.blue, 0) === all ? all : undefined,
  );
  output.progress(`${all} tasks are running, each opening new connections as ${USERS.blue}`);
  const reports: RotationReport[] = [];
  for (let round = 1; round <= options.rotations; round += 1) reports.push(await rotateOnce(drill, round));
  return conclude(drill, reports);
}

async function buildZips(system: LocalSystem): Promise<InstallationOptions['zips']> {
  const zips = await buildLambdas({ outDir: system.directory('zips') });
  return { rotator: zips.rotator.path, orchestrator: zips.orchestrator.path };
}

/** RotateSecret on the standby; the rollout that follows comes from events alone. */
async function rotateOnce(drill: Drill, round: number): Promise<RotationReport> {
  const { options, output, signal, clients, installation, rotations, system, server, logins } = drill;
  const { active } = await readRecord(drill);
  const slot = active.slot === 'blue' ? 'green' : 'blue';
  output.headline(`rotation ${round} of ${options.rotations}: ${slot}`);
  const mark = system.callLog.mark();
  const startedAt = Date.now();
  const answer = await clients.secrets.send(
    new RotateSecretCommand({ SecretId: installation.secrets[slot] }),
  );
  const token = answer.VersionId ?? '';
  const finished = await until(`${slot} to be rotated`, signal, () =>
    rotations
      .stepsOf(token)
      .find(({ step, functionError }) => step === 'finishSecret' && functionError === undefined),
  );
  await notePasswords(drill);
  output.progress(`  ${slot} rotated in ${finished.endedAt - startedAt} ms; nobody uses it yet`);
  await until(
    `${slot} to be rolled out`,
    signal,
    async () => {
      const record = await readRecord(drill);
      if (record.phase === 'halted')
        throw new DrillError(`The credential halted: ${record.reason ?? 'no reason noted'}.`);
      return record.phase === 'settled' && record.active.version === token ? true : undefined;
    },
    { deadlineMs: 120_000 },
  );
  const settledAt = Date.now();
  await until(`${LOGINS_PER_ROTATION} logins`, signal, () =>
    logins.count(startedAt).ok >= LOGINS_PER_ROTATION ? true : undefined,
  );
  const counted = logins.count(startedAt);
  const seconds = ((settledAt - startedAt) / 1_000).toFixed(1);
  output.progress(`  settled after ${seconds} s: ${counted.ok} logins, ${counted.failed} failed`);
  return {
    slot,
    rotationMs: finished.endedAt - startedAt,
    rolloutMs: settledAt - finished.endedAt,
    logins: counted,
    awsCalls: rotations.callsOf(token, system.callLog, mark),
    // The rotator connects again only for verify, which comes after AWSCURRENT has moved.
    postgresConnections: server.connections('tandem-rotator', startedAt, finished.startedAt),
    failedAuthentications: server.refusals(startedAt, settledAt),
  };
}

/** Takes note of every password that exists now; a version whose rotation has just begun has none yet. */
async function notePasswords({ clients, installation, system, passwords }: Drill): Promise<void> {
  for (const slot of ['blue', 'green'] as const) {
    for (const [versionId, labels] of Object.entries(await labelsOf(clients, installation.secrets[slot]))) {
      if (labels.includes('AWSPENDING') && labels.length === 1) continue;
      const value = system.secrets.readValue(installation.secrets[slot], { versionId });
      if (value.kind !== 'string') continue;
      const { password } = JSON.parse(value.text) as { readonly password: string };
      passwords.add(password);
    }
  }
}

async function labelsOf({ secrets }: Clients, SecretId: string): Promise<Record<string, string[]>> {
  return (await secrets.send(new DescribeSecretCommand({ SecretId }))).VersionIdsToStages ?? {};
}

/** Turning a schedule on tests the function by itself; a rotation can begin only after that. */
async function untilTested({
  clients,
  installation,
  signal,
}: Pick<Drill, 'clients' | 'installation' | 'signal'>): Promise<void> {
  for (const slot of ['blue', 'green'] as const) {
    await until(`the rotation of ${slot} to be tested`, signal, async () => {
      const labels = Object.values(await labelsOf(clients, installation.secrets[slot]));
      return labels.some((some) => some.includes('AWSPENDING') && !some.includes('AWSCURRENT'))
        ? undefined
        : true;
    });
  }
}

function conclude(drill: Drill, rotations: readonly RotationReport[]): DrillReport {
  const { options, system, logins, output, passwords, server } = drill;
  const leaks = findLeaks(passwords, {
    'the rotator’s log': system.lambda.logsOf(ROTATOR),
    'the orchestrator’s log': system.lambda.logsOf(ORCHESTRATOR),
    'PostgreSQL’s log': server.text(),
    'the tasks’ output': logins.text(),
    'the drill’s output': output.said(),
  });
  for (const place of leaks.places) output.progress(`a password appears in ${place}`);
  for (const { at, error } of logins.failures().slice(0, 10))
    output.progress(`failed login at ${new Date(at).toISOString()}: ${error ?? 'no reason'}`);
  const report = {
    strategy: 'dual-user' as const,
    delivery: 'secret' as const,
    postgres: system.postgres.version,
    services: options.services,
    tasks: options.tasks,
    rotations,
    logins: logins.count(),
    leaks: leaks.count,
  };
  return { ok: complaints(report, options.rotations).length === 0, ...report };
}
