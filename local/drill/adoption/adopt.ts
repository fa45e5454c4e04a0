import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { Client } from 'pg';
import { bootstrap, createSecret, install, schedule } from '../installation/install';
import { APP, CLUSTER, CREDENTIAL, DATABASE, type InstallationOptions } from '../installation/model';
import { readingSecret, startService, untilLoggedIn } from '../installation/services';
import { notePasswords, untilTested } from '../passwords';
import type { Stage } from '../stage';
import { DrillError, until } from '../wait';
import { catalogue } from './catalogue';
import { createLegacySchema, createLegacyUser, useEverything, type LegacyNames } from './legacy';

/** How an adoption of running services went. */
export interface AdoptionReport {
  /** Statements and other effects, as the dry run listed them and the real run did them. */
  readonly effects: readonly string[];
  /** The user that was there before. */
  readonly user: string;
  /** Of the real run, in milliseconds since the epoch. */
  readonly from: number;
  readonly until: number;
}

type Started = Omit<Stage, 'installation' | 'passwords' | 'adoption'>;

/** Logins that the adopted application makes between the adoption and the first rotation. */
const LOGINS_BETWEEN = 100;

/** Services that run on a user, a schema and a secret of their own, into which Tandem comes. */
export async function adoptApplication(plan: InstallationOptions, started: Started): Promise<Stage> {
  const { output, system, clients } = started;
  const names: LegacyNames = {
    database: DATABASE,
    admin: system.admin.username,
    user: CREDENTIAL,
    neighbour: 'neighbour',
    reader: 'reporting',
    team: 'auditors',
  };
  const password = randomBytes(18).toString('base64');
  const secretArn = await startLegacy(plan, started, names, password);
  const installation = await install({ ...plan, adopt: { user: names.user, secretArn } });
  await bootstrap(clients);
  await schedule(clients, installation);
  const passwords = new Set([system.admin.password, system.postgres.adminPassword, password]);
  const credential = { ...APP, users: { ...APP.users, blue: names.user } };
  const stage = { ...started, installation, passwords, credential };
  await untilTested(stage);
  output.progress('installed; the application goes on as if nothing had been');
  const adoption = await adopt(stage);
  await notePasswords(stage);
  return { ...stage, adoption };
}

/** The application as it was before Tandem. @returns the ARN of its secret */
async function startLegacy(
  plan: InstallationOptions,
  { output, system, clients, signal, logins }: Started,
  names: LegacyNames,
  password: string,
): Promise<string> {
  await createLegacyUser(system.postgres, names, password);
  await createLegacySchema(system.postgres, names);
  const { host, port } = plan.database;
  const login = `${names.user}:${encodeURIComponent(password)}`;
  const value = {
    username: names.user,
    password,
    host,
    port,
    dbname: DATABASE,
    url: `postgresql://${login}@${host}:${port}/${DATABASE}?sslmode=verify-full`,
  };
  const secretArn = await createSecret(clients, 'shop/database', JSON.stringify(value));
  await clients.ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  for (const service of plan.services) await startService(plan, readingSecret(secretArn), service);
  output.progress(`an application runs that knows nothing of Tandem, on the user ${names.user}`);
  await untilLoggedIn(plan, { logins, signal, output }, names.user);
  return secretArn;
}

async function adopt(stage: Stage): Promise<AdoptionReport> {
  const { clients, output, signal, logins, system } = stage;
  const tasks = startsOf(stage);
  const before = await catalogue(system.postgres, { database: DATABASE });
  const { obstacles = [], would = [] } = await bootstrap(clients, { adopt: true, dryRun: true });
  if (!isDeepStrictEqual(await catalogue(system.postgres, { database: DATABASE }), before))
    throw new DrillError('The dry run of the adoption changed something.');
  if (obstacles.length > 0) throw new DrillError(`The adoption is impossible: ${obstacles.join(' ')}`);
  output.progress(`a dry run lists ${would.length} effects and changes nothing`);
  const from = Date.now();
  const { did } = await bootstrap(clients, { adopt: true });
  const end = Date.now();
  if (!isDeepStrictEqual(did, would))
    throw new DrillError('The adoption did something else than its dry run said.');
  output.progress(`adopted in ${end - from} ms: ${did.length} effects, the same`);
  await until(`${LOGINS_BETWEEN} logins`, signal, () =>
    logins.count(end).ok >= LOGINS_BETWEEN ? true : undefined,
  );
  if (!isDeepStrictEqual(startsOf(stage), tasks)) throw new DrillError('The adoption restarted a task.');
  const { ok, failed } = logins.count(from);
  output.progress(`no task was restarted; ${ok} logins since, ${failed} failed`);
  return { effects: did, user: CREDENTIAL, from, until: end };
}

/** When each task was created, by its ARN. */
function startsOf({ system }: Stage): Record<string, number | undefined> {
  const tasks = system.ecs.liveTasks().map(({ taskArn, createdAt }) => [taskArn, createdAt] as const);
  return Object.fromEntries(tasks.sort(([a], [b]) => a.localeCompare(b)));
}

/**
 * Reads, writes and alters every object as both users, with what their secrets say by now.
 * @throws DrillError
 */
export async function useEverythingAsBoth({ system, installation, output }: Stage): Promise<void> {
  for (const slot of ['blue', 'green'] as const) {
    const value = system.secrets.readValue(installation.secrets[slot], {});
    const { username, password } = JSON.parse(value.kind === 'string' ? value.text : '{}') as Partial<
      Record<string, string>
    >;
    const client = new Client({
      host: 'localhost',
      port: system.postgres.port,
      database: DATABASE,
      user: username,
      password,
      ssl: { ca: system.postgres.caPem },
      application_name: `uses-everything-as-${slot}`,
    });
    await client.connect();
    try {
      await useEverything(client);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      throw new DrillError(`${username ?? slot} may not use everything: ${what}.`);
    } finally {
      await client.end();
    }
  }
  output.progress('every object of the schema is read, written and altered by both users');
}
