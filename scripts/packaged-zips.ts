import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { LambdaName, LambdaZip } from './build-lambda';

/**
 * The functions' code as it comes with the package.
 * @throws Error in a clone whose functions were not built yet
 */
export function packagedZips(): Record<LambdaName, LambdaZip> {
  return { rotator: packaged('rotator'), orchestrator: packaged('orchestrator') };
}

function packaged(name: LambdaName): LambdaZip {
  const file = path.join(packageRoot(), 'dist', 'lambda', `${name}.zip`);
  if (!existsSync(file)) throw new Error(`${file} is not there. In a clone, run: npm run build:lambda`);
  const zip = readFileSync(file);
  const sha256base64 = createHash('sha256').update(zip).digest('base64');
  return { path: file, bytes: zip.byteLength, sha256base64 };
}

/** The number of this version. */
export function packageVersion(): string {
  const manifest = JSON.parse(readFileSync(path.join(packageRoot(), 'package.json'), 'utf8')) as {
    readonly version: string;
  };
  return manifest.version;
}

/** Where package.json is: sources and what is compiled from them lie at different depths. */
export function packageRoot(): string {
  let at = __dirname;
  while (!existsSync(path.join(at, 'package.json')) && at !== path.dirname(at)) at = path.dirname(at);
  return at;
}
