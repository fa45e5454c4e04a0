import { Client } from 'pg';
import { APP } from './installation/model';
import { labelsOf } from './passwords';
import type { Stage } from './stage';

type Looking = Pick<Stage, 'clients' | 'installation' | 'system' | 'credential'>;

/** The password that a slot's user has now. */
export async function passwordOf(stage: Looking, slot: 'blue' | 'green'): Promise<string> {
  const labels = Object.entries(await labelsOf(stage, slot));
  const versionId = labels.find(([, some]) => some.includes('AWSCURRENT'))?.[0] ?? '';
  const value = stage.system.secrets.readValue(stage.installation.secrets[slot], { versionId });
  const { password } = JSON.parse(value.kind === 'string' ? value.text : '{}') as {
    readonly password: string;
  };
  return password;
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
