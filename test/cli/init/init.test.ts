import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { CreateDBInstanceCommand, RDSClient } from '@aws-sdk/client-rds';
import { answering, newDraft } from '../../../cli/init/questions';
import { clientsOf } from '../../../local/drill/clients';
import { createSecret } from '../../../local/drill/installation/install';
import { startSystem, type LocalSystem } from '../../../local/system';
import { loadConfiguration } from '../../../stacks/config/load';
import { environmentOf, tandem } from '../../support/tandem';

jest.setTimeout(240_000);

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tandem-init-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const run = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  tandem(['init', ...args], env, directory);

describe('tandem init', () => {
  it('writes a configuration that passes check and synthesizes', async () => {
    const written = await run(['--yes', '--region', 'eu-central-1', '--service', 'web', 'worker']);
    expect(written).toMatchObject({ code: 0, stderr: '' });
    expect(written.stdout).toContain('Written: tandem.yaml.');
    expect(await tandem(['check'], {}, directory)).toMatchObject({ code: 0 });
    expect(await tandem(['synth'], {}, directory)).toMatchObject({ code: 0 });
    expect(existsSync(path.join(directory, 'cdktf.out', 'stacks', 'service', 'cdk.tf.json'))).toBe(true);
  });

  it('never writes over what is there, unless told to', async () => {
    const file = path.join(directory, 'mine.yaml');
    writeFileSync(file, 'mine');
    const args = ['--yes', '--region', 'eu-central-1', '--file', 'mine.yaml'];
    const refused = await run(args);
    expect(refused).toMatchObject({
      code: 2,
      stderr:
        'mine.yaml is there already, and is not written over: name another with --file, or give --force.\n',
    });
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect(await run([...args, '--force'])).toMatchObject({ code: 0 });
    expect(loadConfiguration(file).region).toBe('eu-central-1');
  });

  it('prints and writes nothing with --dry-run', async () => {
    const { code, stdout } = await run(['--dry-run', '--file', 'dry.yaml', '--image', 'shop:1'], {
      AWS_REGION: 'eu-west-1',
    });
    expect(code).toBe(0);
    expect(stdout).toContain('region: eu-west-1');
    expect(stdout).toContain('image: shop:1');
    expect(existsSync(path.join(directory, 'dry.yaml'))).toBe(false);
  });

  it.each([
    [['--file', 'a.yaml'], 'Say which AWS region: give --region, or set AWS_REGION.'],
    [
      ['--file', 'a.yaml', '--region', 'Frankfurt', '--prefix', '/shop', '--service', 'web', 'my service'],
      'What would be written to a.yaml has 5 problems:',
    ],
    [
      ['--file', 'no/such/folder.yaml', '--region', 'eu-central-1'],
      'no/such/folder.yaml cannot be written (ENOENT).',
    ],
  ])('%j is refused, and nothing is written', async (args, said) => {
    const { code, stderr } = await run(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(said) as string });
    expect(existsSync(path.join(directory, 'a.yaml'))).toBe(false);
  });

  it('asks for what was not given, and an empty answer means what is usual', async () => {
    const asked: string[] = [];
    const answers: Record<string, string> = {
      'Name of the database?': 'orders',
      'AWS region?': 'eu-north-1',
    };
    const ask = (question: string, usual: string) => {
      asked.push(question);
      return Promise.resolve(answers[question] ?? usual);
    };
    const draft = await newDraft({ prefix: 'shop/prod' }, answering({ ask }, false));
    expect(draft).toMatchObject({
      prefix: 'shop/prod',
      region: 'eu-north-1',
      database: 'orders',
      credentials: [{ name: 'orders', consumers: ['web'] }],
      operatorRoleArns: [],
    });
    expect(asked).toHaveLength(6);
    asked.length = 0;
    await newDraft({ region: 'eu-north-1' }, answering({ ask }, true));
    expect(asked).toEqual([]);
  });
});

describe('tandem init --from-account', () => {
  let system: LocalSystem;
  let secret: string;
  const PASSWORD = 'never-to-be-written';

  beforeAll(async () => {
    system = await startSystem({ postgres: '17', database: 'app', log: () => undefined });
  });

  afterAll(async () => {
    await system.close();
  });

  const look = (...args: readonly string[]) =>
    run(['--from-account', ...args, '--file', 'account.yaml'], environmentOf(system));

  it('says what is missing in an account with nothing in it', async () => {
    const { code, stderr } = await look();
    expect(code).toBe(1);
    expect(stderr).toContain(
      'no RDS instance or Aurora cluster of PostgreSQL was found in this account and region',
    );
  });

  it('finds server, service and secret, and writes what passes check and synthesizes', async () => {
    secret = await populate(system, PASSWORD);
    const { code, stdout, stderr } = await look();
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain('prod/shop-web has no execution role');
    const text = readFileSync(path.join(directory, 'account.yaml'), 'utf8');
    expect(`${stdout}${stderr}${text}`).not.toContain(PASSWORD);
    const { database, credentials } = loadConfiguration(path.join(directory, 'account.yaml'));
    expect(database.existing).toMatchObject({
      instanceIdentifier: 'shop-db',
      port: system.postgres.port,
      clientSecurityGroupIds: ['sg-00000000'],
    });
    expect(credentials['shop']).toMatchObject({
      users: { blue: 'shop', green: 'shop_green' },
      adopt: { secret },
      consumers: [{ cluster: 'prod', service: 'shop-web' }],
    });
    const synthesized = await tandem(['synth', '--config', 'account.yaml'], {}, directory);
    expect(synthesized).toMatchObject({ code: 0 });
  });
});

/** A database, and a service that reads its login from a secret. @returns the ARN of the secret */
async function populate(system: LocalSystem, password: string): Promise<string> {
  const clients = clientsOf(system);
  const { url: endpoint, place, admin, postgres } = system;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  await new RDSClient({ endpoint, region: place.region, credentials }).send(
    new CreateDBInstanceCommand({
      DBInstanceIdentifier: 'shop-db',
      DBInstanceClass: 'db.t4g.micro',
      Engine: 'postgres',
      EngineVersion: postgres.version.split('.')[0],
      Port: postgres.port,
      MasterUsername: admin.username,
      ManageMasterUserPassword: true,
      VpcSecurityGroupIds: ['sg-00000001'],
    }),
  );
  const value = { username: 'shop', password, host: 'localhost', port: postgres.port, dbname: 'app' };
  const secret = await createSecret(clients, 'shop/database', JSON.stringify(value));
  await clients.ecs.send(new CreateClusterCommand({ clusterName: 'prod' }));
  const { taskDefinition } = await clients.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'shop-web',
      networkMode: 'awsvpc',
      containerDefinitions: [
        { name: 'web', image: 'web', secrets: [{ name: 'DATABASE_URL', valueFrom: `${secret}:url::` }] },
      ],
    }),
  );
  await clients.ecs.send(
    new CreateServiceCommand({
      cluster: 'prod',
      serviceName: 'shop-web',
      taskDefinition: taskDefinition?.taskDefinitionArn,
      desiredCount: 0,
      networkConfiguration: {
        awsvpcConfiguration: { subnets: ['subnet-00000000'], securityGroups: ['sg-00000000'] },
      },
    }),
  );
  return secret;
}
