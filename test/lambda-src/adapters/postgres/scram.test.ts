import { randomBytes } from 'node:crypto';
import { isVerifierOf, scramVerifier } from '../../../../lambda-src/adapters/postgres/scram';
import { Sensitive } from '../../../../lambda-src/core/sensitive';

describe('a SCRAM-SHA-256 verifier', () => {
  it('is the one that RFC 7677 gives for its example', () => {
    // RFC 7677, section 3: password "pencil", salt W22ZaJ0SNY7soEsUEjb6gQ==, 4096 iterations. PostgreSQL's
    // own server makes the same keys of them.
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
    const verifier = scramVerifier(new Sensitive('pencil'), () => salt);
    expect(verifier).toBe(
      'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
    );
  });

  it('verifies its own password and no other', () => {
    const verifier = scramVerifier(new Sensitive('right'), randomBytes);
    expect(isVerifierOf(verifier, new Sensitive('right'))).toBe(true);
    expect(isVerifierOf(verifier, new Sensitive('wrong'))).toBe(false);
  });

  it('takes a new salt each time', () => {
    const password = new Sensitive('same');
    expect(scramVerifier(password, randomBytes)).not.toBe(scramVerifier(password, randomBytes));
  });

  it.each([
    ['a cut key', (text: string) => text.slice(0, -1)],
    ['another iteration count', (text: string) => text.replace('4096', '1')],
    ['a trailing newline', (text: string) => `${text}\n`],
    ['lower case', (text: string) => text.replace('SCRAM', 'scram')],
    ['the plaintext', () => 'right'],
  ])('is not accepted with %s', (_, damage) => {
    const verifier = scramVerifier(new Sensitive('right'), randomBytes);
    expect(isVerifierOf(damage(verifier), new Sensitive('right'))).toBe(false);
  });

  it('is refused where the source of randomness gives too few bytes', () => {
    expect(() => scramVerifier(new Sensitive('right'), () => Buffer.alloc(4))).toThrow(/does not verify/);
  });

  it.each(['', 'pässword', 'tab\there'])(
    'is not made of %p, which SASLprep would have to prepare',
    (text) => {
      expect(() => scramVerifier(new Sensitive(text), randomBytes)).toThrow(/printable ASCII/);
    },
  );
});
