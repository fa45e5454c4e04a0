import { execFile } from 'node:child_process';
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Certificates } from './certificates';
import { HOST_BASED_AUTHENTICATION } from './configuration';
import { give, type ServerUser } from './server-user';

/** A database cluster on disk: what initdb made, configured. */
export interface Cluster {
  readonly data: string;
  readonly binaries: string;
  readonly user: ServerUser | undefined;
}

/** What a server process gets of our environment: nothing that could change how it behaves. */
export const SERVER_ENVIRONMENT = { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** The name of the bootstrap superuser. */
export const SUPERUSER = 'postgres';

/**
 * Runs initdb and writes certificates and host-based authentication. The superuser's password reaches
 * initdb in a file that is gone when this resolves.
 *
 * @param directory existing and empty; it becomes the server's user's
 */
export async function makeCluster(options: {
  readonly directory: string;
  readonly binaries: string;
  readonly user: ServerUser | undefined;
  readonly password: string;
  readonly certificates: Certificates;
}): Promise<Cluster> {
  const { directory, binaries, user } = options;
  give(directory, user);
  const data = join(directory, 'data');
  mkdirSync(data, { mode: 0o700 });
  give(data, user);
  const passwordFile = join(directory, 'superuser-password');
  writeFor(user, passwordFile, options.password);
  try {
    await initdb(binaries, data, passwordFile, user);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  writeFor(user, join(data, 'server.crt'), options.certificates.certificatePem);
  writeFor(user, join(data, 'server.key'), options.certificates.keyPem);
  writeFor(user, join(data, 'pg_hba.conf'), HOST_BASED_AUTHENTICATION);
  appendFileSync(join(data, 'postgresql.conf'), "\ninclude = 'tandem.conf'\n");
  return { data, binaries, user };
}

async function initdb(
  binaries: string,
  data: string,
  passwordFile: string,
  user: ServerUser | undefined,
): Promise<void> {
  const options = [
    `--pgdata=${data}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-locale',
    '--no-sync',
  ];
  try {
    await promisify(execFile)(join(binaries, 'bin', 'initdb'), options, {
      cwd: data,
      env: SERVER_ENVIRONMENT,
      ...user,
    });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new Error(`initdb failed: ${stderr?.trim() ?? String(cause)}`, { cause });
  }
}

/** Writes a file that only the server's user may read. */
export function writeFor(user: ServerUser | undefined, path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o600 });
  give(path, user);
}
