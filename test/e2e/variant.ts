import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { preflightOf } from '../../cli/commands/preflight';
import { openInstallation } from '../../cli/installation';
import { secretName, type SecretKind } from '../../lambda-src/contract/names';
import { clientsOf } from '../../local/drill/clients';
import {
  CREDENTIAL,
  PREFIX,
  ROTATOR,
  USERS,
  type Clients,
  type Installation,
  type Strategy,
} from '../../local/drill/installation/model';
import { APPLICATION } from '../../local/drill/installation/services';
import { notePasswords, untilTested } from '../../local/drill/passwords';
import { readRecord } from '../../local/drill/record';
import { rotateStandby } from '../../local/drill/rotate';
import { serverLog } from '../../local/drill/server-log';
import type { Stage } from '../../local/drill/stage';
import { until } from '../../local/drill/wait';
import { layOut } from '../../scripts/workspaces';
import type { ConfigurationInput } from '../../stacks/config/schema';
import { expectUnharmed } from '../support/stage';
import { startAccount, type Account } from './account';
import { byReference, ROLLOUT, rootIn } from './existing';
import { describeApplied } from './moto';
import type { Root } from './root';

/** Of each service. */
const TASKS = 2;

/** Variables that PostgreSQL's own clients read. */
const KEYS = {
  host: 'PGHOST',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  username: 'PGUSER',
  password: 'PGPASSWORD',
};

/** What an apply has no business with. */
const MOVES: readonly string[] = [
  'RotateSecret',
  'PutSecretValue',
  'UpdateSecretVersionStage',
  'PutParameter',
];

type Secrets = Installation['secrets'];

/** How an installation differs from the default, and how its secrets are found. */
export interface Variant {
  readonly strategy: Strategy;
  readonly credential: Omit<ConfigurationInput['credentials'][string], 'consumers'>;
  /** What the application is started through. @default nothing */
  readonly through?: readonly string[];
  /** Whether a second service, `keys`, reads the keys of the value as variables of their own. @default false */
  readonly separateKeys?: boolean;
  /** ARNs of what Terraform made, by the drill's words for them. */
  readonly secrets: (clients: Clients) => Promise<Secrets>;
}

/** A variant that Terraform applied, seen as the drill sees its own. */
interface AppliedVariant {
  readonly stage: Stage;
  readonly roots: readonly Root[];
  readonly close: () => Promise<void>;
}

/** Services of two tasks each on a database that is there, applied with the real provider; its tasks have logged in. */
async function applyVariant(variant: Variant): Promise<AppliedVariant> {
  const account = await startAccount((name) => name === ROTATOR);
  try {
    const before = await prepared(account, variant);
    const file = path.join(account.directory, 'tandem.json');
    writeFileSync(file, JSON.stringify(configuration(before, variant)));
    const directories = await layOut(file, path.join(account.directory, 'out', 'stacks'));
    const roots = directories.map((directory) => rootIn(account, directory));
    for (const root of roots) {
      await root.mustRun('init', '-input=false', '-no-color');
      await root.apply();
    }
    const secrets = await variant.secrets(before.clients);
    const stage = { ...before, installation: { ...before.installation, secrets } };
    await ready(stage);
    return { stage, roots, close: account.close };
  } catch (error) {
    await account.close();
    throw error;
  }
}

/** ARN of a secret that Terraform made. */
export async function arnOfSecret({ secrets }: Clients, kind: SecretKind): Promise<string> {
  const SecretId = secretName(PREFIX, CREDENTIAL, kind);
  return (await secrets.send(new DescribeSecretCommand({ SecretId }))).ARN ?? '';
}

/** The admin's secret, which others made, and nothing else yet. */
async function prepared(
  { system, output, logins, rotations, close }: Account,
  { strategy, separateKeys = false }: Variant,
): Promise<Stage> {
  const clients = clientsOf(system);
  const { username, password } = system.admin;
  const SecretString = JSON.stringify({ username, password });
  const { ARN: adminSecret = '' } = await clients.secrets.send(
    new CreateSecretCommand({ Name: 'admin', SecretString }),
  );
  return {
    ...{ output, system, logins, rotations, clients, close, strategy },
    signal: new AbortController().signal,
    installation: { secrets: { blue: '', green: '', active: '' }, adminSecret, queueUrl: '' },
    services: ['web', ...(separateKeys ? ['keys'] : [])].map((name) => ({ name })),
    tasks: TASKS,
    server: serverLog(system.postgres.logFile),
    passwords: new Set([password, system.postgres.adminPassword]),
  };
}

