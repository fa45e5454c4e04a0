import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadConfiguration } from '../../stacks/config/load';
import { EXIT } from '../exit';

const ROOT = path.join(__dirname, '..', '..');

/**
 * Synthesizes in a process of its own, as the `cdktf` command would.
 * @returns the exit code
 * @throws ConfigurationError with every problem
 */
export async function synth(config: string): Promise<number> {
  loadConfiguration(config);
  const sources = path.join(ROOT, 'main.ts');
  // The package has no sources: there main is compiled, beside this command.
  const main = existsSync(sources)
    ? ['--import', pathToFileURL(require.resolve('tsx')).href, sources]
    : [path.join(ROOT, 'main.js')];
  const child = spawn(process.execPath, main, {
    stdio: 'inherit',
    env: { ...process.env, TANDEM_CONFIG: config },
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? EXIT.failed));
  });
  if (code === 0)
    process.stderr.write('Written to cdktf.out: one folder a stack, for terraform or cdktf deploy.\n');
  return code === 0 ? EXIT.done : EXIT.failed;
}
