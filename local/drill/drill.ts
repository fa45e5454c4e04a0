import { useEverythingAsBoth } from './adoption/adopt';
import { rotateGroup } from './group';
import { ORCHESTRATOR, ROTATOR } from './installation/model';
import { findLeaks } from './leaks';
import type { DrillOptions } from './options';
import type { Output } from './output';
import { complaints, type DrillReport, type RotationReport } from './report';
import { overlaps, untilLockedOut } from './rollout-checks';
import type { RolloutOptions } from './rollout-options';
import { raiseStage, type Stage, type StageOptions } from './stage';
import type { Timeline } from './timeline/model';
import { timelineOf } from './timeline/recorded';

const SERVICE_NAMES = ['web', 'worker', 'api', 'mailer', 'search'];

/** How many failed logins are told one by one. */
const FAILURES_TOLD = 10;

/**
 * Runs the whole system for real: boots it, installs a credential, starts services, rotates, counts.
 * @param keep is given what happened and when, also of a run that fails
 * @throws DrillError where something did not come about; the signal's reason when it is aborted
 */
export async function runDrill(
  options: DrillOptions,
  output: Output,
  signal: AbortSignal,
  keep?: (timeline: Timeline) => void,
): Promise<DrillReport> {
  const startedAt = Date.now();
  const { postgres, tasks, adopt, strategy, delivery, reader, group } = options;
  const services = serviceNames(options.services).map((name) => ({ name }));
  const document = documentOf(options);
  const asked = { postgres, services, tasks, adopt, strategy, delivery, group, reader, document };
  const stage = await raiseStage(asked, output, signal);
  const credentials = stage.orders === undefined ? [stage] : [stage, stage.orders];
  try {
    const rotations: RotationReport[] = [];
    for (let round = 1; round <= options.rotations; round += 1) {
      output.headline(`rotation ${round} of ${options.rotations}`);
      rotations.push(...(await rotateGroup(credentials)));
      if (options.retire !== null) for (const one of credentials) await untilLockedOut(one);
    }
    if (adopt) await useEverythingAsBoth(stage);
    return conclude(options, stage, rotations);
  } finally {
    try {
      if (!signal.aborted) keep?.(timelineOf(stage, startedAt));
    } finally {
      await stage.close();
    }
  }
}

/** What a rollout has besides, as the configuration says it. */
function documentOf({ canary, retire }: RolloutOptions): NonNullable<StageOptions['document']> {
  return {
    ...(canary === null ? {} : { rollout: { canaryBakeSeconds: canary } }),
    ...(retire === null ? {} : { retire: { soakSeconds: retire } }),
  };
}

/** How many rotations there must be: of each credential, as many as were asked for. */
export function expected({ rotations, group }: Pick<DrillOptions, 'rotations' | 'group'>): number {
  return group ? 2 * rotations : rotations;
}

/** What so many services are called. */
export function serviceNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => SERVICE_NAMES[index] ?? `service-${index + 1}`);
}

function conclude(options: DrillOptions, stage: Stage, rotations: readonly RotationReport[]): DrillReport {
  const { system, logins, output } = stage;
  const leaks = leaksOf(stage);
  for (const place of leaks.places) output.progress(`a password appears in ${place}`);
  const failures = options.strategy === 'single' ? [] : logins.failures();
  for (const { at, error } of failures.slice(0, FAILURES_TOLD)) {
    output.progress(`failed login at ${new Date(at).toISOString()}: ${error ?? 'no reason'}`);
  }
  const report = {
    strategy: options.strategy,
    delivery: options.delivery,
    postgres: system.postgres.version,
    adopted: stage.adoption !== undefined,
    services: options.services,
    tasks: options.tasks,
    group: options.group,
    ...{ reader: options.reader, canary: options.canary, retire: options.retire },
    rotations,
    logins: logins.count(),
    overlaps: overlaps(stage),
    leaks: leaks.count,
  };
  return { ok: complaints(report, expected(options)).length === 0, ...report };
}

/** Searches everything that was logged for every password that was ever set. */
export function leaksOf({ passwords, system, server, logins, output }: Stage): ReturnType<typeof findLeaks> {
  return findLeaks(passwords, {
    'the log of the rotator': system.lambda.logsOf(ROTATOR),
    'the log of the orchestrator': system.lambda.logsOf(ORCHESTRATOR),
    'the log of PostgreSQL': server.text(),
    'the output of the tasks': logins.text(),
    'the output of the drill': output.said(),
  });
}
