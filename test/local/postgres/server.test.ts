import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from 'pg';
import { removeAbandonedRuns } from '../../../local/processes/abandoned-runs';
import { identityOf } from '../../../local/processes/process-identity.cjs';
import { createRdsLikeAdmin } from '../../../local/postgres/rds-like';
import { eventually, startTestServer, type TestServer } from '../../support/postgres';

let test: TestServer;
beforeAll(async () => void (test = await startTestServer()), 120_000);
afterAll(() => test.stop(), 60_000);

function client(
  options: Partial<{ user: string; password: string; ssl: false | { ca: string } }> = {},
): Client {
  const { host, port, adminUser, adminPassword, caPem } = test.server;
  return new Client({
    host,
    port,
    user: adminUser,
    password: adminPassword,
    database: 'postgres',
    ssl: { ca: caPem },
    ...options,
  });
}

async function outcome(attempt: Client): Promise<string> {
  attempt.on('error', () => undefined);
  try {
    await attempt.connect();
    return 'connected';
  } catch (error) {
    return (error as Error).message;
  } finally {
    await attempt.end().catch(() => undefined);
  }
}

describe('the local PostgreSQL server', () => {
  it('lets a right password in over TLS, and neither a wrong one nor a connection without TLS', async () => {
    expect(await outcome(client())).toBe('connected');
    expect(await outcome(client({ password: 'wrong' }))).toMatch(/password authentication failed/);
    expect(await outcome(client({ ssl: false }))).toMatch(/pg_hba.conf rejects connection/);
  });

  it('stores SCRAM verifiers and logs every statement, but none run unlogged, not even one that fails', async () => {
    const { server } = test;
    await server.queryUnlogged(`CREATE ROLE verified LOGIN PASSWORD 'unlogged-password'`);
    await expect(server.queryUnlogged(`CREATE ROLE verified PASSWORD 'unlogged-password'`)).rejects.toThrow(
      /exists/,
    );
    const [role] = await server.query<{ rolpassword: string }>(
      `SELECT rolpassword FROM pg_authid WHERE rolname = 'verified'`,
    );
    expect(role?.rolpassword).toMatch(/^SCRAM-SHA-256\$4096:/);
    const log = readFileSync(server.logFile, 'utf8');
    expect(log).toContain(`WHERE rolname = 'verified'`);
    expect(log).not.toContain('unlogged-password');
    expect(log).not.toContain(server.adminPassword);
  });

  it('says its exact version, and listens on 127.0.0.1 alone', async () => {
    const [row] = await test.server.query<Record<string, string>>(
      `SELECT current_setting('server_version') AS version, current_setting('listen_addresses') AS addresses,
              current_setting('unix_socket_directories') AS sockets, current_setting('fsync') AS fsync`,
    );
    expect(row).toMatchObject({ addresses: '127.0.0.1', sockets: '', fsync: 'off' });
    expect(row?.['version']?.split(' ')[0]).toBe(test.server.version);
  });

  it('keeps port, data and passwords over a restart, and ends open sessions', async () => {
    const { server } = test;
    await server.query('CREATE TABLE kept AS SELECT 42 AS n');
    const open = client();
    const ended = new Promise((resolve) => open.once('end', resolve));
    open.on('error', () => undefined);
    await open.connect();
    const before = server.pid;
    await server.restart();
    await ended;
    expect(server.pid).not.toBe(before);
    expect(await server.query('SELECT n FROM kept')).toEqual([{ n: 42 }]);
  }, 60_000);

  it('runs beside another one, and takes settings', async () => {
    const second = await startTestServer({ settings: { max_connections: 17, log_statement: 'none' } });
    try {
      expect(second.server.port).not.toBe(test.server.port);
      expect(await second.server.query('SHOW max_connections')).toEqual([{ max_connections: '17' }]);
    } finally {
      await second.stop();
    }
    expect(existsSync(second.runDirectory.path)).toBe(false);
  }, 60_000);

  it('says why it does not start', async () => {
    const attempt = startTestServer({ settings: { max_connections: 'many' } });
    await expect(attempt).rejects.toThrow(/invalid value for parameter "max_connections"/);
  }, 60_000);
});

describe('an admin as RDS gives one', () => {
  it('is no superuser, makes roles and databases, and sees sessions', async () => {
    const admin = await createRdsLikeAdmin(test.server, { username: 'rds', database: 'own' });
    const [role] = await test.server.query(
      `SELECT rolsuper, rolcreaterole, rolcreatedb, pg_has_role('rds', 'pg_read_all_stats', 'USAGE') AS sees
       FROM pg_roles WHERE rolname = 'rds'`,
    );
    expect(role).toEqual({ rolsuper: false, rolcreaterole: true, rolcreatedb: true, sees: true });
    expect(await outcome(client({ user: admin.username, password: admin.password }))).toBe('connected');
    expect(readFileSync(test.server.logFile, 'utf8')).not.toContain(admin.password);
  });
});

describe('a run that is killed', () => {
  async function killedRun(kept: boolean): Promise<{ pid: number; directory: string }> {
    const script = join(__dirname, 'server-parent.ts');
    const parent = spawn(process.execPath, ['--import', 'tsx', script, kept ? 'kept' : 'unkept'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
    parent.kill('SIGKILL');
    await once(parent, 'exit');
    return JSON.parse(line) as { pid: number; directory: string };
  }

  it('leaves neither server nor directory behind for longer than five seconds', async () => {
    const { pid, directory } = await killedRun(true);
    const killedAt = performance.now();
    await eventually('both are gone', () => identityOf(pid) === undefined && !existsSync(directory));
    expect(performance.now() - killedAt).toBeLessThan(5_000);
  }, 120_000);

  it('is cleaned up by the next one where even its supervisor is gone, and living runs are left alone', async () => {
    const { pid, directory } = await killedRun(false);
    expect(identityOf(pid)).toBeDefined();
    const cleaned = await removeAbandonedRuns(dirname(directory));
    expect(cleaned.removed).toContain(directory);
    expect(cleaned.ended).toContain(pid);
    expect(identityOf(pid)).toBeUndefined();
    expect(existsSync(directory)).toBe(false);
    expect(await test.server.query('SELECT 1 AS alive')).toEqual([{ alive: 1 }]);
  }, 120_000);
});
