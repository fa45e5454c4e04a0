import { BLUE, DEADLINE, GREEN, reverting, rolling, settled, unflipped, verified } from '../examples';
import { tells, waits, written, type Case } from './words';

const previous = { mirror: 'previous', pointer: 'previous' } as const;
const outage = { verification: verified(BLUE, 'outage') };
const refused = { verification: verified(BLUE, 'refused') };
const halted = { alarm: 'halted' };
const OUTAGE = 'the database cannot be asked whether blue logs in: as the server says';
const REFUSED = 'blue blue-1 does not log in: as the server says';

const BEFORE_THE_FLIP: readonly Case[] = [
  [
    'values without a record',
    null,
    {},
    waits('1', 'there are values but no readable record: restore it from its history, or bootstrap', {
      alarm: 'no-record',
    }),
  ],
  [
    'an active version that is gone',
    settled(),
    { activeValueExists: false },
    written(
      '1',
      'the active version blue-1 of blue exists no more; the active secret may still carry its value',
      halted,
    ),
  ],
  ['an outage', rolling(unflipped), { ...previous, ...outage }, waits('4', OUTAGE)],
  [
    'an outage past the deadline',
    rolling(unflipped),
    { ...previous, ...outage, now: 901 + DEADLINE },
    waits('4', OUTAGE, { alarm: 'outage' }),
  ],
  [
    'an outage at the deadline itself',
    rolling(unflipped),
    { ...previous, ...outage, now: 900 + DEADLINE },
    waits('4', OUTAGE),
  ],
  [
    'a refusal before anything was published',
    rolling(unflipped),
    { ...previous, ...refused },
    written('4', REFUSED, { alarm: 'rejected' }),
  ],
  [
    'a refusal after the mirror, and not yet the pointer, was published',
    rolling(unflipped),
    { mirror: 'active', pointer: 'previous', ...refused },
    written('4', REFUSED, { alarm: 'reverted' }),
  ],
  [
    'a refusal after the pointer was moved and the mirror not',
    rolling(unflipped),
    { mirror: 'previous', pointer: 'active', ...refused },
    written('4', REFUSED, { alarm: 'reverted' }),
  ],
  [
    'a refusal of what to go back to',
    reverting(unflipped),
    { ...previous, ...refused },
    written('4', REFUSED, halted),
  ],
  [
    'a refusal with nothing to go back to',
    rolling({ ...unflipped, previous: null }),
    { ...previous, ...refused },
    written('4', `${REFUSED}; and there is no previous credential: a person must decide`, halted),
  ],
  [
    'a refusal with only a rejected one to go back to',
    rolling({ ...unflipped, rejected: [GREEN] }),
    { ...previous, ...refused },
    written('4', `${REFUSED}; and the previous credential was rejected before: a person must decide`, halted),
  ],
  [
    'the flip',
    rolling(unflipped),
    { verification: verified(BLUE) },
    written('4', 'published and read back: deployments that exist now are old'),
  ],
  [
    'a copy that was moved after it',
    rolling(),
    { mirror: 'previous', verification: verified(BLUE) },
    written('4', 'mirror or pointer was moved after the flip: it begins anew'),
  ],
];

describe('before a flip, people are told, word by word,', () => tells(BEFORE_THE_FLIP));
