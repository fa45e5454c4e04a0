import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { bundledFiles } from './build-lambda';

const ROOT = path.join(__dirname, '..');

/** Where the list is kept: it goes with the zips wherever they go. */
export const LICENSES = path.join(ROOT, 'THIRD-PARTY-LICENSES');

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

const HEAD = `The functions' zips (dist/lambda) contain code of these packages, under the licences that follow.
This file is generated: npx tsx scripts/licenses.ts
`;

/**
 * Packages that the zips contain code of, with the texts of their licences.
 * @throws Error naming the packages of which no text is known
 */
export async function thirdPartyLicenses(): Promise<string> {
  const files = [...(await bundledFiles('rotator')), ...(await bundledFiles('orchestrator'))];
  const folders = [...new Set(files.flatMap(packageFolder))].sort();
  const without = folders.filter((folder) => licenseText(folder) === undefined);
  if (without.length > 0) throw new Error(`There is no text of the licence of ${without.join(', ')}.`);
  const byText = new Map<string, string[]>();
  for (const folder of folders) {
    const text = licenseText(folder) ?? '';
    byText.set(text, [...(byText.get(text) ?? []), folder]);
  }
  const sections = [...byText].map(([text, under]) => [RULE, ...under.map(title), '', text, ''].join('\n'));
  return [HEAD, ...sections].join('\n');
}

/** `node_modules/a/node_modules/@b/c/x.js` is of the package in `node_modules/a/node_modules/@b/c`. */
function packageFolder(file: string): string[] {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
  return found === undefined ? [] : [found];
}

const RULE = '-'.repeat(80);

function title(folder: string): string {
  const { name, version, license } = manifest(folder);
  return `${name} ${version} (${license ?? 'see below'})`;
}

const manifest = (folder: string): Manifest => JSON.parse(read(folder, 'package.json')) as Manifest;

const read = (...file: readonly string[]): string => readFileSync(path.join(ROOT, ...file), 'utf8');

/** Of a file of its own, of the readme, or, where a package has neither, what its licence asks for. */
function licenseText(folder: string): string | undefined {
  const files = readdirSync(path.join(ROOT, folder));
  const own = files.find((name) => /^licen[cs]e(\.|$)/i.test(name));
  if (own !== undefined) return read(folder, own).trim();
  const readme = files.find((name) => /^readme(\.|$)/i.test(name));
  const section =
    readme === undefined ? undefined : /^#+ licen[cs]e\s+(.*)$/ims.exec(read(folder, readme))?.[1];
  if (section?.includes('Permission is hereby granted') === true) return section.trim();
  return WITHOUT_TEXT[manifest(folder).license ?? ''];
}

/** Licences that packages name without giving their text. */
const WITHOUT_TEXT: Readonly<Record<string, string>> = {
  'Apache-2.0': read('LICENSE').trim(),
  'MIT-0': 'MIT No Attribution: may be used, copied, changed and distributed without any condition.',
};

async function main(): Promise<void> {
  writeFileSync(LICENSES, await thirdPartyLicenses());
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
