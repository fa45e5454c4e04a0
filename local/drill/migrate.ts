import { readFileSync } from 'node:fs';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { Client } from 'pg';
import type { Clients, Installation } from './installation/model';
import type { LocalSystem } from '../system';

/** Makes the application's table, logged in as the application is: so it belongs to the owner role. */
export async function migrate({
  clients,
  installation,
  system,
}: {
  readonly clients: Clients;
  readonly installation: Installation;
  readonly system: LocalSystem;
}): Promise<void> {
  const { SecretString } = await clients.secrets.send(
    new GetSecretValueCommand({ SecretId: installation.secrets.active }),
  );
  const { username, password, host, port, dbname } = JSON.parse(SecretString ?? '{}') as Record<
    string,
    string
  >;
  const client = new Client({
    user: username,
    password,
    host,
    port: Number(port),
    database: dbname,
    ssl: { ca: readFileSync(system.postgres.caFile, 'utf8') },
    application_name: 'migration',
  });
  await client.connect();
  try {
    await client.query(
      'CREATE TABLE attempts (at timestamptz NOT NULL DEFAULT now(), service text NOT NULL, noted_by text NOT NULL DEFAULT session_user)',
    );
  } finally {
    await client.end();
  }
}
