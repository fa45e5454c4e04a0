import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { stackOutputs } from '../../scripts/output';
import { describeWith, ROOT, run, runTool } from './tools';

const EXAMPLES = path.join(ROOT, 'examples');
const configurations = [
  'tandem.yaml',
  ...readdirSync(EXAMPLES).map((name) => path.join('examples', name, 'tandem.yaml')),
].filter((file) => existsSync(path.join(ROOT, file)));

const directories: string[] = [];

function freshDirectory(): string {
  const directory = mkdtempSync(path.join(tmpdir(), 'tandem-examples-'));
  directories.push(directory);
  return directory;
}

afterAll(() => {
  for (const directory of directories) rmSync(directory, { recursive: true, force: true });
});

/** Synthesizes as `cdktf synth` does, without the three seconds that the command takes around it. */
async function synthesized(
  configuration: string,
  environment: NodeJS.ProcessEnv = {},
  out = freshDirectory(),
) {
  const env = { ...process.env, TANDEM_CONFIG: configuration, CDKTF_OUTDIR: out, ...environment };
  const ended = await run(process.execPath, ['--import', 'tsx', 'main.ts'], { env });
  if (ended.code !== 0) throw new Error(ended.stderr);
  return stackOutputs(out);
}

/** What Terraform finds wrong. */
async function diagnostics(cwd: string): Promise<unknown> {
  const init = await run('terraform', ['init', '-backend=false', '-input=false', '-no-color'], { cwd });
  if (init.code !== 0) return init.stderr;
  const { stdout } = await run('terraform', ['validate', '-json'], { cwd });
  return (JSON.parse(stdout) as { diagnostics: unknown }).diagnostics;
}

describeWith('terraform', 'terraform, with the real AWS provider', () => {
  it.each(configurations)('finds %s valid as JSON', async (configuration) => {
    for (const { name, directory } of await synthesized(configuration))
      expect([name, await diagnostics(directory)]).toEqual([name, []]);
  });

  it.each(configurations)('finds %s valid as HCL', async (configuration) => {
    for (const { name, directory, file } of await synthesized(configuration, { SYNTH_HCL_OUTPUT: 'true' }))
      expect([name, file, await diagnostics(directory)]).toEqual([name, 'cdk.tf', []]);
  });

  it('finds a stack valid that was synthesized in one language after the other', async () => {
    const out = freshDirectory();
    await synthesized('tandem.yaml', {}, out);
    const [stack] = await synthesized('tandem.yaml', { SYNTH_HCL_OUTPUT: 'true' }, out);
    expect(await diagnostics(stack?.directory ?? '')).toEqual([]);
  });

  it('runs the workspaces of Terraform Cloud from a copy on another path', async () => {
    const target = path.join(freshDirectory(), 'terraform');
    const env = { ...process.env, TANDEM_CONFIG: 'examples/terraform-cloud/tandem.yaml' };
    const ended = await run('npm', ['run', '--silent', 'workspaces', '--', target], { env });
    expect({ code: ended.code, said: ended.stderr }).toEqual({ code: 0, said: '' });
    const copy = path.join(freshDirectory(), 'elsewhere');
    cpSync(target, copy, { recursive: true });
    rmSync(target, { recursive: true });
    expect(readdirSync(copy).sort()).toEqual(['database', 'rotation', 'service']);
    for (const name of readdirSync(copy)) {
      const directory = path.join(copy, name);
      const text = readFileSync(path.join(directory, 'cdk.tf.json'), 'utf8');
      expect(text).not.toContain(ROOT);
      for (const [, asset] of text.matchAll(/"filename": "([^"]+)"/g))
        expect(existsSync(path.join(directory, asset ?? ''))).toBe(true);
      expect([name, await diagnostics(directory)]).toEqual([name, []]);
    }
  });
});

describe('the workflow for GitHub Actions', () => {
  interface Workflow {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly { uses?: string; run?: string }[] }>>;
  }
  const workflow = parse(
    readFileSync(path.join(EXAMPLES, 'github-actions', 'tandem.yml'), 'utf8'),
  ) as Workflow;
  const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);

  it('pins every action', () => {
    for (const { uses } of steps) if (uses !== undefined) expect(uses).toMatch(/@(v\d+|[0-9a-f]{40})$/);
  });

  it('runs commands that exist, with options that they know', async () => {
    const commands = steps.flatMap(({ run: command }) => (command === undefined ? [] : [command]));
    expect(commands).toContain('npm ci');
    for (const command of commands.filter((one) => one !== 'npm ci')) {
      const [npx, cdktf, name = '', ...rest] = command.split(' ');
      expect([npx, cdktf]).toEqual(['npx', 'cdktf']);
      const help = await runTool('cdktf', name, '--help');
      for (const option of rest.filter((one) => one.startsWith('--')))
        expect(help.stdout + help.stderr).toContain(`${option} `);
      for (const stack of rest.filter((one) => !one.startsWith('--')))
        expect(['database', 'rotation', 'service']).toContain(stack);
    }
  });
});
