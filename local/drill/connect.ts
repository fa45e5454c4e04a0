import { Client } from 'pg';
import { APP } from './installation/model';
import { labelsOf } from './passwords';
import type { Stage } from './stage';
import { DrillError } from './wait';

type Looking = Pick<Stage, 'clients' | 'installation' | 'system' | 'credential'>;

/** What is read of a secret's value. */
interface Value {
  readonly username: string;
  readonly password: string;
  readonly url: string;
}

/** The value that a slot's user logs in with now; where there is one secret, it may be the one before the current one. */
export async function valueOf(stage: Looking, slot: 'blue' | 'green'): Promise<Value> {
  const { users } = stage.credential ?? APP;
  const labels = Object.entries(await labelsOf(stage, slot));
  for (const label of ['AWSCURRENT', 'AWSPREVIOUS']) {
    const versionId = labels.find(([, some]) => some.includes(label))?.[0];
    if (versionId === undefined) continue;
    const value = readValue(stage, slot, versionId);
    if (value.username === users[slot]) return value;
  }
  throw new DrillError(`No value of ${users[slot]} is current or was before.`);
}

/** A version of a slot's secret. */
export function readValue(
  { system, installation }: Pick<Looking, 'system' | 'installation'>,
  slot: 'blue' | 'green',
  versionId: string,
): Value {
  const value = system.secrets.readValue(installation.secrets[slot], { versionId });
  return JSON.parse(value.kind === 'string' ? value.text : '{}') as Value;
}

/** The password that a slot's user has now. */
export async function passwordOf(stage: Looking, slot: 'blue' | 'green'): Promise<string> {
  return (await valueOf(stage, slot)).password;
}

/** A session as a slot's user, as somebody opens it who knows the password. */
export async function connectAs(
  { system, credential: { users, database } = APP }: Looking,
  slot: 'blue' | 'green',
  password: string,
  applicationName: string,
): Promise<Client> {
  const { port, caPem } = system.postgres;
  const client = new Client({
    host: 'localhost',
    port,
    database,
    user: users[slot],
    password,
    ssl: { ca: caPem },
    application_name: applicationName,
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
