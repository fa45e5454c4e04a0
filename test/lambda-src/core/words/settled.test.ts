import type { Observation, SlotObservation } from '../../../../lambda-src/core/observation';
import type { Slot } from '../../../../lambda-src/core/slot';
import { BLUE, GREEN, asks, greenRotated, look, service, settled, verified } from '../examples';
import { tells, waits, written, type Case } from './words';

const API = 'main/api';
const GREEN2 = { slot: 'green', version: 'green-2' } as const;
const outage = { verification: verified(BLUE, 'outage') };
const refused = { verification: verified(BLUE, 'refused') };
const halted = { alarm: 'halted' };
const OUTAGE = 'the database cannot be asked whether blue logs in: as the server says';
const pendingOn = (slot: Slot, standInMade = false): Partial<Observation> => {
  const { slots } = look(settled());
  const observed: SlotObservation = {
    ...slots[slot],
    pending: { version: 'pending-1', since: 0, standIn: 'for-it', standInMade },
  };
  return { now: 9_999, slots: { ...slots, [slot]: observed } };
};

const SETTLED: readonly Case[] = [
  [
    'a resume',
    settled({ phase: 'halted' }),
    { request: asks('resume') },
    written('2', 'a person resumed it'),
  ],
  [
    'anything else while halted',
    settled({ phase: 'halted' }),
    { request: asks('rotate') },
    written('2', 'request rotate refused: the credential is halted: resume it first'),
  ],
  ['a pause', settled(), { request: asks('pause') }, written('3', 'a person paused it')],
  ['its end', settled(), { request: asks('unpause') }, written('3', 'a person unpaused it')],
  [
    'a request that is barred by the group',
    settled(),
    { request: asks('rotate'), busyGroup: ['billing', 'search'] },
    written('11', 'request rotate refused: waiting for the group to settle: billing, search'),
  ],
  [
    'a request that is barred by what a person must mend',
    settled(),
    { request: asks('rotate'), blockers: ['one', 'two'] },
    written('11', 'request rotate refused: no flip before this is mended: one; two'),
  ],
  [
    'a copy astray',
    settled(),
    { mirror: 'other' },
    written('5', 'mirror or pointer is not what the record says'),
  ],
  [
    'consumers that joined',
    settled(),
    { consumers: [service(), service({ name: API }), service({ name: 'main/new' })] },
    written('10', `joined: ${API}, main/new`),
  ],
  [
    'a joined consumer that waits for the group: no alarm',
    settled(),
    { consumers: [service({ name: API })], busyGroup: ['billing'], blockers: ['one'] },
    waits('10', 'waiting for the group to settle: billing'),
  ],
  [
    'a joined consumer that waits for a person: an alarm',
    settled(),
    { consumers: [service({ name: API })], blockers: ['one'] },
    waits('10', 'no flip before this is mended: one', { alarm: 'blocked' }),
  ],
  [
    'a revert to what does not log in',
    settled(),
    { request: asks('revert'), verification: verified(GREEN, 'refused') },
    written('11', 'green green-1 does not log in: as the server says', { alarm: 'rejected' }),
  ],
  [
    'a rotation that was asked for',
    settled(),
    { request: asks('rotate') },
    { kind: 'rotate', row: '11', slot: 'green', token: 'token-of-r1', why: 'a person asked for it' },
  ],
  [
    'a rotation that was asked for and began',
    settled(),
    {
      request: asks('rotate'),
      slots: { ...greenRotated, green: { ...greenRotated.green, versions: ['token-of-r1'] } },
    },
    written('11', 'the rotation asked for was started'),
  ],
  [
    'a standby that was rotated',
    settled(),
    { slots: greenRotated, verification: verified(GREEN2) },
    written('13', 'green was rotated and logs in: it becomes active'),
  ],
  [
    'one that cannot be tried',
    settled(),
    { slots: greenRotated, verification: verified(GREEN2, 'outage') },
    waits('13', 'the database cannot be asked whether green logs in: as the server says', {
      alarm: 'outage',
    }),
  ],
  [
    'a stale AWSPENDING',
    settled(),
    pendingOn('green'),
    {
      kind: 'unstage',
      row: '14',
      target: { slot: 'green', version: 'pending-1' },
      why: 'its rotation is long over',
    },
  ],
  [
    'an AWSPENDING of the active slot, once the standby is rotated in its stead',
    settled(),
    pendingOn('blue', true),
    {
      kind: 'unstage',
      row: '15',
      target: { slot: 'blue', version: 'pending-1' },
      why: 'green is rotated in its stead',
    },
  ],
  [
    'an AWSPENDING of the active slot before',
    settled(),
    pendingOn('blue'),
    {
      kind: 'rotate',
      row: '15',
      slot: 'green',
      token: 'for-it',
      why: 'a rotation of blue, which is active, was refused',
    },
  ],
  [
    'an AWSPENDING as old as a rotation may run',
    settled(),
    { ...pendingOn('blue'), now: 240 },
    waits('-', 'nothing to do'),
  ],
  ['an outage at the sweep', settled(), { sweep: true, ...outage }, waits('17', OUTAGE, { alarm: 'outage' })],
  [
    'a refusal at the sweep',
    settled(),
    { sweep: true, ...refused },
    written(
      '17',
      'the active credential blue blue-1 does not log in: as the server says; after a restore to an older state: reassert ' +
        'this version, then resume',
      halted,
    ),
  ],
];

describe('while nothing rolls, people are told, word by word,', () => tells(SETTLED));
