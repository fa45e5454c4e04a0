import { existsSync } from 'node:fs';
import path from 'node:path';
import { buildLambdas, type LambdaName, type LambdaZip } from './build-lambda';
import { packagedZips } from './packaged-zips';

/**
 * The functions' code: bundled from the sources in a clone; in the package, which has no sources, as it came.
 * @param outDir where they go in a clone
 * @throws Error when a source does not compile
 */
export async function lambdaZips(outDir: string): Promise<Record<LambdaName, LambdaZip>> {
  const source = path.join(__dirname, '..', 'lambda-src', 'rotator', 'handler.ts');
  return existsSync(source) ? buildLambdas({ outDir }) : packagedZips();
}
