import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildModule } from '../../scripts/build-module';

let directory: string;

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), 'tandem-module-'));
  await buildModule(path.join(directory, 'one'));
  await buildModule(path.join(directory, 'elsewhere', 'two'));
}, 120_000);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** Content by name, each byte a character. */
function files(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
  const some = names.filter((name) => statSync(path.join(root, name)).isFile()).sort();
  return Object.fromEntries(some.map((name) => [name, readFileSync(path.join(root, name), 'latin1')]));
}

describe('the built module', () => {
  it('is the same bytes at every build, wherever it is built', () => {
    expect(files(path.join(directory, 'elsewhere', 'two'))).toEqual(files(path.join(directory, 'one')));
  });

  it('holds all that it needs, and nothing of the directory it was built in', () => {
    const built = files(path.join(directory, 'one'));
    expect(Object.keys(built)).toEqual([
      'LICENSE',
      'README.md',
      'THIRD-PARTY-LICENSES',
      'examples/plain-hcl/README.md',
      'examples/plain-hcl/main.tf',
      'examples/plain-hcl/outputs.tf',
      'examples/plain-hcl/variables.tf',
      'lambda/orchestrator.zip',
      'lambda/rotator.zip',
      'locals.tf',
      'main.tf.json',
      'outputs.tf',
      'tests/module.tftest.hcl',
      'tests/validation.tftest.hcl',
      'variables.tf',
      'versions.tf',
    ]);
    for (const text of Object.values(built)) expect(text).not.toContain(directory);
  });

  it('configures no provider and no backend, refuses no destruction, and reads its code from itself', () => {
    const main = files(path.join(directory, 'one'))['main.tf.json'] ?? '';
    const { provider, terraform } = JSON.parse(main) as Record<string, unknown>;
    expect({ provider, terraform }).toEqual({ provider: undefined, terraform: undefined });
    expect(main).not.toContain('prevent_destroy');
    expect(main).not.toContain('"filename": "assets');
    expect(main).toContain('"filename": "${path.module}/lambda/rotator.zip"');
  });

  it('tells every variable and output in its README', () => {
    const built = files(path.join(directory, 'one'));
    const declared = [
      ...`${built['variables.tf'] ?? ''}${built['outputs.tf'] ?? ''}`.matchAll(
        /^(?:variable|output) "(\w+)"/gm,
      ),
    ];
    expect(declared.length).toBeGreaterThan(25);
    for (const [, name] of declared) expect(built['README.md']).toContain(`| \`${name ?? ''}\` |`);
  });
});
