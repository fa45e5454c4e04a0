import { nextAction } from '../../../../lambda-src/core/next-action';
import { BLUE, GREEN, asks, look, settled, verified } from '../examples';
import { leak, leaked, LOCKED, standby, TOKEN } from '../leaks';
import { tells, waits, written, type Case } from './words';

const replacement = TOKEN;
const rejected = [{ slot: 'green', version: TOKEN }] as const;
const byHand = standby({ current: 'by-hand' });
const rotated = standby({ current: TOKEN });
const used = standby({ versions: [GREEN.version, TOKEN] });
const stale = standby({ pending: { version: TOKEN, since: 0, standIn: 'x', standInMade: false } });

const LEAK: readonly Case[] = [
  [
    'a leak that a person reports',
    settled(),
    { request: asks('compromised', GREEN.version), replacement },
    written('12', 'the password of green green-1 leaked: it is taken out of use'),
  ],
  [
    'a user that is to be locked out',
    leaked(GREEN),
    { replacement },
    {
      kind: 'retire',
      row: '12',
      target: GREEN,
      why: 'its password leaked, and no consumer uses it any more',
    },
  ],
  [
    'sessions that are to be ended',
    leaked(GREEN, { retired: { slot: 'green', done: true } }),
    { replacement },
    {
      kind: 'terminate',
      row: '12',
      target: GREEN,
      why: 'they may have been opened with the leaked password',
    },
  ],
  [
    'a rotation that is noted before it begins',
    leaked(GREEN, LOCKED),
    { replacement },
    written('12', 'green gets a password that is not rolled out'),
  ],
  [
    'a rotation of the former user',
    leaked(GREEN, { ...LOCKED, rejected }),
    { replacement },
    { kind: 'rotate', row: '12', slot: 'green', token: TOKEN, why: 'its password leaked' },
  ],
  [
    'a rotation of the standby, while the leaked password is active',
    leaked(BLUE),
    { replacement },
    {
      kind: 'rotate',
      row: '12',
      slot: 'green',
      token: TOKEN,
      why: 'the password of blue, which is active, leaked',
    },
  ],
  [
    'a token that was used already',
    leaked(BLUE),
    { ...used, replacement },
    written('12', 'its rotation was superseded, and is tried again'),
  ],
  [
    'a rotation that died',
    leaked(BLUE),
    { ...stale, now: 9_999, replacement },
    written('12', 'its rotation is long over, and is tried again'),
  ],
  [
    'a leaked password that somebody gave back',
    leaked(GREEN, LOCKED),
    { ...rotated, replacement, verification: verified(GREEN) },
    written('12', 'the leaked password logs in again'),
  ],
  [
    'the end of a leak',
    leaked(GREEN),
    { ...byHand, replacement, verification: verified(GREEN, 'refused') },
    written('12', 'the leaked password of green logs in nowhere: as the server says', {
      evidence: 'replaced',
    }),
  ],
  [
    'a database that cannot be asked',
    leaked(GREEN, LOCKED),
    { ...rotated, replacement, verification: verified(GREEN, 'outage') },
    waits('12', 'the database cannot be asked whether the leaked password is refused: as the server says', {
      alarm: 'outage',
    }),
  ],
];

describe('of a leaked password people are told, word by word,', () => tells(LEAK));

describe('row 12', () => {
  it('waits for its group as every other row', () => {
    const action = nextAction(look(leaked(BLUE), { replacement, busyGroup: ['billing'] }));
    expect(action).toMatchObject({ kind: 'wait', row: '12' });
  });

  it('leaves a rotation that is not its own to row 14, and one of its own until it is long over', () => {
    const other = { version: 'other', since: 0, standIn: 'x', standInMade: false };
    expect(
      nextAction(look(leaked(BLUE), { ...standby({ pending: other }), now: 9_999, replacement })),
    ).toMatchObject({
      kind: 'unstage',
      row: '14',
    });
    const { rotation } = look(settled()).settings;
    expect(nextAction(look(leaked(BLUE), { ...stale, now: rotation, replacement }))).toMatchObject({
      kind: 'wait',
      row: '-',
    });
  });

  it('asks nothing while a rotation of the former user is under way, and locks it out meanwhile', () => {
    const pending = { version: 'other', since: 1_099, standIn: 'x', standInMade: false };
    const slots = standby({ current: 'by-hand', pending });
    expect(nextAction(look(leaked(GREEN), { ...slots, replacement }))).toMatchObject({ kind: 'retire' });
  });

  it('keeps the note on a user that another leak locked out', () => {
    const retired = { slot: 'blue', done: true } as const;
    const request = asks('compromised', GREEN.version);
    expect(nextAction(look(settled({ retired }), { request, replacement }))).toMatchObject({
      record: { compromised: leak(GREEN), retired },
    });
  });
});
