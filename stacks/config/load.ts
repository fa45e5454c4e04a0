import { readFileSync } from 'node:fs';
import { parse as parseYaml, YAMLParseError } from 'yaml';
import { problemsOf, type Problem } from './problems';
import { configurationSchema, type Configuration, type ConfigurationInput } from './schema';

/** The configuration cannot be used. The message lists every problem: path, value found, what it has to be. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(
    /** Where the configuration came from. */
    readonly source: string,
    readonly problems: readonly Problem[],
  ) {
    super(
      `${source} has ${problems.length === 1 ? '1 problem' : `${problems.length} problems`}:\n${problems.map(line).join('\n')}`,
    );
  }
}

function line(problem: Problem): string {
  const found = problem.value === undefined ? '' : ` (found ${shown(problem.value)})`;
  return `  ${problem.path === '' ? 'the whole' : problem.path} ${problem.fix}${found}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/**
 * Reads an installation's configuration from YAML or JSON.
 * @throws ConfigurationError
 */
export function loadConfiguration(file: string): Configuration {
  let input: unknown;
  try {
    input = parseYaml(readFileSync(file, 'utf8'));
  } catch (error) {
    if (error instanceof YAMLParseError) {
      throw new ConfigurationError(file, [
        { path: '', value: undefined, fix: `must be YAML or JSON: ${error.message}` },
      ]);
    }
    if (error instanceof Error && 'code' in error) {
      throw new ConfigurationError(file, [
        {
          path: '',
          value: undefined,
          fix: `cannot be read (${String(error.code)}); TANDEM_CONFIG names another file`,
        },
      ]);
    }
    throw error;
  }
  return checked(file, input);
}

/**
 * The same from a program.
 * @throws ConfigurationError
 */
export function defineConfiguration(input: ConfigurationInput): Configuration {
  return checked('the configuration', input);
}

function checked(source: string, input: unknown): Configuration {
  const problems = problemsOf(input);
  if (problems.length > 0) throw new ConfigurationError(source, problems);
  return configurationSchema.parse(input);
}
