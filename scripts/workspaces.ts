import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildStacks } from '../stacks';
import { loadConfiguration } from '../stacks/config/load';
import { lambdaZips } from './lambda-zips';
import { stackOutputs } from './output';

/**
 * Lays out every stack as a directory that Terraform runs from wherever it lies: to be committed, or uploaded.
 * What an earlier run wrote is replaced; a lock file that Terraform wrote beside it stays.
 * @returns the directories
 */
export async function layOut(configuration: string, target: string): Promise<string[]> {
  const work = mkdtempSync(path.join(tmpdir(), 'tandem-workspaces-'));
  try {
    const settings = loadConfiguration(configuration);
    const zips = await lambdaZips(path.join(work, 'zips'));
    const app = buildStacks(settings, zips, path.join(work, 'out'));
    app.synth();
    return stackOutputs(app.outdir).map(({ name, directory, file }) => {
      const workspace = path.join(target, name);
      mkdirSync(workspace, { recursive: true });
      for (const part of [file, 'assets']) {
        rmSync(path.join(workspace, part), { recursive: true, force: true });
        const from = path.join(directory, part);
        if (existsSync(from)) cpSync(from, path.join(workspace, part), { recursive: true });
      }
      return workspace;
    });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

async function main(): Promise<void> {
  const [target, ...others] = process.argv.slice(2);
  if (target === undefined || others.length > 0) {
    process.stderr.write('Name the directory to write to: npm run workspaces -- terraform\n');
    process.exitCode = 2;
    return;
  }
  for (const workspace of await layOut(process.env['TANDEM_CONFIG'] ?? 'tandem.yaml', target))
    process.stdout.write(`${workspace}\n`);
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
