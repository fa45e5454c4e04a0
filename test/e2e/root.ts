import { cpSync } from 'node:fs';
import { changesIn, PARALLELISM, providerEnvironment } from './terraform';
import { run, type Ended } from './tools';

/** A root module in HCL, and the commands that work on it. */
export class Root {
  private said = '';

  /** @param endpoint of AWS; none for what needs no account */
  constructor(
    readonly directory: string,
    private readonly endpoint: string | null,
    private readonly keep?: (pid: number) => void,
  ) {}

  /** Copies what lies somewhere, without what Terraform left there. */
  static copyOf(from: string, to: string, ...rest: [string | null, ((pid: number) => void)?]): Root {
    cpSync(from, to, { recursive: true, filter: (source) => !/\/\.terraform|\.tfstate/.test(source) });
    return new Root(to, ...rest);
  }

  /** Runs Terraform; never rejects for how it ended. */
  async terraform(...args: readonly string[]): Promise<Ended> {
    const ended = await run('terraform', args, {
      cwd: this.directory,
      env: this.endpoint === null ? process.env : providerEnvironment(this.endpoint),
      ...(this.keep === undefined ? {} : { keep: this.keep }),
    });
    this.said += ended.stdout + ended.stderr;
    return ended;
  }

  /** @throws Error with what it said, where it fails */
  async mustRun(...args: readonly string[]): Promise<Ended> {
    const ended = await this.terraform(...args);
    if (ended.code === 0) return ended;
    const place = `terraform ${args.join(' ')} ended with ${String(ended.code)}`;
    throw new Error(`${place}:\n${ended.stderr === '' ? ended.stdout.slice(-5_000) : ended.stderr}`);
  }

  async apply(): Promise<void> {
    await this.mustRun('apply', '-auto-approve', '-input=false', '-no-color', `-parallelism=${PARALLELISM}`);
  }

  async destroy(): Promise<void> {
    await this.mustRun(
      'destroy',
      '-auto-approve',
      '-input=false',
      '-no-color',
      `-parallelism=${PARALLELISM}`,
    );
  }

  /** What a plan would change, one `address.attribute` each. */
  async drift(): Promise<readonly string[]> {
    await this.mustRun('plan', '-input=false', '-no-color', '-out=saved.plan');
    return changesIn((await this.mustRun('show', '-json', 'saved.plan')).stdout);
  }

  /** Everything that any command printed. */
  printed(): string {
    return this.said;
  }
}
