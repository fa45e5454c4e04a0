import { untilConverged } from '../../local/drill/faults/converged';
import { leaksOf } from '../../local/drill/drill';
import type { AlarmKind } from '../../modules/alarms/meanings';
import { raiseHall, type Hall } from './runbook/hall';
import {
  DeadLetters,
  LookFailed,
  LookMissing,
  passwordRead,
  recordDeleted,
  recordEdited,
  sessionsToKeep,
} from './runbook/looks';
import type { Rehearsal } from './runbook/model';
import { commandsUnder, filledIn, sectionOf, Transcript, type } from './runbook/page';
import {
  ConsumerMissing,
  databaseRestored,
  FlipBlocked,
  revertFailed,
  RolloutReverted,
  taskProtected,
  taskStandalone,
  UnregisteredConsumers,
  VersionRejected,
  withoutTheCommand,
} from './runbook/rollouts';
import { DatabaseUnreachable, PasswordAge, RotationFailed, RotationRefused } from './runbook/rotations';
import { describeWith } from './tools';

jest.setTimeout(300_000);

/**
 * Every alarm. Of three the fault is had and the alarm is not: CloudWatch compares ages and notices silence, CloudTrail
 * tells who reads; the page says so.
 */
const REHEARSALS: Readonly<Record<AlarmKind, readonly Rehearsal[]>> = {
  RotationRefused: [RotationRefused],
  RotationFailed: [RotationFailed],
  RolloutReverted: [RolloutReverted],
  RolloutHalted: [databaseRestored, withoutTheCommand, revertFailed],
  VersionRejected: [VersionRejected],
  DrainOverdue: [taskProtected, taskStandalone],
  UnregisteredConsumers: [UnregisteredConsumers],
  FlipBlocked: [FlipBlocked],
  DatabaseUnreachable: [DatabaseUnreachable],
  ConsumerMissing: [ConsumerMissing],
  RecordMissing: [recordEdited, recordDeleted],
  LookFailed: [LookFailed],
  PasswordAge: [PasswordAge],
  LookMissing: [LookMissing],
  DeadLetters: [DeadLetters],
  UnexpectedReader: [passwordRead, sessionsToKeep],
};

const KINDS = Object.keys(REHEARSALS) as AlarmKind[];

describe('the runbook', () => {
  it.each(KINDS)('has no command for %s that is not rehearsed', (kind) => {
    const [, ...acts] = sectionOf(kind).keys();
    const here = REHEARSALS[kind].filter(({ elsewhere }) => elsewhere === undefined);
    expect(here.map(({ does = 1 }) => does)).toEqual(acts);
  });
});

describeWith('aws', 'on call', () => {
  let hall: Hall;
  const transcript = new Transcript();
  /** Whether all is in order. */
  let sound = true;

  beforeAll(async () => {
    hall = await raiseHall();
  });

  afterEach(() => {
    transcript.save();
  });

  afterAll(async () => {
    await hall.close();
  });

  /** Types a line, with its words in capitals as they were shown before. @returns what was shown by then, with its answer */
  async function follow(
    line: string,
    shown: string,
    reads: RegExp,
  ): Promise<{ code: number; shown: string }> {
    hall.writeLogs();
    const typed = filledIn(line, reads.exec(shown)?.groups ?? {});
    const ended = await type(typed, hall.shell);
    transcript.note(typed, ended);
    return { code: ended.code ?? -1, shown: `${shown}${ended.stdout}${ended.stderr}\n` };
  }

  /** No service lost its login, except where the fault itself took it away; then none does from the end on. */
  async function expectLogins({ locksOut }: Rehearsal, begun: number): Promise<void> {
    const from = locksOut === true ? Date.now() : begun;
    await untilConverged(hall.stage);
    expect(hall.stage.logins.failures().filter(({ at }) => at >= from)).toEqual([]);
    expect(leaksOf(hall.stage)).toEqual({ count: 0, places: [] });
  }

  it.each(KINDS.flatMap((kind) => REHEARSALS[kind].map((rehearsal) => ({ kind, ...rehearsal }))))(
    '$kind, because $fault: the section is followed to the letter, and all is in order again',
    async ({ kind, ...rehearsal }) => {
      if (!sound) throw new Error('The rehearsal before this one did not end in order: nothing can be said.');
      sound = false;
      const { inject, shows, reads = shows, does = 1, elsewhere } = rehearsal;
      const [look = [], ...acts] = sectionOf(kind);
      const act = elsewhere === undefined ? acts[does - 1] : commandsUnder(elsewhere)[0];
      const [over = []] = commandsUnder({ page: 'docs/runbook.md', heading: 'Runbook' });
      const begun = Date.now();
      transcript.heading(`${kind}: ${rehearsal.fault}`);
      hall.begin();
      const mend = await inject(hall);
      let shown = '';
      for (const line of look) ({ shown } = await follow(line, shown, reads));
      expect(shown).toMatch(shows);
      await mend();
      for (const line of act ?? []) expect(await follow(line, shown, reads)).toMatchObject({ code: 0 });
      await expectLogins(rehearsal, begun);
      for (const line of over)
        expect(await follow(line, '', reads)).toMatchObject({
          code: 0,
          shown: expect.stringContaining('settled on') as string,
        });
      sound = true;
    },
  );
});
