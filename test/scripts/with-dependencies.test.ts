import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPT = path.join(__dirname, '..', '..', 'scripts', 'with-dependencies.mjs');

/** Stands for npm: notes that it was asked to install, takes a moment, and installs one command. */
const NPM = `
  const { appendFileSync, existsSync, mkdirSync, writeFileSync } = require('node:fs');
  appendFileSync('installs', process.argv.slice(2).join(' ') + '\\n');
  console.log('npm says something');
  if (existsSync('broken')) process.exit(7);
  setTimeout(() => {
    mkdirSync('node_modules/hello', { recursive: true });
    writeFileSync('node_modules/hello/package.json', '{"name":"hello","bin":"hello.js"}');
    writeFileSync('node_modules/hello/hello.js', 'console.log("hello", ...process.argv.slice(2)); process.exitCode = 3;');
  }, 300);
`;

let project: string;

beforeEach(() => {
  project = mkdtempSync(path.join(tmpdir(), 'tandem-dependencies-'));
  mkdirSync(path.join(project, 'scripts'));
  cpSync(SCRIPT, path.join(project, 'scripts', 'with-dependencies.mjs'));
  writeFileSync(path.join(project, 'package.json'), '{}');
  writeFileSync(path.join(project, 'package-lock.json'), '{"lockfileVersion":3}');
  writeFileSync(path.join(project, 'npm.js'), NPM);
});

afterEach(() => {
  rmSync(project, { recursive: true, force: true });
});

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function hello(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['scripts/with-dependencies.mjs', 'hello', ...args], {
      cwd: project,
      env: { ...process.env, npm_execpath: path.join(project, 'npm.js') },
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text: Buffer) => (stdout += text.toString()));
    child.stderr.on('data', (text: Buffer) => (stderr += text.toString()));
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}

function installs(): string[] {
  return readFileSync(path.join(project, 'installs'), 'utf8').trim().split('\n');
}

it('installs what is missing, then runs the command with its arguments and its exit code', async () => {
  expect(await hello('a', 'b')).toMatchObject({ code: 3, stdout: 'hello a b\n' });
  expect(installs()).toEqual(['ci --no-audit --no-fund --loglevel=error --ignore-scripts']);
});

it('says what the installation prints on standard error only, so that a report on standard output stays clean', async () => {
  const { stdout, stderr } = await hello();
  expect(stdout).toBe('hello\n');
  expect(stderr).toContain('Installing dependencies');
  expect(stderr).toContain('npm says something');
});

it('installs nothing twice', async () => {
  await hello();
  const again = await hello();
  expect(installs()).toHaveLength(1);
  expect(again.stderr).toBe('');
});

it('installs anew when the lock file has changed', async () => {
  await hello();
  writeFileSync(path.join(project, 'package-lock.json'), '{"lockfileVersion":3,"name":"other"}');
  await hello();
  expect(installs()).toHaveLength(2);
});

it('two at once: one installs, the other waits and then runs', async () => {
  const both = await Promise.all([hello('1'), hello('2')]);
  expect(both.map(({ stdout }) => stdout)).toEqual(['hello 1\n', 'hello 2\n']);
  expect(installs()).toHaveLength(1);
  expect(both.some(({ stderr }) => stderr.includes('waiting for it'))).toBe(true);
});

it('breaks the lock of an installation whose process is gone', async () => {
  mkdirSync(path.join(project, '.install-lock'));
  // No process has this id: it is beyond what a kernel hands out.
  writeFileSync(path.join(project, '.install-lock', 'owner'), '999999999');
  expect(await hello()).toMatchObject({ code: 3 });
});

it('ends with npm’s exit code and a sentence where the installation fails, and leaves no lock', async () => {
  writeFileSync(path.join(project, 'broken'), '');
  const { code, stdout, stderr } = await hello();
  expect({ code, stdout }).toEqual({ code: 7, stdout: '' });
  expect(stderr).toContain('Installing the dependencies failed (npm ended with 7)');
  expect(existsSync(path.join(project, '.install-lock'))).toBe(false);
});
