import path from 'node:path';
import { buildLambdas } from './scripts/build-lambda';
import { buildStacks } from './stacks';
import { ConfigurationError, loadConfiguration } from './stacks/config/load';

/** Reads the configuration (`tandem.yaml`, or the file that TANDEM_CONFIG names) and writes its Terraform to cdktf.out. */
async function main(): Promise<void> {
  const configuration = loadConfiguration(process.env['TANDEM_CONFIG'] ?? 'tandem.yaml');
  const zips = await buildLambdas({ outDir: path.join(__dirname, 'dist', 'lambda') });
  buildStacks(configuration, zips).synth();
}

main().catch((error: unknown) => {
  const text =
    error instanceof ConfigurationError
      ? error.message
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`${text ?? 'failed'}\n`);
  process.exitCode = 1;
});
