import { identifier, literal } from '../../../../lambda-src/adapters/postgres/quoting';

describe('quoting', () => {
  it('doubles the quotes of an identifier and leaves everything else alone', () => {
    expect(identifier('a"b\'c%s $1\\')).toBe('"a""b\'c%s $1\\"');
  });

  it('counts bytes, not characters', () => {
    expect(identifier('ü'.repeat(31))).toBe(`"${'ü'.repeat(31)}"`);
    expect(() => identifier('ü'.repeat(32))).toThrow(/64 bytes/);
  });

  it.each(['', 'nul\0'])('refuses the identifier %j', (name) => {
    expect(() => identifier(name)).toThrow(/must not/);
  });

  it('doubles quotes and escapes backslashes of a literal', () => {
    expect(literal("it's")).toBe("'it''s'");
    expect(literal("a\\'b")).toBe(" E'a\\\\''b'");
    expect(() => literal('nul\0')).toThrow(/NUL/);
  });
});
