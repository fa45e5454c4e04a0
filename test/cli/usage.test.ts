import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { packageVersion } from '../../scripts/packaged-zips';
import { ROOT } from '../e2e/tools';
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
    [
      'a region that can be none',
      ['status', '--prefix', 'tandem/prod', '--region', 'eu central'],
      'No AWS region can have that name (Region not accepted: region="eu central"',
    ],
    [
      'an endpoint that is no URL',
      ['status', '--prefix', 'a', '--region', 'us-east-1', '--endpoint-url', 'nonsense'],
      '--endpoint-url must be a URL such as http://localhost:4566, not "nonsense".',
    ],
    [
      'an endpoint without a scheme',
      ['init', '--from-account', '--region', 'us-east-1', '--endpoint-url', 'localhost:4566'],
      '--endpoint-url must be a URL such as http://localhost:4566, not "localhost:4566".',
    ],
  ])('cannot be used with %s', async (_, args, said) => {
    const { code, stderr } = await tandem(args, local, directory);
    expect(code).toBe(args.includes('tandem/prod') ? 3 : 2);
    expect(stderr).toContain(said);
    expect(stderr).not.toContain('    at ');
  });

  it('cannot be used with an endpoint in the environment that is no URL', async () => {
    const { code, stderr } = await tandem(['status', '--prefix', 'a'], {
      ...local,
      AWS_ENDPOINT_URL: 'nonsense',
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: 'AWS_ENDPOINT_URL must be a URL such as http://localhost:4566, not "nonsense".\n',
    });
  });

  it.each([
    [404, ''],
    [200, '<!doctype html>'],
  ])('says that what answers with %d %j is not AWS', async (status, body) => {
    const server = createServer((_, response) => response.writeHead(status).end(body)).listen(0, '127.0.0.1');
    try {
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      const where = ['--prefix', 'a', '--region', 'us-east-1', '--endpoint-url', `http://127.0.0.1:${port}`];
      const { code, stderr } = await tandem(['status', ...where], local);
      expect(code).toBe(3);
      expect(stderr).toBe(
        `What answers there is not AWS, or is out of order (HTTP ${status}): is --endpoint-url right?\n`,
      );
    } finally {
      server.close();
    }
  });

  it.each([
    ['AWS', ['status', '--prefix', 'tandem/prod'], 3, 'No AWS region is known'],
    ['the command line', ['status', '--wacth'], 2, "unknown option '--wacth'\n(Did you mean --watch?)"],
    ['the configuration', ['check', '--config', 'nowhere.yaml'], 2, 'There is no nowhere.yaml here'],
  ])('with --json, trouble with %s is told as JSON too', async (_, args, exitCode, said) => {
    const { code, stdout, stderr, answer } = await tandem([...args, '--json'], local, directory);
    expect(code).toBe(exitCode);
    expect(answer).toEqual({ error: expect.stringContaining(said) as string, exitCode });
    expect(stdout).toMatch(/^[^\n]+\n$/);
    expect(stderr).toContain(said);
  });

  it('stops without a word where nobody reads on', async () => {
    const child = spawn(process.execPath, [`${ROOT}/cli/tandem.cjs`, 'status', '--help'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.destroy();
    expect(await text(child.stderr)).toBe('');
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
    expect(stderr).toContain('AWS could not be reached (ECONNREFUSED: ');
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
    expect(stderr).toMatch(
      /whole number of months|There is no nowhere\.yaml here: name another with --config/,
    );
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
