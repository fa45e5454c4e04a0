import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describeWith, run, runTool, type Ended } from './tools';

let output: string;
let synthesized: Ended;

beforeAll(async () => {
  output = mkdtempSync(path.join(tmpdir(), 'tandem-synth-'));
  synthesized = await runTool('cdktf', 'synth', '--output', output);
});

afterAll(() => {
  rmSync(output, { recursive: true, force: true });
});

describe('the example at the root', () => {
  it('is synthesized by cdktf on a clone, one stack per state file', () => {
    expect({
      code: synthesized.code,
      said: synthesized.code === 0 ? '' : synthesized.stdout + synthesized.stderr,
    }).toEqual({ code: 0, said: '' });
    expect(readdirSync(path.join(output, 'stacks')).sort()).toEqual(['database', 'rotation', 'service']);
    expect(readdirSync(output)).toContain('checkov.baseline');
  });
});

describeWith('terraform', 'terraform, with the real AWS provider', () => {
  it.each(['database', 'rotation', 'service'])('finds the %s stack valid', async (stack) => {
    const cwd = path.join(output, 'stacks', stack);
    const init = await run('terraform', ['init', '-backend=false', '-input=false', '-no-color'], { cwd });
    expect({ code: init.code, said: init.stderr }).toEqual({ code: 0, said: '' });
    const validated = await run('terraform', ['validate', '-json'], { cwd });
    expect(JSON.parse(validated.stdout)).toMatchObject({
      valid: true,
      error_count: 0,
      warning_count: 0,
      diagnostics: [],
    });
  });
});
