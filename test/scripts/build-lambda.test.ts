import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { buildLambdas } from '../../scripts/build-lambda';

const made: string[] = [];
afterAll(() => made.forEach((directory) => rmSync(directory, { recursive: true })));

/** A project of two functions somewhere under the temporary directory. */
function project(
  rotator = `import { twice } from '../shared'; export const handler = async () => twice(21);`,
) {
  const root = mkdtempSync(path.join(tmpdir(), 'build-lambda-'));
  made.push(root);
  const write = (name: string, text: string) => {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), text);
  };
  write('lambda-src/shared.ts', `/*! @license X */ export const twice = (n: number): number => n * 2;`);
  write('lambda-src/rotator/handler.ts', rotator);
  write('lambda-src/orchestrator/handler.ts', `export const handler = async () => 'looked';`);
  return root;
}

const build = (root: string, largestZip?: number) =>
  buildLambdas({ root, outDir: path.join(root, 'out'), ...(largestZip === undefined ? {} : { largestZip }) });

describe('the Lambda zips', () => {
  it('are the same bytes when built in two directories', async () => {
    const [one, other] = await Promise.all([build(project()), build(project())]);
    expect(readFileSync(other.rotator.path)).toEqual(readFileSync(one.rotator.path));
    expect(other.rotator.sha256base64).toBe(one.rotator.sha256base64);
    expect(other.orchestrator.sha256base64).not.toBe(one.rotator.sha256base64);
  });

  it('carry size and SHA-256 of the file that was written', async () => {
    const { rotator } = await build(project());
    const zip = readFileSync(rotator.path);
    expect(rotator.bytes).toBe(zip.byteLength);
    expect(rotator.sha256base64).toBe(createHash('sha256').update(zip).digest('base64'));
  });

  it('hold one file that runs by itself, exports `handler` and has no comment left', async () => {
    const { rotator } = await build(project());
    const files = unzipSync(readFileSync(rotator.path));
    expect(Object.keys(files)).toEqual(['index.js']);
    const source = strFromU8(files['index.js'] ?? new Uint8Array());
    expect(source).not.toContain('@license');
    const module = { exports: {} as { handler?: () => Promise<number> } };
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the bundle, run as Node runs a module
    (new Function('module', 'exports', source) as (m: object, e: object) => void)(module, module.exports);
    await expect(module.exports.handler?.()).resolves.toBe(42);
  });

  it('are refused together when they are larger than allowed, each with its size', async () => {
    await expect(build(project(), 100)).rejects.toThrow(
      /^rotator\.zip has \d+ bytes, orchestrator\.zip has \d+ bytes; at most 100 are allowed/,
    );
  });

  it('are refused when the bundle names the directory it was built in', async () => {
    const root = project();
    writeFileSync(
      path.join(root, 'lambda-src/rotator/handler.ts'),
      `export const handler = () => ${JSON.stringify(path.join(root, 'x'))};`,
    );
    await expect(build(root)).rejects.toThrow('names the directory it was built in');
  });

  it('fail with the file and line when a source does not compile', async () => {
    await expect(build(project('export const handler = ;'))).rejects.toThrow(
      'lambda-src/rotator/handler.ts:1:23: ERROR',
    );
  });
});
