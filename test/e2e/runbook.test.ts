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

  beforeAll(async () => {
    hall = await raiseHall();
  });

  afterAll(async () => {
    transcript.save();
    await hall.close();
  });

  /** Types commands one after the other. @returns everything that they answered @throws where one has to succeed and does not */
  async function follow(
    lines: readonly string[],
    read: Readonly<Record<string, string>>,
    { mustSucceed }: { readonly mustSucceed: boolean },
  ): Promise<string> {
    const answers: string[] = [];
    for (const line of lines) {
      hall.writeLogs();
      const typed = filledIn(line, read);
      const ended = await type(typed, hall.shell);
      transcript.note(typed, ended);
      if (mustSucceed) expect({ typed, ...ended }).toMatchObject({ code: 0 });
      answers.push(ended.stdout, ended.stderr);
    }
    return answers.join('\n');
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
      const [look = [], ...acts] = sectionOf(kind);
      const begun = Date.now();
      transcript.heading(`${kind}: ${rehearsal.fault}`);
      hall.begin();
      const mend = await rehearsal.inject(hall);
      const seen = await follow(look, {}, { mustSucceed: false });
      expect(seen).toMatch(rehearsal.shows);
      const read = rehearsal.shows.exec(seen)?.groups ?? {};
      await mend();
      const { does = 1, elsewhere } = rehearsal;
      const act = elsewhere === undefined ? acts[does - 1] : commandsUnder(elsewhere)[0];
      await follow(act ?? [], read, { mustSucceed: true });
      await expectLogins(rehearsal, begun);
      const [over = []] = commandsUnder({ page: 'docs/runbook.md', heading: 'Runbook' });
      expect(await follow(over, read, { mustSucceed: true })).toMatch(/settled on/);
    },
  );
});
