import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CreateSecretCommand, DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand } from '@aws-sdk/client-ssm';
import { Client } from 'pg';
import { parameterName, secretName } from '../../lambda-src/contract/names';
import { parseRecord } from '../../lambda-src/contract/record';
import { clientsOf } from '../../local/drill/clients';
import type { Clients } from '../../local/drill/installation/model';
import { APPLICATION } from '../../local/drill/installation/services';
import { findLeaks } from '../../local/drill/leaks';
import { untilTested } from '../../local/drill/passwords';
import { startRotation } from '../../local/drill/rotate';
import { until } from '../../local/drill/wait';
import { buildModule } from '../../scripts/build-module';
import { startAccount, type Account } from './account';
import { describeApplied } from './moto';
import { Root } from './root';

/** An apply waits for minutes wherever the provider does: 25 s for a queue. */
jest.setTimeout(900_000);

const NAMES = ['orders', 'reports'] as const;
type Name = (typeof NAMES)[number];
const TASKS = 2;

describeApplied('a root in plain HCL, with the module for each of several credentials', () => {
  const signal = new AbortController().signal;
  let account: Account;
  let clients: Clients;
  let root: Root;
  let close: Account['close'] = () => Promise.resolve();

  beforeAll(async () => {
    account = await startAccount((functionName) => functionName.endsWith('-rotator'));
    ({ close } = account);
    clients = clientsOf(account.system);
    await makeDatabases(account);
    const directory = path.join(account.directory, 'installed');
    await buildModule(directory);
    root = Root.copyOf(
      path.join(directory, 'examples', 'plain-hcl'),
      path.join(account.directory, 'root'),
      account.system.url,
      (pid) => account.keeper.keep(pid),
    );
    const main = path.join(root.directory, 'main.tf');
    writeFileSync(main, readFileSync(main, 'utf8').replace('"../.."', '"../installed"'));
    writeFileSync(
      path.join(root.directory, 'values.auto.tfvars.json'),
      JSON.stringify(await values(account, clients)),
    );
    await root.mustRun('init', '-input=false', '-no-color');
    await root.apply();
    for (const name of NAMES) {
      await untilTested({ ...(await seen(clients, name)), signal });
      await untilLogins(account, name, 'blue', 0);
    }
  });

  afterAll(async () => {
    await close();
  });

  it('starts every service with a credential that bootstrap made', async () => {
    expect(account.logins.failures()).toEqual([]);
    for (const name of NAMES)
      expect(await recordOf(clients, name)).toMatchObject({ phase: 'settled', active: { slot: 'blue' } });
  });

  it('rotates each credential, rolled out by events alone, without one failed login', async () => {
    const tokens = await Promise.all(
      NAMES.map(async (name) => ({ name, token: await startRotation(await seen(clients, name), 'green') })),
    );
    for (const { name, token } of tokens) {
      await until(
        `${name} to settle on green`,
        signal,
        async () => {
          const { phase, active } = await recordOf(clients, name);
          return phase === 'settled' && active.version === token ? true : undefined;
        },
        { deadlineMs: 400_000, explain: () => account.output.said().slice(-2_000) },
      );
      await untilLogins(account, name, 'green', Date.now());
    }
    expect(account.logins.failures()).toEqual([]);
  });

  it('I6: no plan shows a change after the rotations', async () => {
    expect(await root.drift()).toEqual([]);
  });

  it('I5: no password is in the state, the plan or anything that was printed', async () => {
    const passwords = new Set([account.system.admin.password]);
    for (const name of NAMES)
      for (const slot of ['blue', 'green'] as const) {
        const value = account.system.secrets.readValue(
          (await seen(clients, name)).installation.secrets[slot],
        );
        const { password } = JSON.parse(value.kind === 'string' ? value.text : '{}') as { password?: string };
        if (password !== undefined) passwords.add(password);
      }
    expect(passwords.size).toBe(5);
    const state = readFileSync(path.join(root.directory, 'terraform.tfstate'), 'utf8');
    expect(findLeaks(passwords, { state, 'the commands’ output': root.printed() })).toEqual({
      count: 0,
      places: [],
    });
  });

  it('is destroyed whole', async () => {
    await root.destroy();
    const state = readFileSync(path.join(root.directory, 'terraform.tfstate'), 'utf8');
    expect((JSON.parse(state) as { resources: unknown[] }).resources).toEqual([]);
  });
});

/** A database for each credential, as somebody else made them. */
async function makeDatabases({ system }: Account): Promise<void> {
  const { caFile, port } = system.postgres;
  const { username: user, password } = system.admin;
  const login = { user, password, host: 'localhost', port, database: system.database };
  const client = new Client({ ...login, ssl: { ca: readFileSync(caFile, 'utf8') } });
  await client.connect();
  try {
    for (const name of NAMES) await client.query(`CREATE DATABASE ${name}`);
  } finally {
    await client.end();
  }
}

/** The example's variables. */
async function values({ system }: Account, { secrets }: Clients): Promise<Record<string, unknown>> {
  const { username, password } = system.admin;
  const admin = await secrets.send(
    new CreateSecretCommand({ Name: 'admin', SecretString: JSON.stringify({ username, password }) }),
  );
  const { caFile, caPem, port } = system.postgres;
  const service = (name: Name) => ({
    database: name,
    image: 'application',
    command: [process.execPath, APPLICATION],
    environment: { SERVICE_NAME: name, NODE_EXTRA_CA_CERTS: caFile },
  });
  return {
    credentials: Object.fromEntries(NAMES.map((name) => [name, service(name)])),
    database_writer: { host: 'localhost', port },
    ca_bundle: caPem,
    admin_secret_arn: admin.ARN,
    client_security_group_ids: ['sg-00000000'],
  };
}

/** A credential as the drill's own steps look at one. */
async function seen(clients: Clients, name: Name) {
  const arn = async (kind: 'blue' | 'green' | 'active') => {
    const SecretId = secretName(`tandem/${name}`, name, kind);
    return (await clients.secrets.send(new DescribeSecretCommand({ SecretId }))).ARN ?? '';
  };
  const secrets = { blue: await arn('blue'), green: await arn('green'), active: await arn('active') };
  return { clients, installation: { secrets, adminSecret: '', queueUrl: '' } };
}

async function recordOf({ ssm }: Clients, name: Name) {
  const Name = parameterName(`tandem/${name}`, name, 'record');
  const { Parameter } = await ssm.send(new GetParameterCommand({ Name }));
  const record = parseRecord(Parameter?.Value ?? '');
  if (record === null) throw new Error(`The record ${Name} cannot be read.`);
  return record;
}

async function untilLogins({ logins }: Account, name: Name, slot: string, since: number): Promise<void> {
  const { signal } = new AbortController();
  await until(
    `the tasks of ${name} to log in as ${slot}`,
    signal,
    () => (logins.tasksOn(`${name}_${slot}`, since) === TASKS ? true : undefined),
    { deadlineMs: 240_000, explain: () => logins.failures()[0]?.error ?? logins.text().slice(0, 500) },
  );
}
