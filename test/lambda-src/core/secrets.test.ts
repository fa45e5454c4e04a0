import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { inspect } from 'node:util';
import { alphabetOf, generatePassword, PasswordPolicyError } from '../../../lambda-src/core/password';
import { composeValue, versionedUrl } from '../../../lambda-src/core/secret-value';
import { Sensitive } from '../../../lambda-src/core/sensitive';
import { other, sameSlotVersion, SLOTS } from '../../../lambda-src/core/slot';

/** The same bytes for the same seed. */
function bytesFrom(seed: number): (count: number) => Uint8Array {
  let drawn = 0;
  return (count) => {
    const blocks = Array.from({ length: Math.ceil(count / 32) }, () =>
      createHash('sha256')
        .update(`${seed}/${(drawn += 1)}`)
        .digest(),
    );
    return Buffer.concat(blocks).subarray(0, count);
  };
}

const printable = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index));

describe('a generated password', () => {
  it('has the length asked for, no excluded character, and each class that is left', () => {
    const exclude = fc.subarray(printable, { maxLength: 84 }).map((characters) => characters.join(''));
    fc.assert(
      fc.property(exclude, fc.integer({ min: 3, max: 128 }), fc.nat(), (excluded, length, seed) => {
        const policy = { length, exclude: excluded };
        const password = generatePassword(policy, bytesFrom(seed)).reveal();
        expect(password).toHaveLength(length);
        expect(Array.from(password).filter((character) => !alphabetOf(policy).includes(character))).toEqual(
          [],
        );
        for (const pattern of [/[a-z]/, /[A-Z]/, /[0-9]/])
          expect(pattern.test(password)).toBe(
            alphabetOf(policy).some((character) => pattern.test(character)),
          );
      }),
      { numRuns: 50 },
    );
  });

  it('draws every character as often as any other: bytes past the last whole multiple are drawn again', () => {
    const exclude = printable.filter((character) => !/[a-j]/.test(character)).join('');
    let byte = 0;
    const counting = (count: number) => Uint8Array.from({ length: count }, () => byte++ % 256);
    const password = generatePassword({ length: 250, exclude }, counting).reveal();
    const counts = Array.from('abcdefghij').map((character) => password.split(character).length - 1);
    expect(counts).toEqual(counts.map(() => 25));
    expect(byte).toBe(250);
    const next = generatePassword({ length: 1, exclude }, counting).reveal();
    expect([next, byte]).toEqual(['a', 257]);
  });

  it('needs ten characters to choose from, and a place for each class', () => {
    const nine = printable.slice(9).join('');
    expect(() => generatePassword({ length: 40, exclude: nine }, bytesFrom(1))).toThrow(PasswordPolicyError);
    expect(() => generatePassword({ length: 40, exclude: nine }, bytesFrom(1))).toThrow(
      'Only 9 characters are left after password.exclude; leave at least 10.',
    );
    expect(() => generatePassword({ length: 2, exclude: '' }, bytesFrom(1))).toThrow(/at least 3/);
    expect(new PasswordPolicyError('')).toHaveProperty('name', 'PasswordPolicyError');
  });
});

describe('I5: a sensitive text', () => {
  const secret = new Sensitive('hunter2');

  it('shows itself in no conversion, JSON, inspection or property', () => {
    const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true })];
    expect(shown.join()).not.toContain('hunter2');
    expect(shown.join()).toContain('[redacted]');
    expect(Object.values(secret)).toEqual([]);
  });

  it('says that something was left out, wherever it is shown', () => {
    expect(`${String(secret)} ${JSON.stringify(secret)} ${inspect(secret)}`).toBe(
      '[redacted] "[redacted]" [redacted]',
    );
  });

  it('is equal to another of the same text, and only to such', () => {
    expect(secret.equals(new Sensitive('hunter2'))).toBe(true);
    expect(secret.equals(new Sensitive('hunter3'))).toBe(false);
  });
});

describe('a slot’s value', () => {
  const facts = {
    host: 'db.example',
    port: 5432,
    database: 'app db',
    user: 'app@blue',
    urlOptions: 'sslmode=require',
  };

  it('has the keys of AWS’s templates and a url that parses back, whatever the password', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...printable), minLength: 1 }), (password) => {
        const value = JSON.parse(composeValue(facts, new Sensitive(password)).reveal()) as Record<
          string,
          string
        >;
        expect(value).toMatchObject({ engine: 'postgres', host: 'db.example', port: 5432, dbname: 'app db' });
        expect(value).toMatchObject({ username: 'app@blue', password });
        const url = new URL(value['url'] ?? '');
        expect([url.username, url.password].map(decodeURIComponent)).toEqual(['app@blue', password]);
        expect([url.host, decodeURIComponent(url.pathname)]).toEqual(['db.example:5432', '/app db']);
        expect(url.search).toBe('?sslmode=require');
      }),
      { numRuns: 50 },
    );
  });

  it('names its version before the url where containers pick their user by it, and has no such key elsewhere', () => {
    const value = (version?: string) =>
      JSON.parse(composeValue({ ...facts, version }, new Sensitive('x')).reveal()) as Record<string, string>;
    const { url = '', versioned } = value('v2');
    expect([versioned, versionedUrl('v2', url)]).toEqual([`v2 ${url}`, `v2 ${url}`]);
    expect(Object.keys(value())).not.toContain('versioned');
  });

  it('has no question mark without options', () => {
    const { url } = JSON.parse(
      composeValue({ ...facts, urlOptions: '' }, new Sensitive('x')).reveal(),
    ) as Record<string, string>;
    expect(url).toBe('postgresql://app%40blue:x@db.example:5432/app%20db');
  });

  it('each slot is the other one’s other', () => {
    expect(SLOTS).toEqual(['blue', 'green']);
    expect(SLOTS.map(other)).toEqual(['green', 'blue']);
  });

  it('of the same version id is another one in the other slot', () => {
    expect(sameSlotVersion({ slot: 'blue', version: 'v' }, { slot: 'green', version: 'v' })).toBe(false);
    expect(sameSlotVersion({ slot: 'blue', version: 'v' }, { slot: 'blue', version: 'v' })).toBe(true);
  });
});
