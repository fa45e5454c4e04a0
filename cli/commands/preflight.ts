import { ResourceNotFoundException } from '@aws-sdk/client-secrets-manager';
import { parsedJson } from '../../lambda-src/contract/parse';
import { fail, preflightSchema, type Check, type PreflightResult } from '../../lambda-src/contract/preflight';
import { EXIT } from '../exit';
import { oneCredential, openInstallation, type Installation, type Whereabouts } from '../installation';
import { invokeRotator } from '../rotator';
import { scheduleChecks, stuckChecks } from '../preflight/calendar';
import { serviceChecks } from '../preflight/services';
import { readSlots, readTruth, type SlotState, type Truth } from '../state';
import type { Terminal } from '../terminal';

/** Checks everything that a rotation will need, and changes nothing. @returns the exit code: 1 where a check failed */
export async function preflight(
  terminal: Terminal,
  where: Whereabouts,
  named: string | undefined,
  strict: boolean,
): Promise<number> {
  const installation = openInstallation(where);
  const names =
    named === undefined ? await installation.credentials() : [await oneCredential(installation, named)];
  const credentials: PreflightResult[] = [];
  for (const name of names) {
    terminal.progress(
      `Checking ${name}: the rotator looks at the database, this command at dates, and at services in every cluster.`,
    );
    credentials.push(await preflightOf(installation, name));
  }
  const worst = strict ? ['fail', 'warn'] : ['fail'];
  const ok = credentials.every(({ checks }) => checks.every(({ status }) => !worst.includes(status)));
  terminal.answer({ prefix: installation.prefix, ok, credentials }, () =>
    credentials.map((result) => page(terminal, result)).join('\n\n'),
  );
  return ok ? EXIT.done : EXIT.failed;
}

/** The checks of one credential. */
export async function preflightOf(installation: Installation, credential: string): Promise<PreflightResult> {
  const truth = await readTruth(installation, credential);
  const checks = [
    ...(await rotatorChecks(installation, credential)),
    ...(await serviceChecks(installation, truth)),
  ];
  const slots = await slotsIfThere(installation, truth);
  checks.push(...stuckChecks(slots, truth.config, Date.now()), ...scheduleChecks(slots, truth.config));
  return { credential, ok: checks.every(({ status }) => status !== 'fail'), checks };
}

/** Where a secret is missing the rotator has said so. */
async function slotsIfThere(installation: Installation, truth: Truth): Promise<readonly SlotState[]> {
  try {
    return await readSlots(installation, truth);
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return [];
    throw error;
  }
}

/** A rotator that cannot answer is a finding: the rest is checked all the same. */
async function rotatorChecks(installation: Installation, credential: string): Promise<readonly Check[]> {
  try {
    const text = await invokeRotator(installation, { action: 'preflight', credential });
    return parsedJson('answer of the rotator', preflightSchema, text).checks;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return [fail('rotator', `${error.message}; its log says more`)];
  }
}

const SIGNS = { pass: ['green', 'pass'], warn: ['yellow', 'WARN'], fail: ['red', 'FAIL'] } as const;

function page({ paint }: Pick<Terminal, 'paint'>, { credential, checks }: PreflightResult): string {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, status, detail }) => {
    const [style, sign] = SIGNS[status];
    return `  ${paint(style, sign)}  ${name.padEnd(width)}  ${detail}`;
  });
  const count = (wanted: Check['status']) => checks.filter(({ status }) => status === wanted).length;
  return `${paint('bold', credential)}\n${lines.join('\n')}\n  ${count('pass')} pass, ${count('warn')} warn, ${count('fail')} fail`;
}