/**
 * Applies a variant, and declares what holds of every one.
 * @param before what is to be looked at before the rotations, and after them
 */
export function describeVariant(
  name: string,
  variant: Variant,
  { before, after }: { readonly before?: Declare; readonly after?: Declare } = {},
): void {
  describeApplied(name, () => {
    let applied: AppliedVariant | null = null;
    const there = (): AppliedVariant => {
      if (applied === null) throw new Error('it was not applied');
      return applied;
    };
    beforeAll(async () => {
      applied = await applyVariant(variant);
    });
    afterAll(async () => {
      await applied?.close();
    });
    before?.(there);
    declarePromises(there);
    after?.(there);
  });
}

type Declare = (applied: () => AppliedVariant) => void;

function declarePromises(variant: () => AppliedVariant): void {
  it('rotates each user in its turn, rolled out by events alone, without one failed login', async () => {
    const { stage } = variant();
    for (const slot of ['green', 'blue', 'green']) {
      const { logins, failedAuthentications, ...rotated } = await rotateStandby(stage);
      expect({ slot: rotated.slot, failed: logins.failed, failedAuthentications }).toEqual({
        slot,
        failed: 0,
        failedAuthentications: 0,
      });
    }
    expect(await readRecord(stage)).toMatchObject({ phase: 'settled', active: { slot: 'green' } });
    expectUnharmed(stage);
  });

  it('I6: no plan shows a change after the rotations', async () => {
    for (const root of variant().roots) expect(await root.drift()).toEqual([]);
  });

  it('I6: a second apply starts no rotation, writes no value and moves no label', async () => {
    const { stage, roots } = variant();
    const mark = stage.system.callLog.mark();
    for (const root of roots) await root.apply();
    const moves = stage.system.callLog.since(mark).filter(({ operation }) => MOVES.includes(operation));
    expect(moves).toEqual([]);
    expectUnharmed(stage);
  });

  it('I5: no password is in what Terraform printed', () => {
    const { stage, roots } = variant();
    const printed = roots.map((root) => root.printed()).join('\n');
    expect([...stage.passwords].filter((password) => printed.includes(password))).toEqual([]);
  });
}

/** What preflight says of it: nothing that failed. */
export async function preflightSays({ system }: Stage): Promise<readonly string[]> {
  const { url: endpointUrl, place } = system;
  process.env['AWS_ACCESS_KEY_ID'] = process.env['AWS_SECRET_ACCESS_KEY'] = 'person';
  const installation = openInstallation({ prefix: PREFIX, region: place.region, endpointUrl });
  const { checks } = await preflightOf(installation, CREDENTIAL);
  expect(checks.filter(({ status }) => status === 'fail')).toEqual([]);
  return checks.map(({ name, detail }) => `${name}: ${detail}`);
}

function configuration(
  stage: Stage,
  { credential, through = [], separateKeys = false }: Variant,
): ConfigurationInput {
  const service = (name: string, environment: Readonly<Record<string, string>> = {}) => ({
    image: 'application',
    command: [...through, process.execPath, APPLICATION],
    environment: {
      SERVICE_NAME: name,
      NODE_EXTRA_CA_CERTS: stage.system.postgres.caFile,
      ...environment,
    },
  });
  return {
    ...byReference(stage),
    credentials: {
      [CREDENTIAL]: {
        ...credential,
        ownDatabase: true,
        urlOptions: 'sslmode=verify-full',
        consumers: ['web', ...(separateKeys ? [{ service: 'keys', variables: KEYS }] : [])],
        rollout: ROLLOUT,
      },
    },
    services: {
      web: service('web'),
      ...(separateKeys ? { keys: service('keys', { PGSSLMODE: 'verify-full' }) } : {}),
    },
  };
}

async function ready(stage: Stage): Promise<void> {
  await untilTested(stage);
  await notePasswords(stage);
  await until(
    'the tasks to log in',
    stage.signal,
    () => (stage.logins.tasksOn(USERS.blue, 0) === TASKS * stage.services.length ? true : undefined),
    {
      deadlineMs: 120_000,
      explain: () => stage.logins.failures()[0]?.error ?? stage.logins.text().slice(0, 500),
    },
  );
}
