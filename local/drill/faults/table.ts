import { databaseRestored, postgresRestart } from './database';
import { killInStep, killLook } from './kills';
import type { Strategy } from '../installation/model';
import type { Fault } from './model';
import { mirrorEdited, pointerEdited, rotateActive, twoRotations } from './people';
import { failedDeployment, manualDeployment } from './services';
import { openSession } from './session';
import { deafTasks, eventsDropped, eventsLate, failing, throttled } from './weathers';

/** Every fault there is, in the order of the help; the number is how many AWS calls the step makes. */
export const FAULTS: readonly Fault[] = [
  killInStep('kill-create', 'createSecret', 3),
  killInStep('kill-set', 'setSecret', 3),
  killInStep('kill-test', 'testSecret', 2),
  killInStep('kill-finish', 'finishSecret', 3),
  killLook,
  postgresRestart,
  databaseRestored,
  failedDeployment,
  manualDeployment,
  rotateActive,
  twoRotations,
  openSession,
  pointerEdited,
  mirrorEdited,
  throttled,
  failing,
  eventsDropped,
  eventsLate,
  deafTasks,
];

/** The faults as --help lists them. */
export function faultsHelp(): string {
  const width = Math.max(...FAULTS.map(({ name }) => name.length));
  return FAULTS.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join('\n');
}

/** The faults that make sense with a strategy. */
export function faultsOf(strategy: Strategy): readonly Fault[] {
  return strategy === 'dual-user' ? FAULTS : FAULTS.filter(({ ofTwoSecrets }) => ofTwoSecrets !== true);
}

/**
 * @param list names with commas between them, or `all`
 * @returns the faults, or a sentence for each name that is none
 */
export function parseFaults(
  list: string,
  strategy: Strategy = 'dual-user',
): {
  readonly faults: readonly Fault[];
  readonly problems: readonly string[];
} {
  const possible = faultsOf(strategy);
  if (list === 'all') return { faults: possible, problems: [] };
  const names = list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.filter((name) => !FAULTS.some((fault) => fault.name === name));
  const impossible = FAULTS.filter((fault) => names.includes(fault.name) && !possible.includes(fault));
  return {
    faults: possible.filter(({ name }) => names.includes(name)),
    problems: [
      ...impossible.map(
        ({ name }) => `${name} goes with the strategy dual-user only: it needs a secret for each user`,
      ),
      ...unknown.map((name) => `${JSON.stringify(name)} is no fault; --help lists them`),
      ...(names.length === 0 ? ['--faults takes all, or names of faults with commas between them'] : []),
    ],
  };
}
