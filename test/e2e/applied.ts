import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { parse } from 'yaml';
import { secretName } from '../../lambda-src/contract/names';
import { clientsOf } from '../../local/drill/clients';
import { CREDENTIAL, PREFIX, ROTATOR, USERS, type Installation } from '../../local/drill/installation/model';
import { APPLICATION } from '../../local/drill/installation/services';
import { notePasswords, untilTested } from '../../local/drill/passwords';
import { serverLog } from '../../local/drill/server-log';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import type { LocalSystem } from '../../local/system';
import type { ConfigurationInput } from '../../stacks/config/schema';
import { startAccount } from './account';
import { Terraform } from './terraform';
import { ROOT } from './tools';

/** In the order in which they are applied. */
export const STACKS = ['database', 'rotation', 'service'] as const;

/** The services of the installation: one as it should be, and one that a file can keep from starting on green. */
export const SERVICES = { steady: 'web', fragile: 'fragile' } as const;

/** An installation that Terraform applied, seen as the drill sees its own: what rotates the drill rotates this one. */
export interface Applied {
  readonly stage: Stage;
  readonly terraform: Terraform;
  /** While this file exists, the fragile service ends at once where it is started on green. */
  readonly breaksGreen: string;
  readonly close: () => Promise<void>;
}

/** Ends at once where it is started on green while a file exists. */
const FRAGILE = `
  if (process.env.DATABASE_URL.includes('${USERS.green}') && require('fs').existsSync(process.argv[1])) process.exit(1);
  require(${JSON.stringify(APPLICATION)});
`;

/** Applies the example at the root with the real Terraform and provider to this machine, and waits until its tasks log in. */
export async function applyExample(): Promise<Applied> {
  const account = await startAccount((functionName) => functionName === ROTATOR);
  const { directory, system, keeper, close, output, logins, rotations } = account;
  try {
    const breaksGreen = path.join(directory, 'breaks-green');
    const configuration = path.join(directory, 'tandem.json');
    writeFileSync(configuration, JSON.stringify(variant(system, breaksGreen)));
    const terraform = new Terraform(directory, system.url, configuration, (pid) => keeper.keep(pid));
    const started = { output, system, logins, rotations, signal: new AbortController().signal, close };
    return { stage: await deploy(terraform, started), terraform, breaksGreen, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The example, but for where it runs and what its containers run. */
function variant(system: LocalSystem, breaksGreen: string): ConfigurationInput {
  const example = parse(readFileSync(path.join(ROOT, 'tandem.yaml'), 'utf8')) as ConfigurationInput;
  const { caFile, caPem, port } = system.postgres;
  const credential = example.credentials[CREDENTIAL];
  if (credential === undefined) throw new Error(`tandem.yaml has no credential ${CREDENTIAL}`);
  const service = (name: string, command: string[]) => ({
    ...example.services?.['web'],
    image: 'application',
    command,
    environment: { SERVICE_NAME: name, NODE_EXTRA_CA_CERTS: caFile },
  });
  return {
    ...example,
    // The drill's own names, so that the drill's own eyes see it.
    prefix: PREFIX,
    region: system.place.region,
    database: { ...example.database, caBundle: caPem, create: { ...example.database.create, port } },
    credentials: {
      [CREDENTIAL]: {
        ...credential,
        urlOptions: 'sslmode=verify-full',
        consumers: Object.values(SERVICES),
        // One machine has one clock, and its ECS answers at once: the margins can be short.
        rollout: { deadlineSeconds: 240, drainAlarmSeconds: 240, skewSeconds: 0.05, visibilitySeconds: 1 },
      },
    },
    services: {
      [SERVICES.steady]: service(SERVICES.steady, [process.execPath, APPLICATION]),
      [SERVICES.fragile]: service(SERVICES.fragile, [process.execPath, '-e', FRAGILE, breaksGreen]),
    },
  };
}

/** Everything at once, as the README tells it. */
async function deploy(
  terraform: Terraform,
  started: Pick<Stage, 'output' | 'system' | 'logins' | 'rotations' | 'signal' | 'close'>,
): Promise<Stage> {
  const { system, logins, signal } = started;
  const clients = clientsOf(system);
  await terraform.deploy(...STACKS);
  const arn = async (slot: 'blue' | 'green' | 'active') => {
    const SecretId = secretName(PREFIX, CREDENTIAL, slot);
    return (await clients.secrets.send(new DescribeSecretCommand({ SecretId }))).ARN ?? '';
  };
  const secrets = { blue: await arn('blue'), green: await arn('green'), active: await arn('active') };
  const installation: Installation = { secrets, adminSecret: '', queueUrl: '' };
  const stage: Stage = {
    ...started,
    clients,
    installation,
    services: Object.values(SERVICES).map((name) => ({ name })),
    tasks: 2,
    server: serverLog(system.postgres.logFile),
    passwords: new Set([system.admin.password, system.postgres.adminPassword]),
  };
  await untilTested(stage);
  await notePasswords(stage);
  await until(
    'the tasks of both services to log in',
    signal,
    () => (logins.tasksOn(USERS.blue, 0) === 4 ? true : undefined),
    { deadlineMs: 120_000, explain: () => logins.failures()[0]?.error ?? logins.text().slice(0, 500) },
  );
  return stage;
}
