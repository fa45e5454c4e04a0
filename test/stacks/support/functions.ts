import type { Synthesized } from './synthesis';

/** Text as a function receives it: references become a value, escapes what they stand for. */
export function applied(text: unknown): string {
  return String(text)
    .replace(
      /(?<!\$)\$\{[^}]*\.(arn|secret_arn)\}/g,
      'arn:aws:secretsmanager:eu-central-1:111122223333:secret:x-AbCdEf',
    )
    .replace(/(?<!\$)\$\{[^}]*\}/g, 'value')
    .replaceAll('$${', () => '${')
    .replaceAll('%%{', '%{');
}

/** A function's environment, as Terraform would read it. */
export function environmentOf(stack: Synthesized, name: string): Record<string, string> {
  const { environment } = stack.resource('aws_lambda_function', `${name}_function_function`) as {
    environment: { variables: Record<string, string> };
  };
  return environment.variables;
}

/** A function's environment, as it finds it. */
export function variables(stack: Synthesized, name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environmentOf(stack, name)).map(([key, value]) => [key, applied(value)]),
  );
}
