import { mkdtempSync, rmSync, writeFileSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resourceName, stem } from '../../modules/shared/naming';
import { buildModule } from '../../scripts/build-module';
import { wrongCalls } from '../../stacks/module/validation-tests';
import { Root } from './root';
import { describeWith } from './tools';

jest.setTimeout(600_000);

describeWith('terraform', 'the module, in a copy elsewhere', () => {
  let directory: string;
  let module: Root;

  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), 'tandem-module-'));
    await buildModule(path.join(directory, 'built'));
    module = Root.copyOf(path.join(directory, 'built'), path.join(directory, 'copy'), null);
    await module.mustRun('init', '-backend=false', '-input=false', '-no-color');
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  it('is written as terraform fmt writes', async () => {
    expect(await module.terraform('fmt', '-check', '-recursive', '-no-color')).toMatchObject({
      code: 0,
      stdout: '',
    });
  });

  it('is valid', async () => {
    const { stdout } = await module.terraform('validate', '-json');
    expect(JSON.parse(stdout)).toMatchObject({ valid: true, error_count: 0, warning_count: 0 });
  });

  it('passes its own tests, offline', async () => {
    const tested = await module.terraform('test', '-no-color');
    expect({ code: tested.code, said: tested.code === 0 ? '' : tested.stdout + tested.stderr }).toEqual({
      code: 0,
      said: '',
    });
    expect(tested.stdout).toMatch(/\d+ passed, 0 failed/);
  });

  it('says of wrong values what is wrong, all at once', async () => {
    const [call] = wrongCalls();
    const head = readFileSync(path.join(module.directory, 'tests', 'module.tftest.hcl'), 'utf8').split(
      /^(?=run )/m,
    )[0];
    const values = Object.entries(call?.values ?? {}).map(([name, value]) => `${name} = ${value}`);
    const run = `run "wrong" {\n  command = plan\n  variables {\n${values.join('\n')}\n  }\n}\n`;
    writeFileSync(path.join(module.directory, 'tests', 'wrong.tftest.hcl'), `${head ?? ''}${run}`);
    const { code, stdout, stderr } = await module.terraform(
      'test',
      '-no-color',
      '-filter=tests/wrong.tftest.hcl',
    );
    const said = `${stdout}${stderr}`.replaceAll(/\s+/g, ' ');
    expect(code).toBe(1);
    expect(Object.values(call?.rules ?? {}).length).toBeGreaterThan(15);
    for (const rule of Object.values(call?.rules ?? {})) expect(said).toContain(`${rule}.`);
  });

  it('gives the names that the stacks give', async () => {
    const prefixes = [
      'tandem/prod',
      'tandem-prod',
      'a',
      'Big/prod',
      'a/b/c',
      'shop/0123abcd',
      'x..y/_z',
      'a'.repeat(32),
    ];
    const long = 'n'.repeat(40);
    const asked = `jsonencode([for prefix in ${JSON.stringify(prefixes)} : [${[
      stem('${prefix}'),
      resourceName('${prefix}', ['rotator']),
      resourceName('${prefix}', [long, 'deployments-1']),
    ]
      .map((template) => template.slice(2, -1))
      .join(', ')}]])`;
    const root = new Root(mkdtempSync(path.join(directory, 'names-')), null);
    writeFileSync(path.join(root.directory, 'main.tf'), `output "names" {\n  value = ${asked}\n}\n`);
    await root.apply();
    const { stdout } = await root.mustRun('output', '-raw', 'names');
    expect(JSON.parse(stdout)).toEqual(
      prefixes.map((prefix) => [
        stem(prefix),
        resourceName(prefix, ['rotator']),
        resourceName(prefix, [long, 'deployments-1']),
      ]),
    );
  });
});
