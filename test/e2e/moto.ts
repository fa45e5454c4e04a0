import { spawn, spawnSync } from 'node:child_process';
import path from 'node:path';
import type { Keeper } from '../../local/processes/keeper';
import { describeWith } from './tools';

/** `describe` for what the real Terraform applies, or a skip that says what is missing. */
export function describeApplied(name: string, tests: () => void): void {
  describeWith('terraform', name, () => {
    if (motoIsHere()) {
      tests();
      return;
    }
    process.stderr.write(`Skipped, since moto is neither here nor to be installed by pip: ${name}\n`);
    // What Terraform applies besides Tandem's own services answers from moto.
    it.skip('needs moto, which is neither here nor to be installed by pip', () => undefined);
  });
}

/** Whether moto is here, or could be installed just now. */
function motoIsHere(): boolean {
  const python = (...args: readonly string[]) => spawnSync('python3', args, { stdio: 'ignore' }).status === 0;
  const imports = ['-c', 'import moto.server, flask'];
  return (
    python(...imports) ||
    (python('-m', 'pip', 'install', '--quiet', '-r', path.join(__dirname, 'requirements.txt')) &&
      python(...imports))
  );
}

/**
 * Starts moto on a free port of 127.0.0.1, as a child that ends with this process.
 * @param accountId the account that the ARNs in its answers name
 */
export async function startMoto(accountId: string, keeper: Keeper): Promise<{ url: URL; stop: () => void }> {
  const child = spawn('python3', ['-m', 'moto.server', '-H', '127.0.0.1', '-p', '0'], {
    env: { ...process.env, MOTO_ACCOUNT_ID: accountId, MOTO_IAM_LOAD_MANAGED_POLICIES: 'true' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  if (child.pid !== undefined) keeper.keep(child.pid);
  const url = await new Promise<string>((resolve, reject) => {
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-10_000);
      const [, found] = /Running on (http:\/\/\S+)/.exec(said) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`moto ended while it started: ${said}`)));
  });
  return { url: new URL(url), stop: () => void child.kill() };
}
