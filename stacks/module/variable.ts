/** A rule that a variable's value has to obey. */
export interface Validation {
  /** Expression in HCL, true where the value is right. */
  readonly condition: string;
  /** What the value has to be, in the words of the configuration's own checks. */
  readonly rule: string;
  /** A value in HCL that breaks this rule of the variable and no other: the module's own tests try it. */
  readonly wrong: string;
  /** Values of other variables that it takes, by name. @default none */
  readonly beside?: Readonly<Record<string, string>>;
}

/** An input of the module. */
export interface Variable {
  readonly description: string;
  /** Type constraint in HCL. */
  readonly type: string;
  /** Expression in HCL. Left out: the variable is required. */
  readonly default?: string;
  readonly validations?: readonly Validation[];
}

/** A text in HCL, with nothing in it that Terraform would read. */
export function literal(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', () => '%%{');
}

/** Whether an expression is a text that a pattern matches. Patterns are those of RE2, which JavaScript's here are too. */
export function matches(expression: string, pattern: RegExp): string {
  const flags = pattern.flags.includes('i') ? '(?i)' : '';
  return `can(regex(${literal(flags + pattern.source.replaceAll('\\/', '/'))}, ${expression}))`;
}

/** Whether something holds for every element of a list. */
export function every(element: string, list: string, condition: string): string {
  return `alltrue([for ${element} in ${list} : ${condition}])`;
}

/** @param condition on a value that may be left out */
export function ifGiven(variable: string, condition: string): string {
  // Terraform 1.11 works both sides of `||` out, and the right one may need the value.
  return `${variable} == null ? true : ${condition}`;
}

/** A whole number within bounds. */
export function whole(path: string, least: number, most: number): Validation {
  const expression = `var.${path}`;
  const field = path.replace(/^.*\./, '');
  return {
    condition: `floor(${expression}) == ${expression} && ${expression} >= ${least} && ${expression} <= ${most}`,
    rule: `${path} must be a whole number from ${least} to ${most}`,
    wrong: `{ ${field} = ${least}.5 }`,
  };
}
