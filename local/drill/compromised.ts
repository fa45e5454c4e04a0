import { randomUUID } from 'node:crypto';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { DatabaseError, type Client } from 'pg';
import type { Wake } from '../../lambda-src/contract/events';
import type { Request } from '../../lambda-src/contract/record';
import { connectAs, passwordOf } from './connect';
import { leaksOf, serviceNames } from './drill';
import { CREDENTIAL, USERS } from './installation/model';
import type { DrillOptions } from './options';
import type { Output } from './output';
import { writeParameter } from './parameters';
import { notePasswords } from './passwords';
import { readRecord } from './record';
import { seconds, type Logins } from './report';
import { raiseStage, type Stage } from './stage';
import { DrillError, until } from './wait';

/** What a drill of a leaked password found, as `--json` writes it. Times are milliseconds. */
export interface CompromisedReport {
  readonly ok: boolean;
  readonly postgres: string;
  readonly services: number;
  readonly tasks: number;
  /** The user whose password leaked. */
  readonly user: string;
  /** From the request until the leaked password was of no use to anybody. */
  readonly totalMs: number;
  /** Logins of the services. */
  readonly logins: Logins;
  /** Sessions that somebody had opened with the leaked password. */
  readonly sessions: { readonly opened: number; readonly left: number };
  /** What the server answers to a login with it in the end: an SQLSTATE, or `accepted`. */
  readonly leakedLogin: string;
  /** Appearances of any password that was ever set in any log. */
  readonly leaks: number;
}

/** A thief may call the session what Tandem calls its own. */
const THIEVES = ['psql', 'tandem-rotator/verify'];
/** Every service goes on for so many logins, before and after. */
const LOGINS = 200;

/** The active password leaks, under load, with sessions open: it is taken out of use, and nothing of it is left. */
export async function runCompromised(
  options: Pick<DrillOptions, 'postgres' | 'services' | 'tasks' | 'delivery'>,
  output: Output,
  signal: AbortSignal,
): Promise<CompromisedReport> {
  const { postgres, tasks, delivery } = options;
  const services = serviceNames(options.services).map((name) => ({ name }));
  const stage = await raiseStage({ postgres, services, tasks, delivery }, output, signal);
  const sessions: Client[] = [];
  try {
    const { active } = await readRecord(stage);
    const leaked = await passwordOf(stage, active.slot);
    for (const name of THIEVES) sessions.push(await connectAs(stage, active.slot, leaked, name));
    await loginsMore(stage);
    output.headline(`the password of ${USERS[active.slot]}, which is active, leaked`);
    const startedAt = Date.now();
    await report(stage, active.version);
    await untilGone(stage);
    const totalMs = Date.now() - startedAt;
    output.progress(`  gone after ${seconds(totalMs)}`);
    await loginsMore(stage);
    const found = {
      ...{ postgres: stage.system.postgres.version, services: options.services, tasks },
      user: USERS[active.slot],
      totalMs,
      logins: stage.logins.count(),
      sessions: { opened: sessions.length, left: await openOf(sessions) },
      leakedLogin: await attempt(stage, active.slot, leaked),
      leaks: leaksOf(stage).count,
    };
    return { ok: compromisedComplaints(found).length === 0, ...found };
  } finally {
    for (const session of sessions) await session.end().catch(() => undefined);
    await stage.close();
  }
}

/** As the command line does it. */
async function report({ clients, installation }: Stage, leaving: string): Promise<void> {
  const request: Request = { id: randomUUID(), kind: 'compromised', leaving };
  await writeParameter({ clients }, 'request', JSON.stringify(request));
  const wake: Wake = { credential: CREDENTIAL, cause: 'request', id: request.id };
  await clients.sqs.send(
    new SendMessageCommand({
      QueueUrl: installation.queueUrl,
      MessageGroupId: CREDENTIAL,
      MessageBody: JSON.stringify(wake),
    }),
  );
}

async function untilGone(stage: Stage): Promise<void> {
  let noted = false;
  await until(
    'the leaked password to be gone',
    stage.signal,
    async () => {
      const { phase, compromised, reason } = await readRecord(stage);
      await notePasswords(stage);
      if (phase === 'halted') throw new DrillError(`The credential halted: ${reason ?? 'no reason noted'}.`);
      noted ||= compromised !== null;
      return noted && compromised === null ? true : undefined;
    },
    { deadlineMs: 180_000, explain: () => stage.output.said() },
  );
}

async function loginsMore({ logins, signal }: Stage): Promise<void> {
  const before = logins.count().ok;
  await until(`${LOGINS} logins`, signal, () => (logins.count().ok >= before + LOGINS ? true : undefined));
}

async function openOf(sessions: readonly Client[]): Promise<number> {
  const answers = await Promise.allSettled(sessions.map((session) => session.query('SELECT 1')));
  return answers.filter(({ status }) => status === 'fulfilled').length;
}

async function attempt(stage: Stage, slot: 'blue' | 'green', password: string): Promise<string> {
  try {
    await (await connectAs(stage, slot, password, 'psql')).end();
    return 'accepted';
  } catch (error) {
    return error instanceof DatabaseError ? (error.code ?? 'no SQLSTATE') : String(error);
  }
}

/** Why it is no success; empty where it is one. */
function compromisedComplaints({
  logins,
  sessions,
  leakedLogin,
  leaks,
}: Omit<CompromisedReport, 'ok'>): string[] {
  return [
    ...(logins.failed > 0 ? [`${logins.failed} logins of services failed`] : []),
    ...(logins.ok === 0 ? ['not one login was made'] : []),
    ...(sessions.left > 0 ? [`${sessions.left} sessions that the leaked password opened are left`] : []),
    ...(leakedLogin === '28P01'
      ? []
      : [`the server answers ${leakedLogin} to the leaked password, not 28P01`]),
    ...(leaks > 0 ? [`passwords appear ${leaks} times in logs`] : []),
  ];
}

export function formatCompromised(report: CompromisedReport): string {
  const problems = compromisedComplaints(report);
  if (problems.length > 0) return `FAILED: ${problems.join('; ')}.\n`;
  const { user, totalMs, logins, sessions } = report;
  return (
    `PASSED: ${seconds(totalMs)} after it was reported, the leaked password of ${user} logs in nowhere; ` +
    `${sessions.opened} sessions opened with it were ended; ${logins.ok} logins of services, 0 failed; no password in any log.\n`
  );
}
