import { CommanderError } from 'commander';
import { ContractError } from '../lambda-src/contract/parse';
import { ConfigurationError } from '../stacks/config/load';
import { CommandError, EXIT } from './exit';

/** How a command that threw ends. */
interface Failure {
  readonly exitCode: number;
  /** For standard error; empty where everything has been said. */
  readonly message: string;
}

/** What to say of an error, and the exit code. Only what nobody foresaw shows its stack. */
export function failureOf(error: unknown): Failure {
  // Commander has printed its message, or the help that was asked for.
  if (error instanceof CommanderError)
    return { exitCode: error.exitCode === 0 ? EXIT.done : EXIT.usage, message: '' };
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
  if (error.name === 'CredentialsProviderError' || error.name === 'TokenProviderError')
    return `No AWS credentials were found (${error.message}): give --profile, or log in first.`;
  if ('code' in error && typeof error.code === 'string' && /^E(?!RR_)[A-Z0-9_]+$/.test(error.code))
    return `AWS could not be reached (${error.code} ${error.message}): is --endpoint-url right, and is there a network?`;
  if ('$metadata' in error) return `AWS said no: ${error.name}: ${error.message}`;
  return error.name === 'TimeoutError' ? `AWS did not answer in time: ${error.message}` : null;
}
