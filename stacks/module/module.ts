import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Zips } from '../rotation';
import { mainFile } from './main-file';
import { moduleTables, outputsFile, variablesFile, versionsFile } from './render';
import { validationTests } from './validation-tests';

/** Files that are written by hand, as they are in the module. */
const FILES = path.join(__dirname, 'files');

/** The test of right values; that of wrong ones begins as it does. */
const EXAMPLE_TEST = 'tests/module.tftest.hcl';

/** Where the generated tables go in the README. */
const TABLES = '<!-- inputs and outputs -->\n';

/** The text files of the module, by their path in it. */
export function moduleFiles(zips: Zips): ReadonlyMap<string, string> {
  const main = mainFile(zips);
  const byHand = readdirSync(FILES, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.\w+$/.test(name))
    .sort()
    .map((name) => [name.split(path.sep).join('/'), readFileSync(path.join(FILES, name), 'utf8')] as const);
  const [head = ''] = (byHand.find(([name]) => name === EXAMPLE_TEST)?.[1] ?? '').split(/^(?=run )/m);
  return new Map([
    ...byHand.map(([name, text]) => [name, text.replace(TABLES, () => moduleTables(main))] as const),
    ['main.tf.json', `${JSON.stringify(main.blocks, null, 2)}\n`],
    ['outputs.tf', outputsFile(main)],
    ['tests/validation.tftest.hcl', validationTests(head)],
    ['variables.tf', variablesFile()],
    ['versions.tf', versionsFile(main)],
  ]);
}
