import { zipSync, type Zippable } from 'fflate';

/** Regular file, readable by everyone: Lambda runs the code as a user that owns none of it. */
const REGULAR_FILE_0644 = 0o100644;
const UNIX = 3;

/**
 * A zip whose bytes depend on names and contents only: entries sorted by name, one date (1980-01-01, the
 * first that the format can say), one mode, one compression level.
 * Terraform compares hashes of the archive, so a byte that depends on the machine is a redeployment.
 * @param files content by name; names use forward slashes
 */
export function zipDeterministic(files: Readonly<Record<string, Uint8Array>>): Uint8Array {
  const entries: Zippable = {};
  for (const name of Object.keys(files).sort()) {
    const content = files[name];
    if (content !== undefined) entries[name] = content;
  }
  return zipSync(entries, {
    level: 9,
    // Built from parts: the format holds local time, and fflate reads the date with local getters.
    mtime: new Date(1980, 0, 1),
    os: UNIX,
    attrs: REGULAR_FILE_0644 << 16,
  });
}
