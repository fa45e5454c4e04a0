import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What of CDKTF is called otherwise in CDK Terrain, its maintained successor. */
const RENAMED: readonly (readonly [RegExp, string])[] = [
  [/(['"])@cdktf\/provider-aws\b/g, '$1@cdktn/provider-aws'],
  [/(['"])cdktf\1/g, '$1cdktn$1'],
];

/** Source text, TypeScript or JavaScript, that imports CDK Terrain where it imported CDKTF. */
export function toCdktn(source: string): string {
  return RENAMED.reduce((text, [from, to]) => text.replace(from, to), source);
}

/** Rewrites files in place, folders with all that is in them; says which. */
function main(names: readonly string[]): void {
  for (const file of names.flatMap(sources)) {
    const source = readFileSync(file, 'utf8');
    const rewritten = toCdktn(source);
    if (rewritten === source) continue;
    writeFileSync(file, rewritten);
    process.stdout.write(`${file}\n`);
  }
}

function sources(name: string): string[] {
  if (!statSync(name).isDirectory()) return [name];
  return readdirSync(name, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.includes('node_modules'))
    .sort()
    .map((file) => path.join(name, file));
}

if (require.main === module) {
  const names = process.argv.slice(2);
  if (names.length === 0) {
    process.stderr.write('Name the files and folders whose imports are to change: main.ts stacks modules\n');
    process.exitCode = 2;
  } else main(names);
}
