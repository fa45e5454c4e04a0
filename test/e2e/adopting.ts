import { randomBytes } from 'node:crypto';
import { CreateClusterCommand } from '@aws-sdk/client-ecs';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { secretName } from '../../lambda-src/contract/names';
import { createLegacySchema, createLegacyUser } from '../../local/drill/adoption/legacy';
import { clientsOf } from '../../local/drill/clients';
import { createSecret } from '../../local/drill/installation/install';
import { CREDENTIAL, DATABASE, PREFIX, type Installation } from '../../local/drill/installation/model';
import { serverLog } from '../../local/drill/server-log';
import type { Stage } from '../../local/drill/stage';
import type { ConfigurationInput } from '../../stacks/config/schema';
import type { Account } from './account';
import { byReference, ROLE, ROLLOUT, runService } from './existing';

/** What is there before Tandem, as docs/adoption.md calls it. */
export const USER = 'app';
export const SECRET = 'shop/database';
const CONSUMER = { cluster: 'production', service: 'shop' };

/** A user with a schema that grew for years, a secret, and a service that reads it, all made through the API. */
export async function runsAlready(account: Account): Promise<Stage> {
  const { system, output, logins, rotations } = account;
  const clients = clientsOf(system);
  const names = {
    database: DATABASE,
    admin: system.admin.username,
    user: USER,
    neighbour: 'neighbour',
    reader: 'reporting',
    team: 'auditors',
  };
  const password = randomBytes(18).toString('base64');
  await createLegacyUser(system.postgres, names, password);
  await createLegacySchema(system.postgres, names);
  const { port } = system.postgres;
  const login = `${USER}:${encodeURIComponent(password)}`;
  const value = {
    ...{ username: USER, password, host: 'localhost', port, dbname: DATABASE },
    url: `postgresql://${login}@localhost:${port}/${DATABASE}?sslmode=verify-full`,
  };
  const active = await createSecret(clients, SECRET, JSON.stringify(value));
  await clients.ecs.send(new CreateClusterCommand({ clusterName: CONSUMER.cluster }));
  await runService(account, clients, { ...CONSUMER, secretArn: active });
  return {
    ...{ output, system, logins, rotations, clients, close: account.close },
    signal: new AbortController().signal,
    // Slots are made by the apply: see `applied`.
    installation: {
      secrets: { blue: '', green: '', active },
      adminSecret: await createSecret(clients, 'admin', JSON.stringify(system.admin)),
      queueUrl: '',
    },
    services: [{ name: CONSUMER.service }],
    tasks: 2,
    server: serverLog(system.postgres.logFile),
    passwords: new Set([password, system.admin.password, system.postgres.adminPassword]),
  };
}

/** The same stage, once an apply has made the secrets of the slots. */
export async function applied(stage: Stage): Promise<Stage> {
  const arn = async (slot: 'blue' | 'green') => {
    const SecretId = secretName(PREFIX, CREDENTIAL, slot);
    return (await stage.clients.secrets.send(new DescribeSecretCommand({ SecretId }))).ARN ?? '';
  };
  const secrets: Installation['secrets'] = {
    ...stage.installation.secrets,
    ...{ blue: await arn('blue'), green: await arn('green') },
  };
  return { ...stage, installation: { ...stage.installation, secrets } };
}

/** All of it by reference. */
export function adopting(stage: Stage): ConfigurationInput {
  return {
    ...byReference(stage),
    credentials: {
      [CREDENTIAL]: {
        users: { blue: USER, green: 'app_green' },
        adopt: { secret: SECRET },
        urlOptions: 'sslmode=verify-full',
        consumers: [CONSUMER],
        readerRoleArns: [ROLE],
        rollout: ROLLOUT,
      },
    },
  };
}
