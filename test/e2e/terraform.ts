import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { run, runWith, type Ended } from './tools';

/** Resources that Terraform works on at once: most of an apply is fixed waits of the provider. */
export const PARALLELISM = '30';

/** An installation's synthesized stacks and states in a directory of its own, and the commands that work on them. */
export class Terraform {
  private readonly output: string;
  private said = '';

  /** @param configuration file for TANDEM_CONFIG */
  constructor(
    readonly directory: string,
    private readonly endpoint: string,
    private readonly configuration: string,
    private readonly keep: (pid: number) => void,
  ) {
    this.output = path.join(directory, 'cdktf.out');
  }

  /** `cdktf deploy` as the README tells it. @throws Error with what it said */
  async deploy(...stacks: readonly string[]): Promise<void> {
    await this.cdktf('deploy', ...stacks);
  }

  /** `cdktf destroy`. @throws Error with what it said */
  async destroy(...stacks: readonly string[]): Promise<void> {
    await this.cdktf('destroy', ...stacks);
  }

  /** Everything that any command printed. */
  printed(): string {
    return this.said;
  }

  /** Runs Terraform itself on one stack. */
  async in(stack: string, ...args: readonly string[]): Promise<Ended> {
    const cwd = this.stackDirectory(stack);
    return this.noted(await run('terraform', args, { cwd, env: this.environment(), keep: this.keep }));
  }

  /** What a plan of this stack would change, one `address.attribute` each. */
  async drift(stack: string): Promise<readonly string[]> {
    const file = path.join(this.directory, `${stack}.plan`);
    const plan = await this.in(
      stack,
      'plan',
      '-input=false',
      '-no-color',
      '-detailed-exitcode',
      `-out=${file}`,
    );
    if (plan.code === 0) return [];
    if (plan.code !== 2)
      throw new Error(`terraform plan of ${stack} ended with ${plan.code}: ${plan.stderr}`);
    return changesIn(await this.show(stack, file));
  }

  /** A saved plan as JSON, values included. */
  async show(stack: string, file: string): Promise<string> {
    const shown = await this.in(stack, 'show', '-json', file);
    if (shown.code !== 0) throw new Error(shown.stderr);
    return shown.stdout;
  }

  /** The synthesized configuration of a stack. */
  synthesized(stack: string): string {
    return path.join(this.stackDirectory(stack), 'cdk.tf.json');
  }

  /** Every file that synthesis, plans and applies left, by its path in the directory; the provider is not among them. */
  files(): Record<string, string> {
    const found: Record<string, string> = {};
    for (const entry of readdirSync(this.directory, { recursive: true, encoding: 'utf8' })) {
      const file = path.join(this.directory, entry);
      if (entry.includes('.terraform/') || !statSync(file).isFile()) continue;
      found[entry] = readFileSync(file, 'latin1');
    }
    return found;
  }

  private stackDirectory(stack: string): string {
    return path.join(this.output, 'stacks', stack);
  }

  private async cdktf(command: string, ...args: readonly string[]): Promise<void> {
    const flags = [
      '--auto-approve',
      '--no-color',
      '--output',
      this.output,
      '--terraform-parallelism',
      PARALLELISM,
    ];
    const lock = command === 'deploy' ? ['--skip-provider-lock'] : [];
    const ended = this.noted(
      await runWith(
        { env: this.environment(), keep: this.keep },
        'cdktf',
        command,
        ...args,
        ...flags,
        ...lock,
      ),
    );
    if (ended.code !== 0) throw new Error(`cdktf ${command} ended with ${ended.code}:\n${complaint(ended)}`);
  }

  private noted(ended: Ended): Ended {
    this.said += ended.stdout + ended.stderr;
    return ended;
  }

  private environment(): NodeJS.ProcessEnv {
    return { ...providerEnvironment(this.endpoint), TANDEM_CONFIG: this.configuration };
  }
}

/** What leads the AWS provider to this machine. */
export function providerEnvironment(endpoint: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'terraform',
    AWS_SECRET_ACCESS_KEY: 'terraform',
    AWS_EC2_METADATA_DISABLED: 'true',
  };
}

/** What remains of cdktf's output without its progress: the last lines, errors among them. */
function complaint({ stdout, stderr }: Ended): string {
  const lines = `${stdout}\n${stderr}`
    .split('\n')
    .filter(
      (line) =>
        /\S/.test(line) && !/Synthesizing|Stacks? (deploying|destroying)|Still (cre|destr)/.test(line),
    );
  const first = lines.findIndex((line) => /\bError:/.test(line));
  return (first < 0 ? lines.slice(-40) : lines.slice(first, first + 40)).join('\n');
}

interface PlanJson {
  readonly resource_changes?: readonly {
    readonly address: string;
    readonly change: { readonly actions: readonly string[]; readonly before: Values; readonly after: Values };
  }[];
}
type Values = Readonly<Record<string, unknown>> | null;

/** @param json a plan, as `terraform show -json` tells it
 * @returns what it would change, one `address.attribute` each */
export function changesIn(json: string): string[] {
  const plan = JSON.parse(json) as PlanJson;
  return (plan.resource_changes ?? [])
    .filter(({ change }) => change.actions.some((action) => action !== 'no-op' && action !== 'read'))
    .flatMap(({ address, change: { actions, before, after } }) =>
      before === null || after === null
        ? [`${address} (${actions.join(', ')})`]
        : Object.keys(after)
            .filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]))
            .map((key) => `${address}.${key}`),
    );
}
