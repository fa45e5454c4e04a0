import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SecretsManagerClient, CreateSecretCommand } from '@aws-sdk/client-secrets-manager';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { Client } from 'pg';
import { ROOT, run } from './tools';

interface Connection {
  readonly endpoint: string;
  readonly region: string;
  readonly accountId: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly postgres: {
    readonly host: string;
    readonly port: number;
    readonly database: string;
    readonly user: string;
    readonly password: string;
    readonly caFile: string;
  };
}

const COMMAND = ['cli/tandem.cjs', 'local'];

let child: ChildProcess;
let connection: Connection;

beforeAll(async () => {
  child = spawn(process.execPath, [...COMMAND, '--json'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  connection = await new Promise((resolve, reject) => {
    let said = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('\n')) resolve(JSON.parse(said) as Connection);
    });
    child.once('exit', (code) => reject(new Error(`tandem local ended with ${String(code)}`)));
  });
});

afterAll(() => {
  child.kill('SIGKILL');
});

function clientSettings() {
  const { endpoint, region, accessKeyId, secretAccessKey } = connection;
  return { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
}

describe('tandem local', () => {
  it('prints what an AWS client needs', async () => {
    const identity = await new STSClient(clientSettings()).send(new GetCallerIdentityCommand({}));
    expect(identity.Account).toBe(connection.accountId);
    const secrets = new SecretsManagerClient(clientSettings());
    const created = await secrets.send(new CreateSecretCommand({ Name: 'first', SecretString: 'value' }));
    expect(created.ARN).toContain(':secret:first-');
  });

  it('prints what a PostgreSQL client needs, over TLS that it can verify', async () => {
    const { caFile, ...login } = connection.postgres;
    const client = new Client({ ...login, ssl: { ca: readFileSync(caFile, 'utf8') } });
    await client.connect();
    const { rows } = await client.query<{ super: boolean }>(
      'SELECT rolsuper AS super FROM pg_roles WHERE rolname = current_user',
    );
    expect(rows).toEqual([{ super: false }]);
    await client.end();
  });

  it('says that a port is taken, and what to do', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    const ended = await run(process.execPath, [...COMMAND, '--port', String(port)]);
    other.close();
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain(`Port ${port} is taken: name another with --port, or leave it out.`);
  });

  it.each([
    [['--port', 'many'], '--port takes a whole number from 1 to 65535, not "many"'],
    [['--prot', '4566', 'now'], '--prot is no option (did you mean --port?)\nnow is not expected here'],
    [['--verbose'], '--verbose is no option\n'],
  ])('refuses %j', async (args, message) => {
    const ended = await run(process.execPath, [...COMMAND, ...args]);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(message);
  });

  it('is gone after Ctrl-C, with its servers', async () => {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGINT');
    // 130 where a busy machine takes too long for an orderly end: the supervisor ends the servers then.
    expect([0, 130]).toContain(await ended);
    await expect(
      new STSClient({ ...clientSettings(), maxAttempts: 1 }).send(new GetCallerIdentityCommand({})),
    ).rejects.toThrow();
    const { host, port, database, user, password } = connection.postgres;
    const client = new Client({ host, port, database, user, password, ssl: true });
    await expect(client.connect()).rejects.toThrow('ECONNREFUSED');
  });
});

describe('tandem', () => {
  it('suggests the command that was likely meant', async () => {
    const ended = await run(process.execPath, ['cli/tandem.cjs', 'lcal']);
    expect(ended.code).not.toBe(0);
    expect(ended.stderr).toContain('Did you mean local?');
  });

  it.each([[['--help']], [['local', '--help']], [['drill', '--help']]])(
    '%j tells how it is used',
    async (args) => {
      const ended = await run(process.execPath, ['cli/tandem.cjs', ...args]);
      expect(ended.code).toBe(0);
      expect(ended.stdout).toMatch(/usage/i);
    },
  );
});
