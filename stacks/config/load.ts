import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { parse as parseYaml } from 'yaml';
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
  return `  ${problem.path === '' ? 'the whole' : cut(problem.path, 300)} ${cut(problem.fix, 1_000)}${found}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? `"${value}"` : jsonOf(value);
  return cut(text, 80);
}

function cut(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 3)}…` : text;
}

/** A mapping that contains itself by an alias is no JSON, and a program may give anything. */
function jsonOf(value: unknown): string {
  try {
    const text = JSON.stringify(value) as string | undefined;
    return text ?? inspect(value);
  } catch {
    return inspect(value, { depth: 1, breakLength: Infinity });
  }
}

/**
 * Reads an installation's configuration from YAML or JSON.
 * @throws ConfigurationError
 */
export function loadConfiguration(file: string): Configuration {
  return checked(file, parsedYaml(file, textOf(file)));
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error)) throw error;
    const fix = `cannot be read (${String(error.code)}); TANDEM_CONFIG names another file`;
    throw new ConfigurationError(file, [{ path: '', value: undefined, fix }]);
  }
}

function parsedYaml(file: string, text: string): unknown {
  try {
    // A key that is a mapping is told of as an unknown key, not by a warning of the parser's.
    return parseYaml(text, { logLevel: 'error' });
  } catch (error) {
    // Not only a YAMLParseError: an alias without an anchor, or a thousand of them, is a ReferenceError.
    if (!(error instanceof Error)) throw error;
    const fix = `must be YAML or JSON: ${error.message}`;
    throw new ConfigurationError(file, [{ path: '', value: undefined, fix }]);
  }
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
