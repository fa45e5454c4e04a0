import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';

const SCRIPT = path.join(__dirname, '..', '..', 'container', 'tandem-entrypoint');

/** The shells of common base images: Debian and Ubuntu, Alpine, and whatever `sh` is here. */
const SHELLS = [['dash'], ['busybox', 'sh'], ['sh']] as const;

const BLUE = 'postgresql://app_blue:hunter2@db:5432/app';
const GREEN = 'postgresql://app_green:swordfish@db:5432/app?sslmode=require&x=$(id)`id`"\' *';
const WORKING = { TANDEM_POINTER: 'green v2', TANDEM_BLUE: `v1 ${BLUE}`, TANDEM_GREEN: `v2 ${GREEN}` };

type Variables = Readonly<Record<string, string>>;

/** Programs are named by their paths: the script finds nothing on PATH, so it can use nothing but the shell. */
const environment = (variables: Variables) => ({ PATH: '/nonexistent', ...variables });
const showEnvironment = [process.execPath, '-p', 'JSON.stringify(process.env)'];

for (const shell of SHELLS) {
  const [name, ...flags] = shell;
  const words = shell.join(' ');
  const command = spawnSync('/bin/sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
  const found = command !== '';
  if (!found) process.stderr.write(`Skipped, since ${name} is not on this machine: the entrypoint\n`);

  const started = (variables: Variables, program: readonly string[]) =>
    spawnSync(command, [...flags, SCRIPT, ...program], { env: environment(variables), encoding: 'utf8' });

  // Not every machine has each shell; the sentence above, and the name of what is skipped, say which is missing.
  const where = found ? words : `${words} (${name} is not on this machine)`;
  (found ? describe : describe.skip)(`the entrypoint under ${where}`, () => {
    const seen = (variables: Variables) => {
      const { stdout, stderr } = started(variables, showEnvironment);
      expect(stderr).toBe('');
      return JSON.parse(stdout) as Variables;
    };

    it.each([
      ['blue', { ...WORKING, TANDEM_POINTER: 'blue v1' }, BLUE],
      ['green', WORKING, GREEN],
    ])('gives the program the URL of %s, to the letter, while that is active', (_, variables, url) => {
      expect(seen(variables)['DATABASE_URL']).toBe(url);
    });

    it('leaves the program nothing of the other user', () => {
      const environment = seen({ ...WORKING, OTHER: 'stays' });
      expect(Object.keys(environment).filter((name) => /tandem/i.test(name))).toEqual([]);
      expect(JSON.stringify(environment)).not.toContain('hunter2');
      expect(environment['OTHER']).toBe('stays');
    });

    it('sets the variable that TANDEM_VARIABLE names', () => {
      const environment = seen({ ...WORKING, TANDEM_VARIABLE: 'PG_URL' });
      expect([environment['PG_URL'], environment['DATABASE_URL']]).toEqual([GREEN, undefined]);
    });

    it('needs no value of the slot that is not active', () => {
      const { TANDEM_POINTER, TANDEM_GREEN } = WORKING;
      expect(seen({ TANDEM_POINTER, TANDEM_GREEN })['DATABASE_URL']).toBe(GREEN);
    });

    it('refuses pointer and slot of different versions with 75, starts nothing and shows no value', () => {
      const { status, stdout, stderr } = started({ ...WORKING, TANDEM_POINTER: 'green v3' }, showEnvironment);
      expect([status, stdout]).toEqual([75, '']);
      expect(stderr).toMatch(/^tandem-entrypoint: the pointer names version v3 of green, and TANDEM_GREEN/);
      expect(stderr).not.toMatch(/hunter2|swordfish/);
    });

    it.each<[string, Variables, RegExp]>([
      ['no pointer', { TANDEM_POINTER: '' }, /TANDEM_POINTER is not set/],
      ['the pointer of another delivery', { TANDEM_POINTER: 'blue' }, /with delivery: entrypoint/],
      ['a pointer of nothing', { TANDEM_POINTER: 'red v1' }, /TANDEM_POINTER is not/],
      ['no value of the active slot', { TANDEM_GREEN: '' }, /TANDEM_GREEN is not set/],
      ['a URL without its version', { TANDEM_GREEN: BLUE }, /TANDEM_GREEN is not "<version> <url>"/],
      ['a version without a URL', { TANDEM_GREEN: 'v2 ' }, /TANDEM_GREEN is not "<version> <url>"/],
      ['a variable of no name', { TANDEM_VARIABLE: 'A-B' }, /TANDEM_VARIABLE is no name/],
      ['a variable that begins with a digit', { TANDEM_VARIABLE: '1A' }, /TANDEM_VARIABLE is no name/],
      ['a variable of its own', { TANDEM_VARIABLE: 'TANDEM_BLUE' }, /begins with TANDEM_/],
    ])('refuses %s with 78, and says what to mend', (_, change, said) => {
      const { status, stdout, stderr } = started({ ...WORKING, ...change }, showEnvironment);
      expect([status, stdout]).toEqual([78, '']);
      expect(stderr).toMatch(said);
      expect(stderr).not.toMatch(/hunter2|swordfish/);
    });

    it('refuses to start nothing with 64', () => {
      const { status, stderr } = started(WORKING, []);
      expect(status).toBe(64);
      expect(stderr).toContain('no program to start');
    });

    it("ends with the program's exit code, and with 127 where there is no such program", () => {
      expect(started(WORKING, [process.execPath, '-e', 'process.exit(42)']).status).toBe(42);
      expect(started(WORKING, ['/nonexistent/program']).status).toBe(127);
    });

    it('passes arguments to the letter', () => {
      const given = ['two words', '', '*', '$HOME', '`id`', '"quoted"', 'two\nlines', '--', '-x'];
      const program = [process.execPath, '-p', 'JSON.stringify(process.argv.slice(1))', '--', ...given];
      expect(JSON.parse(started(WORKING, program).stdout)).toEqual(given);
    });

    it('becomes the program: signals reach it', async () => {
      // Ends by itself in the end: where signals do not reach it, nobody else could end it.
      const program = `process.on('SIGTERM', () => process.exit(42)); console.log(process.pid); setTimeout(() => {}, 5_000)`;
      const child = spawn(command, [...flags, SCRIPT, process.execPath, '-e', program], {
        env: environment(WORKING),
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [pid] = (await once(createInterface(child.stdout), 'line')) as [string];
      expect(Number(pid)).toBe(child.pid);
      child.kill('SIGTERM');
      expect(await once(child, 'exit')).toEqual([42, null]);
    });
  });
}
