import { EXIT } from './exit';
import { failureOf } from './failure';
import { buildProgram } from './program';

async function main(): Promise<void> {
  try {
    await buildProgram(async (work) => {
      process.exitCode = await work();
    }).parseAsync(process.argv);
  } catch (error) {
    const { exitCode, message, said } = failureOf(error);
    if (!said) process.stderr.write(`${message}\n`);
    if (exitCode !== EXIT.done && answersJson(process.argv.slice(2)))
      process.stdout.write(`${JSON.stringify({ error: message, exitCode })}\n`);
    process.exitCode = exitCode;
  }
}

/** The commands of this machine read their arguments themselves, and mean something else by it. */
function answersJson([command = '', ...args]: readonly string[]): boolean {
  return args.includes('--json') && !['local', 'drill'].includes(command);
}

/** Whoever reads the answer went away, as `head` does. What had not come to its end by then was not done. */
function stopUnheard(error: Error): void {
  if (!('code' in error && error.code === 'EPIPE')) throw error;
  process.exit(process.exitCode ?? EXIT.failed);
}

process.stdout.on('error', stopUnheard);
process.stderr.on('error', stopUnheard);
void main();
