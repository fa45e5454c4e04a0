import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { shellBlock } from '../support/markdown';
import { expectUnharmed, raiseTestStage } from '../support/stage';
import { environmentOf } from '../support/tandem';
import { describeWith, ROOT, run, type Ended } from './tools';

/** What may be in the package; each has to match something, and everything has to match one. */
const CONTENTS = [
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|THIRD-PARTY-LICENSES)$/,
  /^docs\/configuration\.(md|schema\.json)$/,
  /^cli\/tandem\.cjs$/,
  /^container\/tandem-entrypoint$/,
  /^dist\/(main|cli\/[a-z-/]+)\.js$/,
  /^dist\/lambda\/(rotator|orchestrator)\.zip$/,
  /^dist\/local\/[a-z-/]+\.c?js$/,
  /^dist\/local\/postgres\/versions\/\d+\/package(-lock)?\.json$/,
  /^dist\/(cdktn\/)?(lambda-src\/(contract|core)|modules|stacks)\/[a-z-/]+\.(js|d\.ts)$/,
  // What the command line reads of AWS.
  /^dist\/lambda-src\/(adapters\/aws|ports)\/[a-z-]+\.(js|d\.ts)$/,
  /^dist\/(cdktn\/)?scripts\/[a-z-]+\.(js|d\.ts)$/,
];

/** What ends well with an installation that has nothing wrong; reassert is for one that has. */
const ON_CALL = [
  'status',
  'preflight --strict',
  'rotate --wait',
  'history --csv',
  'revert --yes --wait',
  'pause',
  'unpause',
  'unstick',
  'resume',
  'rotate --compromised --yes --wait',
];

const TEXT = /\.(c?js|ts|json|md)$/;

let directory: string;
let project: string;
let tarball: string;

const npm = (args: readonly string[], cwd: string) =>
  run('npm', [...args, '--silent', '--no-audit', '--no-fund'], { cwd });

function succeeded({ code, stdout, stderr }: Ended): void {
  expect({ code, said: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, said: '' });
}

async function pack(into: string): Promise<string> {
  const packed = await npm(['pack', '--pack-destination', into], ROOT);
  succeeded(packed);
  const [name] = readdirSync(into).filter((file) => file.endsWith('.tgz'));
  return path.join(into, name ?? 'nothing was packed');
}

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'tandem-package-'));
  tarball = await pack(directory);
  succeeded(await run('tar', ['-xzf', tarball, '-C', directory]));
  // As far below the tarball as in the clone: package.json names it.
  project = path.join(directory, 'examples', 'library');
  cpSync(path.join(ROOT, 'examples', 'library'), project, { recursive: true });
  succeeded(await npm(['install', '--ignore-scripts'], project));
}, 900_000);

afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

describe('the package', () => {
  const files = () =>
    readdirSync(path.join(directory, 'package'), { recursive: true, encoding: 'utf8' })
      .filter((file) => statSync(path.join(directory, 'package', file)).isFile())
      .map((file) => file.split(path.sep).join('/'));

  it('contains what it should and nothing else', () => {
    expect(files().filter((file) => !CONTENTS.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(CONTENTS.filter((pattern) => !files().some((file) => pattern.test(file)))).toEqual([]);
  });

  it('has the script that picks the user in a container, as images copy it', () => {
    const script = path.join(directory, 'package', 'container', 'tandem-entrypoint');
    expect(spawnSync(script, [], { encoding: 'utf8' })).toMatchObject({
      status: 64,
      stderr: expect.stringContaining('no program to start') as string,
    });
  });

  it('names no directory of the machine that built it, and no source map', () => {
    for (const file of files().filter((name) => TEXT.test(name))) {
      const text = readFileSync(path.join(directory, 'package', file), 'utf8');
      expect([file, text.includes(ROOT), text.includes('sourceMappingURL')]).toEqual([file, false, false]);
    }
  });

  it('could be published as it is: npm has nothing to correct, and nothing to warn of but that nobody is logged in', async () => {
    // Who starts this suite may have silenced npm, and with it the warnings that are looked for.
    const args = ['publish', tarball, '--dry-run', '--loglevel', 'notice'];
    const { code, stderr } = await run('npm', args, { cwd: directory });
    const warnings = stderr.split('\n').filter((line) => /^npm (warn|error) publish/.test(line));
    expect(warnings.filter((line) => !line.includes('logged in'))).toEqual([]);
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('tandem-rotation@') as string,
    });
  });

  it('is the same bytes when it is built again', async () => {
    const again = mkdtempSync(path.join(directory, 'again-'));
    expect(readFileSync(await pack(again)).equals(readFileSync(tarball))).toBe(true);
  });
});

