import { ListSecretVersionIdsCommand, type SecretVersionsListEntry } from '@aws-sdk/client-secrets-manager';
import { ORCHESTRATOR, ROTATOR } from '../installation/model';
import { readRecord } from '../record';
import type { Stage } from '../stage';
import { descendants, listProcesses, openHandles } from './processes';

/** What is there at one moment, between two rotations; null where this machine does not tell. */
export interface Reading {
  /** Processes of this run, without those that PostgreSQL has. */
  readonly processes: number | null;
  /** Sessions on the server that have been open for longer than a second. */
  readonly sessions: number;
  /** Files, sockets and pipes that the drill and the function that has most of them hold open. */
  readonly handles: number | null;
}

/** What has gathered so far. */
export interface Total {
  /** Versions with a label, and all that are kept, of the secret that has most. */
  readonly labelled: number;
  readonly versions: number;
  /** Of these, those that are old enough to be removed. */
  readonly old: number;
  /** Bytes of the record. */
  readonly record: number;
  /** Bytes that both functions have logged, and how often they were invoked. */
  readonly functionLog: number;
  readonly invocations: number;
  /** Bytes that PostgreSQL has logged, and logins of the tasks. */
  readonly serverLog: number;
  readonly logins: number;
}

const SESSIONS = `
  SELECT count(*)::int AS sessions FROM pg_stat_activity
  WHERE backend_type = 'client backend' AND backend_start < clock_timestamp() - interval '1 second'`;

/** What a function's processes have in their command line. */
const FUNCTION_HOST = 'bootstrap.cjs';

export async function read({ system }: Stage): Promise<Reading> {
  const [row] = await system.postgres.query<{ sessions: number }>(SESSIONS);
  const listed = listProcesses();
  const ours = listed === null ? null : descendants(listed, process.pid, system.postgres.pid);
  const functions = (ours ?? []).filter(({ command }) => command.includes(FUNCTION_HOST));
  const own = openHandles(process.pid);
  const most = Math.max(0, ...functions.map(({ pid }) => openHandles(pid) ?? 0));
  return {
    processes: ours === null ? null : ours.length,
    sessions: row?.sessions ?? 0,
    handles: own === null ? null : own + most,
  };
}

/** @param keptMs how old an unlabelled version must be to be removed */
export async function total(stage: Stage, keptMs: number): Promise<Total> {
  const { system, server, logins, installation } = stage;
  const secrets = await Promise.all(arnsOf(installation).map((secret) => versionsOf(stage, secret)));
  const most = (count: (versions: readonly SecretVersionsListEntry[]) => number) =>
    Math.max(...secrets.map(count));
  const now = Date.now();
  const log = system.lambda.logsOf(ROTATOR) + system.lambda.logsOf(ORCHESTRATOR);
  return {
    labelled: most((versions) => versions.filter(({ VersionStages }) => VersionStages !== undefined).length),
    versions: most((versions) => versions.length),
    old: most(
      (versions) =>
        versions.filter(({ CreatedDate }) => now - (CreatedDate?.getTime() ?? now) > 2 * keptMs).length,
    ),
    record: JSON.stringify(await readRecord(stage)).length,
    functionLog: log.length,
    invocations: log.split('START RequestId: ').length - 1,
    serverLog: server.size(),
    logins: logins.count().ok,
  };
}

/** A parameter keeps a hundred versions by itself (Systems Manager User Guide, "Working with parameter versions"). */
function arnsOf({ secrets }: Stage['installation']): readonly string[] {
  return [...new Set(Object.values(secrets))].filter((one) => one.startsWith('arn:'));
}

/** Every version of a secret, those without a label included. */
async function versionsOf({ clients }: Stage, SecretId: string): Promise<SecretVersionsListEntry[]> {
  const found: SecretVersionsListEntry[] = [];
  let NextToken: string | undefined;
  do {
    const page = await clients.secrets.send(
      new ListSecretVersionIdsCommand({ SecretId, IncludeDeprecated: true, NextToken }),
    );
    found.push(...(page.Versions ?? []));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return found;
}
