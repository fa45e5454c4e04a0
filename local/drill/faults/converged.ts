import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { mirrorVersion } from '../../../lambda-src/contract/tokens';
import { CLUSTER, USERS } from '../installation/model';
import { readValue } from '../connect';
import { readActive, readParameter } from '../parameters';
import { labelsOf } from '../passwords';
import { readRecord } from '../record';
import type { Stage } from '../stage';
import { until } from '../wait';

/** How long Tandem may take to get over a fault. */
export const CONVERGENCE_MS = 120_000;

/**
 * Waits until all is as if nothing had happened: settled, both published copies carry the active version, nothing is
 * pending, every deployment is complete, and every task logs in as the active user.
 * @returns how long it took, in milliseconds
 * @throws DrillError that says what is still amiss
 */
export async function untilConverged(stage: Stage): Promise<number> {
  const from = Date.now();
  let amiss: readonly string[] = [];
  await until(
    'everything to be in order again',
    stage.signal,
    async () => {
      amiss = await amissIn(stage);
      return amiss.length === 0 ? true : undefined;
    },
    { deadlineMs: CONVERGENCE_MS, everyMs: 100, explain: () => `Still amiss: ${amiss.join('; ')}.` },
  );
  return Date.now() - from;
}

async function amissIn(stage: Stage): Promise<readonly string[]> {
  const record = await readRecord(stage);
  const { phase, active, reason } = record;
  if (phase !== 'settled') return [`the record is ${phase}${reason === null ? '' : ` (${reason})`}`];
  const found = [
    ...(await copiesAmiss(stage, active)),
    ...(await pendingIn(stage)),
    ...(await rolloutDue(stage, record)),
    ...(await servicesAmiss(stage)),
  ];
  if (found.length > 0) return found;
  // Only tasks that log in now prove that what the services hold works.
  const tasks = stage.services.length * stage.tasks;
  const user = USERS[active.slot];
  const since = Date.now();
  const proven = await until(
    `${tasks} tasks to log in as ${user}`,
    stage.signal,
    () => (stage.logins.tasksOn(user, since) >= tasks ? true : undefined),
    { deadlineMs: PROOF_MS },
  ).catch(() => false);
  return proven ? [] : [`not every task logs in as ${user}`];
}

const PROOF_MS = 10_000;

async function copiesAmiss(
  stage: Stage,
  { slot, version }: { readonly slot: 'blue' | 'green'; readonly version: string },
): Promise<readonly string[]> {
  const pointer = await pointerOf(stage);
  return [
    ...((await isCarried(stage, slot, version)) ? [] : [`what tasks read is not ${slot}`]),
    ...(pointer === pointerText(stage, { slot, version }) ? [] : [`the pointer says ${pointer}`]),
  ];
}

/** Whether tasks that start now read a slot's version. */
async function isCarried(stage: Stage, slot: 'blue' | 'green', version: string): Promise<boolean> {
  const { clients, installation, strategy = 'dual-user', delivery } = stage;
  // What containers pick by is the pointer, which is looked at anyway.
  if (delivery === 'entrypoint') return true;
  if (delivery === 'parameter') return (await readActive(stage)) === readValue(stage, slot, version).url;
  const mirror = await clients.secrets.send(
    new DescribeSecretCommand({ SecretId: installation.secrets.active }),
  );
  // Where there is one secret, nothing is copied.
  const expected = strategy === 'dual-user' ? mirrorVersion(installation.secrets[slot], version) : version;
  return mirror.VersionIdsToStages?.[expected]?.includes('AWSCURRENT') === true;
}

/** What the pointer says of a version. Containers that pick their user are told which version they must find. */
export function pointerText(
  { delivery }: Stage,
  { slot, version }: { readonly slot: 'blue' | 'green'; readonly version: string },
): string {
  return delivery === 'entrypoint' ? `${slot} ${version}` : slot;
}

/** What the pointer says. */
export async function pointerOf(stage: Stage): Promise<string> {
  return await readParameter(stage, 'pointer');
}

async function pendingIn(stage: Stage): Promise<readonly string[]> {
  const pending: string[] = [];
  for (const slot of ['blue', 'green'] as const) {
    const version = pendingOf(await labelsOf(stage, slot));
    if (version !== undefined) pending.push(`a rotation of ${slot} is pending`);
  }
  return pending;
}

/** A rotation may end just now, with nobody having looked yet. */
async function rolloutDue(
  stage: Stage,
  { active, seen, rejected }: Awaited<ReturnType<typeof readRecord>>,
): Promise<readonly string[]> {
  const standby = active.slot === 'blue' ? 'green' : 'blue';
  const labels = await labelsOf(stage, standby);
  const current = Object.keys(labels).find((version) => labels[version]?.includes('AWSCURRENT'));
  const noted =
    current === seen[standby] ||
    current === active.version ||
    rejected.some(({ version }) => version === current);
  return noted ? [] : [`${standby} was rotated and is not rolled out`];
}

/** The version that carries AWSPENDING and is not current. */
export function pendingOf(labels: Readonly<Record<string, readonly string[]>>): string | undefined {
  return Object.entries(labels).find(
    ([, some]) => some.includes('AWSPENDING') && !some.includes('AWSCURRENT'),
  )?.[0];
}

async function servicesAmiss({ clients, services: plans }: Stage): Promise<readonly string[]> {
  const names = plans.map(({ name }) => name);
  const { services = [] } = await clients.ecs.send(
    new DescribeServicesCommand({ cluster: CLUSTER, services: names }),
  );
  return services.flatMap(({ serviceName, deployments = [], runningCount, desiredCount }) =>
    deployments.length === 1 && deployments[0]?.rolloutState === 'COMPLETED' && runningCount === desiredCount
      ? []
      : [`${serviceName ?? ''} is deploying`],
  );
}