describe('a project that uses it', () => {
  it('brings no bundler, and one copy of the constructs', () => {
    const installed = readdirSync(path.join(project, 'node_modules', 'tandem-rotation'));
    expect(installed).not.toContain('node_modules');
    expect(readdirSync(path.join(project, 'node_modules'))).not.toContain('cdktn');
  });

  it('type-checks, with the types of the package', async () => {
    const { stdout } = await run('npx', ['tsc', '--noEmit', '--skipLibCheck', 'false', '--pretty', 'false'], {
      cwd: project,
    });
    // Types that CDKTF itself ships are not ours to check.
    const ours = stdout
      .split('\n')
      .filter((line) => /^(main\.ts|node_modules\/tandem-rotation\/)/.test(line));
    expect(ours).toEqual([]);
  });

  it('does not type-check with a mistake in it', async () => {
    const broken = path.join(directory, 'examples', 'broken');
    cpSync(project, broken, { recursive: true, filter: (file) => path.basename(file) !== 'node_modules' });
    const source = readFileSync(path.join(project, 'main.ts'), 'utf8');
    expect(source).toContain(`secretName(PREFIX, 'app', 'active')`);
    await run(
      'node',
      [
        '-e',
        `fs.symlinkSync('../library/node_modules', 'node_modules', 'junction');
       fs.writeFileSync('main.ts', fs.readFileSync('main.ts', 'utf8').replace("'active'),", "'standby'),"))`,
      ],
      { cwd: broken },
    );
    const { code, stdout } = await run('npx', ['tsc', '--noEmit'], { cwd: broken });
    expect({ code, stdout }).toEqual({ code: 2, stdout: expect.stringContaining('\'"standby"\'') as string });
  });

  it('synthesizes its own stack beside Tandem’s', async () => {
    succeeded(await npm(['run', 'synth'], project));
    expect(readdirSync(path.join(project, 'cdktf.out', 'stacks')).sort()).toEqual(['rotation', 'shop']);
  });

  it('begins a configuration, checks and synthesizes it with the tandem command', async () => {
    const env = { ...process.env, CDKTF_OUTDIR: path.join(project, 'begun.out') };
    const tandem = (...args: readonly string[]) => run('npx', ['tandem', ...args], { cwd: project, env });
    succeeded(await tandem('init', '--yes', '--region', 'eu-central-1', '--file', 'begun.yaml'));
    expect(readFileSync(path.join(project, 'begun.yaml'), 'utf8')).toContain(
      '$schema=node_modules/tandem-rotation/docs/configuration.schema.json',
    );
    succeeded(await tandem('check', '--config', 'begun.yaml'));
    succeeded(await tandem('synth', '--config', 'begun.yaml'));
    expect(readdirSync(path.join(project, 'begun.out', 'stacks')).sort()).toEqual([
      'database',
      'rotation',
      'service',
    ]);
    const unknown = await tandem('ini');
    expect({ code: unknown.code, stderr: unknown.stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('Did you mean init?') as string,
    });
  });

  it('has every command of the person on call, each with a running installation', async () => {
    const stage = await raiseTestStage();
    const env = { ...process.env, ...environmentOf(stage.system) };
    try {
      for (const command of ON_CALL)
        succeeded(await run('npx', ['tandem', ...command.split(' ')], { cwd: project, env }));
      const refused = await run('npx', ['tandem', 'reassert', '--yes'], { cwd: project, env });
      expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('not halted') as string });
      expectUnharmed(stage);
    } finally {
      await stage.close();
    }
  });

  it('has the tandem command: one rotation of the drill, from what was packed', async () => {
    const { code, stdout } = await run('npx', ['tandem', 'drill', '--rotations', '1'], { cwd: project });
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('PASSED') as string });
  });
});

describeWith('terraform', 'terraform, on what that project synthesized', () => {
  it.each(['rotation', 'shop'])('finds the %s stack valid', async (stack) => {
    const cwd = path.join(project, 'cdktf.out', 'stacks', stack);
    succeeded(await run('terraform', ['init', '-backend=false', '-input=false', '-no-color'], { cwd }));
    succeeded(await run('terraform', ['validate', '-no-color'], { cwd }));
  });
});

describe('docs/cdktn.md, for a project that uses the package', () => {
  it('its steps end in the same Terraform, on CDK Terrain', async () => {
    const stack = path.join(project, 'cdktf.out', 'stacks', 'rotation', 'cdk.tf.json');
    const withoutVersion = () => readFileSync(stack, 'utf8').replace(/"version": "0\.2\d\.0"/, '');
    const before = withoutVersion();
    const steps = shellBlock(path.join(ROOT, 'docs', 'cdktn.md'), 'A project that uses the package');
    rmSync(stack);
    succeeded(await run('bash', ['-euo', 'pipefail', '-c', steps], { cwd: project }));
    expect(readFileSync(stack, 'utf8')).toContain('"version": "0.24.0"');
    expect(withoutVersion()).toBe(before);
    expect(readdirSync(path.join(project, 'node_modules'))).not.toContain('cdktf');
  }, 900_000);
});
