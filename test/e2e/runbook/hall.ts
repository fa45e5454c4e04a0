import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FaultBoard } from '../../../local/drill/faults/board';
import { entriesOf } from '../../../local/drill/function-log';
import { ORCHESTRATOR, ROTATOR } from '../../../local/drill/installation/model';
import { APPLICATION } from '../../../local/drill/installation/services';
import type { Stage } from '../../../local/drill/stage';
import { until } from '../../../local/drill/wait';
import type { AlarmKind } from '../../../modules/alarms/meanings';
import { raiseTestStage } from '../../support/stage';
import { environmentOf } from '../../support/tandem';
import type { Shell } from './page';

const FUNCTIONS = [ROTATOR, ORCHESTRATOR];

/** A system in which things go wrong, with a person in front of it. */
export interface Hall {
  readonly stage: Stage;
  readonly board: FaultBoard;
  readonly shell: Shell;
  /** While this file exists, tasks of the service `fragile` whose user it names do not start. */
  readonly broken: string;
  /** What happened before is past: neither metrics nor logs of it are seen any more. */
  readonly begin: () => void;
  /** Waits until the functions have reported a metric since then. */
  readonly reported: (metric: AlarmKind) => Promise<void>;
  /** Writes what the functions have logged since then to where the person looks. */
  readonly writeLogs: () => void;
  readonly close: () => Promise<void>;
}

/** Ends at once where its user is the one that a file names, while there is that file. A shell is quick about it. */
const FRAGILE = `
  if [ -e "$1" ]; then
    case $DATABASE_URL in *"$(cat "$1")"*) exit 1 ;; esac
  fi
  exec "$2" "$3"
`;

const DEADLINE_MS = 120_000;

export async function raiseHall(): Promise<Hall> {
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-runbook-'));
  const board = new FaultBoard();
  const broken = path.join(directory, 'broken');
  const removed = () => {
    rmSync(directory, { recursive: true, force: true });
  };
  const stage = await raise(board, broken).catch((error: unknown) => {
    removed();
    throw error;
  });
  const environment = { ...environmentOf(stage.system), AWS_DEFAULT_REGION: stage.system.place.region };
  const past = new Map<string, number>();
  const logged = (name: string) => stage.system.lambda.logsOf(name).slice(past.get(name) ?? 0);
  return {
    stage,
    board,
    broken,
    shell: { environment, logs: directory },
    begin: () => {
      for (const name of FUNCTIONS) past.set(name, stage.system.lambda.logsOf(name).length);
    },
    reported: async (metric) => {
      const seen = () =>
        FUNCTIONS.some((name) => entriesOf(logged(name)).some((entry) => Number(entry[metric]) > 0));
      await until(`the metric ${metric}`, stage.signal, () => (seen() ? true : undefined), {
        deadlineMs: DEADLINE_MS,
        explain: () => FUNCTIONS.map(logged).join('\n').slice(-4_000),
      });
    },
    writeLogs: () => {
      for (const name of FUNCTIONS) writeFileSync(path.join(directory, name), logged(name));
    },
    close: async () => {
      await stage.close();
      removed();
    },
  };
}

async function raise(board: FaultBoard, broken: string): Promise<Stage> {
  const environment = { ATTEMPT_EVERY_MS: '200' };
  return await raiseTestStage({
    faults: board.system,
    services: [
      { name: 'web', environment },
      {
        name: 'fragile',
        environment,
        command: ['sh', '-c', FRAGILE, 'fragile', broken, process.execPath, APPLICATION],
      },
    ],
    timeouts: { rotator: 30, orchestrator: 6 },
    document: {
      // Four times this, and what is left of a rotation is cleared.
      rotatorTimeoutSeconds: 3,
      rollout: { deadlineSeconds: 120, drainAlarmSeconds: 10, skewSeconds: 0.05, visibilitySeconds: 1 },
    },
    // Every rotation is tried once: what Secrets Manager does again by itself would need nobody.
    settings: {
      events: { rateEveryMs: 2_000 },
      rotation: { retries: 0 },
      // On a busy machine too a task that ends at once has ended before it counts as healthy.
      ecs: { settleMs: 1_500 },
    },
  });
}

type Variables = Readonly<Record<string, string>>;

/** Changes the variables of a function. @returns what gives them back, as an apply does */
export async function reconfigure(
  { clients: { lambda } }: Stage,
  FunctionName: string,
  change: (before: Variables) => Variables,
): Promise<() => Promise<void>> {
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const before = Environment?.Variables ?? {};
  const configure = async (Variables: Variables) => {
    await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }));
  };
  await configure(change(before));
  return () => configure(before);
}
