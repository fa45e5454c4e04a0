import { chownSync, readFileSync } from 'node:fs';
import { isRoot } from '../processes/run-directory';

/** User and group that the server runs as. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to run the server as: `nobody` where this process is root, since PostgreSQL refuses root and a
 * uid without an entry in the user database; undefined (this user) everywhere else.
 */
export function serverUser(): ServerUser | undefined {
  if (!isRoot()) return undefined;
  const entry = /^nobody:[^:]*:(\d+):(\d+):/m.exec(readFileSync('/etc/passwd', 'utf8'));
  if (entry === null)
    throw new Error('PostgreSQL does not run as root, and there is no user `nobody` to run it as.');
  return { uid: Number(entry[1]), gid: Number(entry[2]) };
}

/** Gives a path to the server's user. */
export function give(path: string, user: ServerUser | undefined): void {
  if (user !== undefined) chownSync(path, user.uid, user.gid);
}
