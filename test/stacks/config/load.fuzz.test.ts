import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { ConfigurationError, defineConfiguration, loadConfiguration } from '../../../stacks/config/load';
import type { ConfigurationInput } from '../../../stacks/config/schema';
import { anyText, anyValue, nearly, runs } from '../../support/fuzz';
import { example } from '../support/synthesis';

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), 'tandem-fuzz-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** YAML's own ways to be awkward. */
const YAML = [
  'a: &a [*a]',
  'a: *nobody',
  '%YAML 9.9\n---\na: 1',
  '--- 1\n--- 2',
  'prefix: !!js/function "x"',
  'prefix: !!binary "%%%"',
  '? [a, b]\n: c',
  '? {a: b}\n: c',
  '<<: 1',
  '\tprefix: a',
  `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: [*d,*d,*d,*d,*d,*d,*d,*d,*d]`,
  'prefix: 2001-01-01',
  'prefix: .nan',
  'credentials: {app: {app: }}',
];

/** Whatever is thrown is a {@link ConfigurationError} that a screen can hold. */
function refusedClearly(load: () => unknown): void {
  try {
    load();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error).length).toBeLessThan(50_000);
  }
}

describe('whatever is given as a configuration is accepted, or refused with every problem and its place', () => {
  it('as a file', () => {
    const file = path.join(folder, 'tandem.yaml');
    const text = fc.oneof(
      fc.constantFrom(...YAML),
      anyText,
      nearly(example()).map((value) => JSON.stringify(value ?? null)),
    );
    fc.assert(
      fc.property(text, (yaml) => {
        writeFileSync(file, yaml);
        refusedClearly(() => loadConfiguration(file));
      }),
      runs(60),
    );
  }, 300_000);

  it('from a program', () => {
    const input = fc.oneof(anyValue, nearly(example()), nearly(example()));
    fc.assert(
      fc.property(input, (value) => refusedClearly(() => defineConfiguration(value as ConfigurationInput))),
      runs(60),
    );
  }, 300_000);
});
