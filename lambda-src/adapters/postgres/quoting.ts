/** PostgreSQL's NAMEDATALEN less its terminator: longer identifiers are cut, in bytes, without an error. */
const MAX_IDENTIFIER_BYTES = 63;

/**
 * A name as a quoted identifier.
 *
 * @throws Error for a name that PostgreSQL would not keep as it is: empty, with NUL, or over 63 bytes
 */
export function identifier(name: string): string {
  const bytes = Buffer.byteLength(name, 'utf8');
  if (bytes === 0) throw new Error('a role or database name must not be empty');
  if (name.includes('\0')) throw new Error('a role or database name must not contain NUL');
  if (bytes > MAX_IDENTIFIER_BYTES) {
    throw new Error(`"${name}" has ${bytes} bytes: PostgreSQL would cut it at ${MAX_IDENTIFIER_BYTES}`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as a string constant, whatever standard_conforming_strings says. */
export function literal(text: string): string {
  if (text.includes('\0')) throw new Error('a text must not contain NUL');
  const quoted = `'${text.replaceAll("'", "''")}'`;
  return quoted.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}
