import path from 'node:path';
import { LimitError } from './modules/shared/limits';
import { lambdaZips } from './scripts/lambda-zips';
import { removeOtherLanguage } from './scripts/output';
import { writeScanBaseline } from './scripts/scan-baseline';
import { ConfigurationError, loadConfiguration } from './stacks/config/load';

/** Reads the configuration (`tandem.yaml`, or the file that TANDEM_CONFIG names) and writes its Terraform to cdktf.out. */
async function main(): Promise<void> {
  const configuration = loadConfiguration(process.env['TANDEM_CONFIG'] ?? 'tandem.yaml');
  // The constructs take as long to load as the bundler, a process of its own, takes to work.
  const [zips, { buildStacks }] = await Promise.all([
    lambdaZips(path.join(__dirname, 'dist', 'lambda')),
    import('./stacks/index.js'),
  ]);
  const app = buildStacks(configuration, zips);
  app.synth();
  removeOtherLanguage(app.outdir);
  writeScanBaseline(app.outdir);
}

main().catch((error: unknown) => {
  const text =
    error instanceof ConfigurationError || error instanceof LimitError
      ? error.message
      : error instanceof Error
        ? error.stack
        : String(error);
  process.stderr.write(`${text ?? 'failed'}\n`);
  process.exitCode = 1;
});
