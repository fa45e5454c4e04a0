import { CommanderError } from 'commander';
import { z } from 'zod';
import { ContractError } from '../lambda-src/contract/parse';
import { ConfigurationError } from '../stacks/config/load';
import { CommandError, EXIT } from './exit';

/** How a command that threw ends. */
interface Failure {
  readonly exitCode: number;
  readonly message: string;
  /** Whether it has been told on standard error. */
  readonly said: boolean;
}

/** What to say of an error, and the exit code. Only what nobody foresaw shows its stack. */
export function failureOf(error: unknown): Failure {
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError) {
    const exitCode = error.exitCode === 0 ? EXIT.done : EXIT.usage;
    return { exitCode, message: error.message.replace(/^error: /, ''), said: true };
  }
  return { ...unsaid(error), said: false };
}

function unsaid(error: unknown): Omit<Failure, 'said'> {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof ConfigurationError) return { exitCode: EXIT.usage, message: error.message };
  if (error instanceof ContractError) return { exitCode: EXIT.failed, message: error.message };
  if (!(error instanceof Error)) return { exitCode: EXIT.failed, message: String(error) };
  const aws = awsTrouble(error);
  if (aws !== null) return { exitCode: EXIT.aws, message: aws };
  return { exitCode: EXIT.failed, message: error.stack ?? error.message };
}

function awsTrouble(error: Error): string | null {
  if (error.message === 'Region is missing')
    return 'No AWS region is known: give --region, or set AWS_REGION.';
  // Its message names the region, and goes on about host names.
  if (error.message.startsWith('Region not accepted'))
    return `No AWS region can have that name (${error.message}): mend --region, AWS_REGION or the configuration's region.`;
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError')
    return `No AWS credentials were found (${error.message}): name a profile that has some with --profile, or log in first.`;
  if ('code' in error && typeof error.code === 'string' && /^E(?!RR_)[A-Z0-9_]+$/.test(error.code))
    return `AWS could not be reached (${error.code}: ${onOneLine(error.message)}): are region and --endpoint-url right, and is there a network?`;
  if (error.name === 'TimeoutError')
    return `AWS did not answer in time (${error.message}): are region and --endpoint-url right, and is there a network?`;
  return '$metadata' in error ? answered(error, error.$metadata) : null;
}

/** What answers without a word of AWS's own is most likely something else. */
function answered({ name, message }: Error, metadata: unknown): string {
  if (message !== 'UnknownError' && name !== 'SyntaxError') return `AWS said no: ${name}: ${message}`;
  const status = z.object({ httpStatusCode: z.number() }).safeParse(metadata);
  const said = status.success ? `HTTP ${status.data.httpStatusCode}` : 'nothing that can be read';
  return `What answers there is not AWS, or is out of order (${said}): is --endpoint-url right?`;
}

const onOneLine = (text: string) => text.replaceAll(/\s+/g, ' ').trim();
