import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { stackOutputs } from '../../scripts/output';
import { loadConfiguration } from '../../stacks/config/load';
import { EXIT } from '../exit';
import { table, type Terminal } from '../terminal';

const ROOT = path.join(__dirname, '..', '..');

/**
 * Synthesizes in a process of its own, as the `cdktf` command would.
 * @returns the exit code
 * @throws ConfigurationError with every problem
 */
export async function synth(terminal: Terminal, config: string): Promise<number> {
  loadConfiguration(config);
  const sources = path.join(ROOT, 'main.ts');
  // The package has no sources: there main is compiled, beside this command.
  const main = existsSync(sources)
    ? ['--import', pathToFileURL(require.resolve('tsx')).href, sources]
    : [path.join(ROOT, 'main.js')];
  const outdir = process.env['CDKTF_OUTDIR'] ?? 'cdktf.out';
  const child = spawn(process.execPath, main, {
    // Standard output is for the answer.
    stdio: ['inherit', 2, 'inherit'],
    env: { ...process.env, TANDEM_CONFIG: config, CDKTF_OUTDIR: outdir },
  });
  const code = await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? EXIT.failed));
  });
  if (code !== 0) return EXIT.failed;
  const stacks = stackOutputs(outdir).map(({ name, directory }) => ({ name, directory }));
  terminal.answer({ config, stacks }, () => {
    const rows = stacks.map(({ name, directory }) => [name, directory]);
    return `Written, for terraform or cdktf deploy:\n\n${table([['stack', 'folder'], ...rows], '  ')}`;
  });
  return EXIT.done;
}
