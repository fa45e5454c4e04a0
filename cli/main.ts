import { failureOf } from './failure';
import { buildProgram } from './program';

async function main(): Promise<void> {
  try {
    await buildProgram(async (work) => {
      process.exitCode = await work();
    }).parseAsync(process.argv);
  } catch (error) {
    const { exitCode, message } = failureOf(error);
    if (message !== '') process.stderr.write(`${message}\n`);
    process.exitCode = exitCode;
  }
}

void main();
