import { GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import { parameterName } from '../../lambda-src/contract/names';
import { clientsOf } from '../../local/drill/clients';
import { bootstrap, install, schedule } from '../../local/drill/installation/install';
import {
  CLUSTER,
  CREDENTIAL,
  DATABASE,
  PREFIX,
  ROTATOR,
  type Clients,
  type InstallationOptions,
} from '../../local/drill/installation/model';
import { startService } from '../../local/drill/installation/services';
import { untilTested } from '../../local/drill/passwords';
import { readRecord } from '../../local/drill/record';
import { RotationLog } from '../../local/drill/rotation-log';
import { serverLog, type ServerLog } from '../../local/drill/server-log';
import { until } from '../../local/drill/wait';
import type { Invoked } from '../../local/lambda/model';
import { startSystem, type LocalSystem } from '../../local/system';
import { lambdaZips } from '../../scripts/lambda-zips';

/** A credential whose consumers can be made more. */
export interface BenchStage {
  readonly system: LocalSystem;
  readonly clients: Clients;
  readonly installation: Awaited<ReturnType<typeof install>>;
  readonly rotations: RotationLog;
  readonly server: ServerLog;
  /** Every invocation that has ended. */
  readonly invocations: readonly Invoked[];
  readonly signal: AbortSignal;
  /** Makes services until there are so many, and waits until the orchestrator has taken note of them. */
  grow(consumers: number): Promise<void>;
  close(): Promise<void>;
}

/** Costs nothing while it runs: what is measured is Tandem, not the application. */
const IDLE = ['sleep', '100000'];

export async function raiseBench(log: (line: string) => void): Promise<BenchStage> {
  const rotations = new RotationLog();
  const invocations: Invoked[] = [];
  const system = await startSystem({
    postgres: '17',
    database: DATABASE,
    log,
    onInvocation: (invoked) => {
      invocations.push(invoked);
      if (invoked.functionName === ROTATOR) rotations.note(invoked);
    },
    settings: { events: { rateEveryMs: 2_000 }, ecs: { stopTimeoutMs: 2_000 } },
  });
  try {
    return await populate(system, rotations, invocations);
  } catch (error) {
    await system.close();
    throw error;
  }
}

async function populate(
  system: LocalSystem,
  rotations: RotationLog,
  invocations: readonly Invoked[],
): Promise<BenchStage> {
  const clients = clientsOf(system);
  const { signal } = new AbortController();
  const zips = await lambdaZips(system.directory('zips'));
  const options: InstallationOptions = {
    services: [],
    tasks: 1,
    clients,
    zips: { rotator: zips.rotator.path, orchestrator: zips.orchestrator.path },
    // The certificate names localhost, and verify-full compares.
    database: { ...system.postgres, host: 'localhost' },
    admin: system.admin,
    timeouts: { rotator: 60, orchestrator: 120 },
  };
  const installation = await install(options);
  await bootstrap(clients);
  await schedule(clients, installation);
  const stage = {
    system,
    clients,
    installation,
    rotations,
    invocations,
    signal,
    server: serverLog(system.postgres.logFile),
  };
  await untilTested(stage);
  const names: string[] = [];
  const grow = async (consumers: number) => {
    while (names.length < consumers) {
      const name = `s${names.length + 1}`;
      await startService(options, installation, { name, command: IDLE });
      names.push(name);
    }
    await register(clients, names);
    await until(`${consumers} consumers to be taken note of`, signal, () => noted(stage, consumers), {
      deadlineMs: 300_000,
      everyMs: 200,
    });
  };
  return { ...stage, grow, close: () => system.close() };
}

/** As an apply with more services would. */
async function register({ ssm }: Clients, names: readonly string[]): Promise<void> {
  const Name = parameterName(PREFIX, CREDENTIAL, 'config');
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  const document = JSON.parse(Parameter?.Value ?? '') as object;
  const consumers = names.map((service) => ({ cluster: CLUSTER, service }));
  await ssm.send(
    new PutParameterCommand({
      Name,
      Value: JSON.stringify({ ...document, consumers }),
      Type: 'String',
      Overwrite: true,
    }),
  );
}

async function noted(stage: Pick<BenchStage, 'clients'>, consumers: number): Promise<true | undefined> {
  const record = await readRecord(stage);
  return (record.phase === 'settled' && Object.keys(record.consumers).length === consumers) || undefined;
}
