import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packageVersion } from '../../scripts/packaged-zips';
import { tandem } from '../support/tandem';

const ASKING = [
  'status',
  'rotate',
  'revert',
  'pause',
  'unpause',
  'resume',
  'reassert',
  'unstick',
  'history',
  'preflight',
];

let directory: string;

beforeAll(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'tandem-cli-'));
});

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

jest.setTimeout(120_000);

const local = { AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'x' };

describe('tandem', () => {
  it.each(ASKING)('%s --help tells how it is used, with examples and exit codes', async (command) => {
    const { code, stdout } = await tandem([command, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: tandem ${command} [options]`);
    expect(stdout).toContain('Examples:');
    expect(stdout).toContain('Exit codes:');
  });

  it('names every command, and suggests the one that was likely meant', async () => {
    const help = await tandem(['--help']);
    for (const command of [...ASKING, 'init', 'check', 'synth', 'local', 'drill'])
      expect(help.stdout).toContain(`  ${command}`);
    const { code, stderr } = await tandem(['statsu']);
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean status?');
  });

  it('says how to name an installation where none is found', async () => {
    const { code, stderr } = await tandem(['status'], {}, directory);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'There is no tandem.yaml here: name the installation with --prefix, or its configuration with --config.\n',
    });
  });

  it('tells every problem of a configuration', async () => {
    const file = path.join(directory, 'bad.yaml');
    writeFileSync(file, 'prefix: /bad/\nregion: eu-central-1\n');
    const { code, stderr } = await tandem(['status', '--config', file]);
    expect(code).toBe(2);
    expect(stderr).toContain('bad.yaml has ');
    expect(stderr).toContain('prefix');
    expect(stderr).toContain('credentials');
  });

  it.each([
    ['a prefix with a slash before it', ['status', '--prefix', '/tandem'], 'must be path segments'],
    ['an option that does not exist', ['status', '--wacth'], 'Did you mean --watch?'],
    ['a time that is none', ['rotate', '--timeout', 'soon'], 'It takes a whole number of seconds'],
    ['no region', ['status', '--prefix', 'tandem/prod'], 'No AWS region is known'],
  ])('cannot be used with %s', async (_, args, said) => {
    const { code, stderr } = await tandem(args, local, directory);
    expect(code).toBe(args.includes('tandem/prod') ? 3 : 2);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('    at ');
  });

  it('says that AWS cannot be reached', async () => {
    const where = [
      '--prefix',
      'tandem/prod',
      '--region',
      'us-east-1',
      '--endpoint-url',
      'http://127.0.0.1:9',
    ];
    const { code, stderr } = await tandem(['status', ...where], local);
    expect(code).toBe(3);
    expect(stderr).toContain('AWS could not be reached (ECONNREFUSED');
  });

  it.each(['check', 'synth'])(
    '%s tells every problem of a configuration, and writes nothing',
    async (command) => {
      const file = path.join(directory, 'bad.yaml');
      writeFileSync(file, 'prefix: /bad/\nregion: eu-central-1\n');
      const { code, stdout, stderr } = await tandem([command, '--config', 'bad.yaml'], {}, directory);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain('bad.yaml has ');
      expect(stderr).toContain('database is missing');
      expect(existsSync(path.join(directory, 'cdktf.out'))).toBe(false);
    },
  );

  it.each([
    ['check', '--months', '0'],
    ['check', '--config', 'nowhere.yaml'],
    ['synth', '--config', 'nowhere.yaml'],
  ])('%s %s %s cannot be used', async (...args) => {
    const { code, stderr } = await tandem(args, {}, directory);
    expect(code).toBe(2);
    expect(stderr).toMatch(/whole number of months|nowhere\.yaml has 1 problem:\n.*cannot be read/);
  });

  it('synth names the folder of each stack, as text and as JSON', async () => {
    const out = path.join(directory, 'out');
    const { code, stdout, stderr } = await tandem(['synth'], { CDKTF_OUTDIR: out });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(new RegExp(`^ {2}rotation +${out}/stacks/rotation$`, 'm'));
    const { answer } = await tandem(['synth', '--json'], { CDKTF_OUTDIR: out });
    expect(answer).toEqual({
      config: 'tandem.yaml',
      stacks: ['database', 'rotation', 'service'].map((name) => ({
        name,
        directory: path.join(out, 'stacks', name),
      })),
    });
  });

  it('--version is that of package.json', async () => {
    const { code, stdout } = await tandem(['--version']);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${packageVersion()}\n` });
  });

  it('check lists the rotation windows of the next 24 months', async () => {
    const { code, answer } = await tandem(['check', '--json']);
    expect(code).toBe(0);
    const { rotations } = answer as { rotations: { credential: string; slot: string; opens: string }[] };
    // Blue on the 1st and green on the 15th, at 3:00 UTC.
    expect(rotations.length).toBeGreaterThanOrEqual(47);
    expect(rotations.length).toBeLessThanOrEqual(49);
    expect(new Set(rotations.map(({ slot, opens }) => `${slot} ${opens.slice(8, 16)}`))).toEqual(
      new Set(['blue 01T03:00', 'green 15T03:00']),
    );
    const text = await tandem(['check', '--months', '1']);
    expect(text.stdout).toContain('tandem.yaml can be synthesized: tandem/example, app.');
  });
});
