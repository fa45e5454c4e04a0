import { BLUE, GREEN, verified } from '../examples';
import { GONE, leaked, LOCKED, seen, standby, TOKEN } from '../leaks';

describe('row 12: the end of a leak', () => {
  it('takes another token where that of its rotation was used: RotateSecret would do nothing', () => {
    const slots = standby({ current: 'by-hand', versions: [GREEN.version, TOKEN, 'by-hand'] });
    const verification = verified(GREEN, 'accepted');
    expect(seen(leaked(GREEN, LOCKED), { ...slots, verification })).toMatchObject({
      record: { compromised: { attempts: 1, ended: false } },
    });
    expect(seen(leaked(BLUE), standby({ versions: [GREEN.version, TOKEN] }))).toMatchObject({
      record: { compromised: { attempts: 1 } },
    });
  });

  it('asks with what is current where the secret was made again: a user has one password', () => {
    const slots = standby({ current: 'new', versions: ['new'] });
    const target = { slot: 'green', version: 'new' } as const;
    expect(seen(leaked(GREEN), slots)).toEqual({ kind: 'verify', row: '12', target });
    expect(seen(leaked(GREEN), { ...slots, verification: verified(target) })).toMatchObject({
      record: { compromised: null, seen: { green: GREEN.version } },
    });
    expect(seen(leaked(GREEN), { ...slots, verification: verified(target, 'refused') })).toMatchObject({
      kind: 'retire',
      target: GREEN,
    });
  });

  it('is over when the slot has another value and the server refuses the leaked one', () => {
    const slots = standby({ current: TOKEN });
    expect(seen(leaked(GREEN, LOCKED), slots)).toEqual({ kind: 'verify', row: '12', target: GREEN });
    expect(seen(leaked(GREEN, LOCKED), { ...slots, verification: verified(GREEN, 'refused') })).toMatchObject(
      {
        row: '12',
        record: {
          phase: 'settled',
          active: BLUE,
          previous: null,
          compromised: null,
          retired: null,
          seen: { green: TOKEN },
        },
      },
    );
  });

  it('is over as well where somebody stored and set another password by hand, and what that is goes on as it was', () => {
    const verification = verified(GREEN, 'refused');
    for (const previous of [null, { slot: 'green', version: 'green-0' } as const])
      expect(
        seen(leaked(GREEN, { previous }), { ...standby({ current: 'by-hand' }), verification }),
      ).toMatchObject({ record: { compromised: null, previous, seen: { green: GREEN.version } } });
  });

  it('is not over because a user that is locked out is refused', () => {
    const look = { ...standby({ current: 'by-hand' }), verification: verified(GREEN, 'refused') };
    expect(seen(leaked(GREEN, GONE), look)).toMatchObject({ kind: 'terminate', target: GREEN });
    expect(seen(leaked(GREEN, LOCKED), look)).toMatchObject({
      record: { compromised: { slot: 'green' }, rejected: [{ version: 'by-hand' }, { version: TOKEN }] },
    });
  });

  it('a user locked out by another leak stays so', () => {
    const retired = { slot: 'blue', done: true } as const;
    expect(
      seen(leaked(GREEN, { ...LOCKED, retired }), {
        ...standby({ current: TOKEN }),
        verification: verified(GREEN, 'refused'),
      }),
    ).toMatchObject({ record: { compromised: null, retired } });
  });

  it('is not over while the database cannot be asked, or where the leaked one logs in again', () => {
    const slots = standby({ current: TOKEN });
    expect(seen(leaked(GREEN, LOCKED), { ...slots, verification: verified(GREEN, 'outage') })).toMatchObject({
      kind: 'wait',
      row: '12',
      alarm: 'outage',
    });
    expect(seen(leaked(GREEN, LOCKED), { ...slots, verification: verified(GREEN) })).toMatchObject({
      record: { compromised: { attempts: 1, ended: false } },
    });
  });
});
