import { drillCommand } from './command';

drillCommand(process.argv.slice(2), 'npm start --').then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`The drill could not go on: ${what}\n`);
    process.exitCode = 1;
  },
);
