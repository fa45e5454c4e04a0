import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FaultBoard } from '../../local/drill/faults/board';
import { pendingOf, untilConverged } from '../../local/drill/faults/converged';
import { entriesOf } from '../../local/drill/function-log';
import { ORCHESTRATOR, ROTATOR } from '../../local/drill/installation/model';
import { APPLICATION } from '../../local/drill/installation/services';
import { labelsOf } from '../../local/drill/passwords';
import { readRecord } from '../../local/drill/record';
import { until } from '../../local/drill/wait';
import type { AlarmKind } from '../../modules/alarms/meanings';
import { blocks } from '../support/markdown';
import { expectUnharmed, raiseTestStage } from '../support/stage';
import { environmentOf, tandem, type Answered } from '../support/tandem';
import type { Hall } from './hall';
import { REHEARSALS } from './rehearsals';
import { ROOT } from './tools';

const PAGE = path.join(ROOT, 'docs', 'runbook.md');

jest.setTimeout(300_000);

/** Ends at once where its user is the one that a file names, while there is that file. */
const FRAGILE = `
  let broken = null;
  try { broken = require('fs').readFileSync(process.argv[1], 'utf8'); } catch {}
  if (broken !== null && process.env.DATABASE_URL.includes(broken)) process.exit(1);
  require(${JSON.stringify(APPLICATION)});
`;

let directory: string;
let hall: Hall;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'tandem-runbook-'));
  const board = new FaultBoard();
  const broken = path.join(directory, 'broken');
  const deaf = path.join(directory, 'deaf');
  const environment = { DEAF_FILE: deaf, ATTEMPT_EVERY_MS: '50' };
  const stage = await raiseTestStage({
    faults: board.system,
    services: [
      { name: 'web', environment },
      { name: 'fragile', environment, command: [process.execPath, '-e', FRAGILE, broken] },
    ],
    document: {
      rotatorTimeoutSeconds: 4,
      rollout: { deadlineSeconds: 120, drainAlarmSeconds: 10, skewSeconds: 0.05, visibilitySeconds: 1 },
    },
    settings: {
      events: { rateEveryMs: 2_000 },
      // Long enough that a task which ignores SIGTERM is found by a person first.
      ecs: { settleMs: 3_000, stopTimeoutMs: 120_000 },
      rotation: { retries: 0 },
    },
  });
  const logs = () => [ROTATOR, ORCHESTRATOR].map((name) => stage.system.lambda.logsOf(name)).join('\n');
  const reported = async (metric: AlarmKind, since: number) => {
    await until(
      `the metric ${metric}`,
      stage.signal,
      () =>
        entriesOf(logs()).some(
          ({ _aws, [metric]: value }) =>
            Number(value) > 0 && (_aws as { Timestamp: number }).Timestamp >= since,
        )
          ? true
          : undefined,
      { deadlineMs: 120_000 },
    );
  };
  hall = { stage, board, broken, deaf, reported };
});

afterAll(async () => {
  await hall.stage.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Executes a block of the page, line by line, as a person on call does. */
async function execute(block: string): Promise<readonly Answered[]> {
  const answers: Answered[] = [];
  for (const line of block.trim().split('\n')) {
    const [npx, command, ...args] = line.split(' ');
    if (npx !== 'npx' || command !== 'tandem') throw new Error(`The runbook says to run ${line}`);
    const answered = await tandem(args, environmentOf(hall.stage.system));
    appendFileSync('/tmp/oncall4-transcript.txt', `$ ${line}\n${answered.stdout}${answered.stderr}[${String(answered.code)}]\n`);
    answers.push(answered);
  }
  return answers;
}

/** Until nothing is left of a rotation that was given up: the page says to wait for the sweep. */
async function untilCleared(): Promise<void> {
  await until(
    'the sweep to clear what is left',
    hall.stage.signal,
    async () => {
      const pending = [await labelsOf(hall.stage, 'blue'), await labelsOf(hall.stage, 'green')].map(
        pendingOf,
      );
      const { phase } = await readRecord(hall.stage);
      return phase === 'halted' || pending.every((version) => version === undefined) ? true : undefined;
    },
    { deadlineMs: 120_000 },
  );
}

describe('on call: the section of', () => {
  it.each(Object.entries(REHEARSALS))(
    '%s is followed to the letter, and all is in order again',
    async (kind, rehearsal) => {
      const [look = '', act = ''] = blocks(PAGE, kind, 'sh');
      appendFileSync('/tmp/oncall4-transcript.txt', `\n## ${kind}\n`);
      const mend = await rehearsal.inject(hall);
      const seen = await execute(look);
      expect(seen.map(({ stdout, stderr }) => stdout + stderr).join('\n')).toMatch(rehearsal.shows);
      await mend();
      await untilCleared();
      for (const { code, stdout, stderr } of await execute(act))
        expect({ code, said: stdout + stderr }).toMatchObject({ code: 0 });
      await untilConverged(hall.stage);
      expectUnharmed(hall.stage);
    },
  );
});
