import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import path from 'node:path';
import { strFromU8, strToU8, unzipSync } from 'fflate';
import { zipDeterministic } from '../../scripts/zip';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe('a deterministic zip', () => {
  const files = { 'index.js': strToU8('exports.a = 1;\n'.repeat(100)), 'a/b.txt': strToU8('b') };

  it('unpacks to what went in', () => {
    const unpacked = unzipSync(zipDeterministic(files));
    expect(Object.keys(unpacked)).toEqual(['a/b.txt', 'index.js']);
    expect(strFromU8(unpacked['a/b.txt'] ?? new Uint8Array())).toBe('b');
  });

  it('does not depend on the order in which files are given', () => {
    const other = { 'a/b.txt': files['a/b.txt'], 'index.js': files['index.js'] };
    expect(sha256(zipDeterministic(other))).toBe(sha256(zipDeterministic(files)));
  });

  it('dates every entry 1980-01-01 00:00 and gives it mode 0644', () => {
    const zip = Buffer.from(zipDeterministic({ x: strToU8('x') }));
    const central = zip.indexOf('PK\u0001\u0002', 0, 'latin1');
    expect(zip.readUInt32LE(central + 12)).toBe((1 << 21) | (1 << 16));
    expect(zip.readUInt32LE(central + 38) >>> 16).toBe(0o100644);
  });

  it('has the same bytes in every time zone', () => {
    const script = `
      const { zipDeterministic } = require(${JSON.stringify(path.resolve('scripts/zip.ts'))});
      process.stdout.write(Buffer.from(zipDeterministic({ x: Buffer.from('x') })).toString('hex'));`;
    const inZone = (TZ: string) =>
      execFileSync(process.execPath, ['--import', 'tsx', '-e', script], {
        env: { PATH: process.env['PATH'], TZ },
      });
    const [east, west] = [inZone('Pacific/Kiritimati'), inZone('America/Los_Angeles')].map(String);
    expect(east).toHaveLength(2 * zipDeterministic({ x: strToU8('x') }).byteLength);
    expect(west).toBe(east);
  });
});
