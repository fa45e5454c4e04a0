import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';
import { synthesize, type Synthesized } from '../stacks/support/synthesis';
import { configurations } from './configurations';
import { PINNED } from './installed';

type Stacks = Readonly<Record<string, Pick<Synthesized, 'json'>>>;
interface Comment {
  readonly metadata: { readonly version: string };
}

const ROOT = path.join(__dirname, '..', '..');
const inputs = configurations();

const byCdktf = JSON.parse(
  execFileSync(process.execPath, ['--import', 'tsx', path.join(__dirname, 'print.ts')], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  }),
) as Readonly<Record<string, Stacks>>;

/** The comment in which a synthesis says what made it; a stack that an installation does not have has none. */
const comment = ({ json }: Pick<Synthesized, 'json'>) => json['//'] as Comment | undefined;

/** What Terraform reads, without the version of what wrote it. */
const withoutVersion = (stack: Pick<Synthesized, 'json'>): unknown => ({
  ...stack.json,
  '//': { metadata: { ...comment(stack)?.metadata, version: 'any' } },
});

describe('on CDK Terrain and the bindings of AWS provider 6.x', () => {
  it.each(Object.keys(inputs))('%s synthesizes to what CDKTF makes of it', (name) => {
    const input = inputs[name];
    const expected = byCdktf[name];
    if (input === undefined || expected === undefined) throw new Error(`CDKTF did not synthesize ${name}`);
    const stacks = synthesize(input);
    expect(Object.keys(stacks)).toEqual(Object.keys(expected));
    for (const [stack, made] of Object.entries(stacks)) {
      expect([stack, withoutVersion(made)]).toEqual([stack, withoutVersion(expected[stack] ?? { json: {} })]);
    }
  });

  it('it is CDK Terrain that synthesizes here, and CDKTF that it is compared with', () => {
    const input = inputs['tandem.yaml'];
    const cdktf = byCdktf['tandem.yaml']?.['rotation'];
    if (input === undefined || cdktf === undefined) throw new Error('tandem.yaml is not there');
    expect(comment(synthesize(input).rotation)?.metadata.version).toBe(PINNED['cdktn']);
    expect(comment(cdktf)?.metadata.version).toMatch(/^0\.21\./);
  });

  it('type-checks: nothing that the constructs use has left the bindings', () => {
    const tsc = require.resolve('typescript/bin/tsc');
    const args = [tsc, '--noEmit', '--listFiles', '--pretty', 'false', '-p', __dirname];
    const { stdout } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
    const lines = stdout.split('\n');
    // What is not among the new bindings is silently found among the old ones.
    const wrong = /error TS|node_modules\/@?cdktf\//;
    expect(lines.filter((line) => wrong.test(line))).toEqual([]);
    expect(lines.some((line) => line.includes('/@cdktn/provider-aws/lib/ecs-service/'))).toBe(true);
  });
});
